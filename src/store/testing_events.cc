// SPDX-License-Identifier: Apache-2.0
#include "store/testing_events.h"

#include <algorithm>
#include <cstring>
#include <string>
#include <tuple>

#include "base/check.h"
#include "base/hex.h"
#include "model/names.h"

namespace tracery::store {
namespace {

model::Value value_at(const ColumnVector& vector, std::uint32_t row) {
  switch (vector.type) {
    case StreamType::kBool: return vector.data[row] == 2;
    case StreamType::kInt: return vector.as<std::int64_t>()[row];
    case StreamType::kDouble: return vector.as<double>()[row];
    case StreamType::kString: return std::string(vector.dictionary->at(vector.code(row) - 1));
    case StreamType::kId8: return to_hex({vector.data.data() + row * std::size_t{8}, 8});
    case StreamType::kId16: return to_hex({vector.data.data() + row * std::size_t{16}, 16});
  }
  return {};
}

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

void read_group(const RowSource& source, std::uint32_t group, std::vector<model::Event>& out) {
  const auto read = [&](StreamRef stream) {
    auto vector = source.read(stream.id, group);
    TRACERY_CHECK(vector.ok());
    TRACERY_CHECK((*vector)->rows == source.group_rows(group));
    return *vector;
  };
  const auto times = read(source.row_field(RowField::kTime));
  const auto datasets = read(source.row_field(RowField::kDataset));
  const auto rates = read(source.row_field(RowField::kSampleRate));
  const std::size_t first = out.size();
  for (std::uint32_t row = 0; row < source.group_rows(group); ++row) {
    model::Event event;
    event.time_ns = std::get<std::int64_t>(value_at(*times, row));
    event.dataset = std::get<std::string>(value_at(*datasets, row));
    event.sample_rate = static_cast<std::uint32_t>(std::get<std::int64_t>(value_at(*rates, row)));
    out.push_back(std::move(event));
  }
  for (const std::string& column : source.columns()) {
    for (const StreamRef stream : source.streams(column)) {
      const auto vector = read(stream);
      std::uint32_t present = 0;
      for (std::uint32_t row = 0; row < vector->rows; ++row) {
        if (!vector->is_present(row)) continue;
        ++present;
        out[first + row].fields.push_back({column, value_at(*vector, row)});
      }
      TRACERY_CHECK(source.zone(stream.id, group).present_rows == present);
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

std::vector<model::Event> read_events(const RowSource& source) {
  std::vector<model::Event> events;
  for (std::uint32_t group = 0; group < source.groups(); ++group) {
    read_group(source, group, events);
  }
  for (model::Event& event : events) order_fields(event);
  return events;
}

std::vector<model::Event> read_events(const Snapshot& snapshot) {
  std::vector<model::Event> events;
  for (const auto& source : snapshot.sources) {
    for (model::Event& event : read_events(*source)) events.push_back(std::move(event));
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
    event.time_ns =
        what.first_time_ns + static_cast<std::int64_t>(below(static_cast<std::uint64_t>(what.span_ns)));
    event.sample_rate = static_cast<std::uint32_t>(1 + below(2) * 9);
    if (below(5) == 0) trace = random_hex(random, below(4) == 0 ? 8 : 16);
    const auto put = [&](std::string name, model::Value value) {
      event.fields.push_back({std::move(name), std::move(value)});
    };
    if (below(10) != 0) put(std::string(model::names::kTraceId), trace);
    put(std::string(model::names::kSpanId), random_hex(random, 8));
    put(std::string(model::names::kName), "route " + std::to_string(below(10)));
    if (below(2) == 0) put(std::string(model::names::kDurationMs), static_cast<double>(below(1'000)) / 8);
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
