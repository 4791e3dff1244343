// SPDX-License-Identifier: Apache-2.0
#include "store/testing_events.h"

#include <algorithm>
#include <string>
#include <tuple>

#include "base/check.h"
#include "base/hex.h"
#include "model/names.h"
#include "store/memory_source.h"

namespace tracery::store {
namespace {

auto sort_key(const model::Event& event) {
  return std::tie(event.time_ns, event.dataset, event.sample_rate);
}

bool is_before(const model::Event& a, const model::Event& b) {
  if (sort_key(a) != sort_key(b)) return sort_key(a) < sort_key(b);
  return std::lexicographical_compare(
      a.fields.begin(), a.fields.end(), b.fields.begin(), b.fields.end(),
      [](const model::Field& x, const model::Field& y) {
        return std::tie(x.name, x.value) < std::tie(y.name, y.value);
      });
}

/// What a zone map claims must be so.
void check_zones(const RowSource& source) {
  for (const std::string& column : source.columns()) {
    for (const StreamRef stream : source.streams(column)) {
      for (std::uint32_t group = 0; group < source.groups(); ++group) {
        const auto vector = source.read(stream.id, group);
        TRACERY_CHECK(vector.ok());
        std::uint32_t present = 0;
        for (std::uint32_t row = 0; row < (*vector)->rows; ++row) {
          if ((*vector)->is_present(row)) ++present;
        }
        TRACERY_CHECK(source.zone(stream.id, group).present_rows == present);
      }
    }
  }
}

void order_fields(model::Event& event) {
  std::sort(event.fields.begin(), event.fields.end(),
            [](const model::Field& a, const model::Field& b) { return a.name < b.name; });
}

std::string random_hex(std::mt19937_64& random, std::size_t bytes) {
  std::vector<std::uint8_t> id(bytes);
  for (std::uint8_t& byte : id) byte = static_cast<std::uint8_t>(random());
  return to_hex(id);
}

}  // namespace

std::vector<model::Event> events_in(const RowSource& source) {
  check_zones(source);
  auto events = events_of(source);
  TRACERY_CHECK(events.ok());
  return *std::move(events);
}

std::vector<model::Event> events_in(const Snapshot& snapshot) {
  std::vector<model::Event> events;
  for (const auto& source : snapshot.sources) {
    for (model::Event& event : events_in(*source)) events.push_back(std::move(event));
  }
  normalise(events);
  return events;
}

void normalise(std::vector<model::Event>& events) {
  for (model::Event& event : events) order_fields(event);
  std::sort(events.begin(), events.end(), is_before);
}

std::vector<model::Event> make_events(std::mt19937_64& random, const MadeUpEvents& what) {
  const auto below = [&](std::uint64_t end) { return random() % end; };
  std::vector<model::Event> events;
  std::string trace = random_hex(random, 16);
  for (std::size_t i = 0; i < what.count; ++i) {
    model::Event event;
    event.dataset = "service-" + std::to_string(below(3));
    event.time_ns = what.first_time_ns +
                    static_cast<std::int64_t>(below(static_cast<std::uint64_t>(what.span_ns)));
    event.sample_rate = static_cast<std::uint32_t>(1 + below(2) * 9);
    if (below(5) == 0) trace = random_hex(random, below(4) == 0 ? 8 : 16);
    const auto put = [&](std::string name, model::Value value) {
      event.fields.push_back({std::move(name), std::move(value)});
    };
    if (below(10) != 0) put(std::string(model::names::kTraceId), trace);
    put(std::string(model::names::kSpanId), random_hex(random, 8));
    put(std::string(model::names::kName), "route " + std::to_string(below(10)));
    if (below(2) == 0)
      put(std::string(model::names::kDurationMs), static_cast<double>(below(1'000)) / 8);
    put("unique", "value " + std::to_string(random()));
    if (below(3) == 0) put("flag", below(2) == 0);
    switch (below(4)) {
      case 0: put("mixed", static_cast<std::int64_t>(below(500))); break;
      case 1: put("mixed", std::to_string(below(500))); break;
      case 2: put("mixed", static_cast<double>(below(500)) / 2); break;
      default: break;
    }
    if (below(8) == 0) put("sparse." + std::to_string(below(200)), std::string());
    events.push_back(std::move(event));
  }
  return events;
}

}  // namespace tracery::store
