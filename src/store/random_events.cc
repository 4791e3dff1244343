// SPDX-License-Identifier: Apache-2.0
#include "store/random_events.h"

#include <array>
#include <bit>
#include <cstdio>
#include <limits>
#include <string>

#include "model/names.h"

namespace tracery::store {
namespace {

namespace names = model::names;

std::string hex64(std::uint64_t value) {
  std::array<char, 17> text;
  std::snprintf(text.data(), text.size(), "%016llx", static_cast<unsigned long long>(value));
  return text.data();
}

class EventMaker {
 public:
  EventMaker(std::mt19937_64& random, const RandomEventsOptions& options)
      : random_(random), options_(options) {}

  model::Event make() {
    if (left_in_trace_ == 0) begin_trace();
    --left_in_trace_;
    model::Event event;
    event.dataset = pick(10) == 0 ? "quiet" : "shop" + std::to_string(pick(3));
    event.time_ns = trace_start_ns_ + static_cast<std::int64_t>(pick(20'000'000));
    event.sample_rate = pick(5) == 0 ? static_cast<std::uint32_t>(1 + pick(100)) : 1;
    add_ids(event);
    add_usual(event);
    add_odd(event);
    return event;
  }

 private:
  std::uint64_t pick(std::uint64_t below) { return random_() % below; }

  void begin_trace() {
    left_in_trace_ = 1 + pick(pick(4) == 0 ? 60 : 4);
    trace_start_ns_ = options_.from_ns + static_cast<std::int64_t>(
                                             pick(static_cast<std::uint64_t>(options_.length_ns)));
    spans_.clear();
    switch (pick(8)) {
      case 0: trace_ = ""; break;
      case 1: trace_ = hex64(random_()); break;
      case 2: trace_ = "order-" + std::to_string(pick(1000)); break;
      case 3:
        trace_ =
            "1-" + hex64(random_()).substr(8) + "-" + hex64(random_()) + hex64(random_()).substr(8);
        break;
      default: trace_ = hex64(random_()) + hex64(random_());
    }
  }

  void add_ids(model::Event& event) {
    if (!trace_.empty()) put(event, names::kTraceId, trace_);
    if (pick(10) != 0) {
      const std::string span = hex64(random_());
      put(event, names::kSpanId, span);
      if (!spans_.empty()) {
        put(event, names::kParentId,
            pick(12) == 0 ? hex64(random_()) : spans_[pick(spans_.size())]);
      }
      spans_.push_back(span);
    }
  }

  void add_usual(model::Event& event) {
    put(event, names::kName, "GET /route/" + std::to_string(pick(20)));
    put(event, names::kServiceName, "service-" + std::to_string(pick(6)));
    if (pick(8) != 0) {
      put(event, names::kDurationMs, static_cast<double>(pick(5'000'000'000)) / 1e6);
    } else if (pick(2) == 0) {
      put(event, names::kDurationMs, static_cast<std::int64_t>(pick(100)));
    }
    if (pick(3) == 0) {
      put(event, "http.status_code", static_cast<std::int64_t>(200 + pick(5) * 100));
      put(event, "http.method", std::string(pick(2) == 0 ? "GET" : "POST"));
    }
    if (pick(2) == 0) put(event, names::kError, pick(20) == 0);
    put(event, "user.id", "user-" + std::to_string(pick(500)));
    put(event, "request.id", hex64(random_()) + (pick(30) == 0 ? std::string(300, 'x') : ""));
    if (pick(4) == 0) put(event, "db.statement", "select " + std::to_string(pick(1'000'000)));
  }

  void add_odd(model::Event& event) {
    using Limits = std::numeric_limits<double>;
    if (pick(10) == 0) {
      const std::array odd = {0.0,
                              -0.0,
                              Limits::quiet_NaN(),
                              std::bit_cast<double>(0x7ff800000000beefULL),
                              Limits::infinity(),
                              Limits::denorm_min(),
                              std::bit_cast<double>(random_())};
      put(event, "ratio", odd[pick(odd.size())]);
    }
    if (pick(10) == 0) {
      const std::array odd = {std::numeric_limits<std::int64_t>::min(),
                              std::numeric_limits<std::int64_t>::max(), std::int64_t{0},
                              static_cast<std::int64_t>(random_())};
      put(event, "counter", odd[pick(odd.size())]);
    }
    switch (pick(6)) {
      case 0: put(event, "mixed", std::string()); break;
      case 1: put(event, "mixed", static_cast<std::int64_t>(pick(4))); break;
      case 2: put(event, "mixed", static_cast<double>(pick(4)) / 2); break;
      case 3: put(event, "mixed", pick(2) == 0); break;
      default: break;
    }
    if (options_.rare_columns > 0 && pick(20) == 0) {
      put(event, "rare." + std::to_string(pick(options_.rare_columns)),
          static_cast<std::int64_t>(pick(1000)));
      put(event, "seldom." + std::to_string(pick(options_.rare_columns)),
          "text " + std::to_string(pick(4)));
    }
  }

  static void put(model::Event& event, std::string_view name, model::Value value) {
    event.fields.push_back({std::string(name), std::move(value)});
  }

  std::mt19937_64& random_;
  const RandomEventsOptions& options_;
  std::size_t left_in_trace_ = 0;
  std::int64_t trace_start_ns_ = 0;
  std::string trace_;
  std::vector<std::string> spans_;
};

}  // namespace

std::vector<model::Event> random_events(std::mt19937_64& random,
                                        const RandomEventsOptions& options) {
  EventMaker maker(random, options);
  std::vector<model::Event> events;
  events.reserve(options.count);
  for (std::size_t i = 0; i < options.count; ++i) events.push_back(maker.make());
  return events;
}

}  // namespace tracery::store
