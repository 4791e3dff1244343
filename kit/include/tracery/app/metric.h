// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "tracery/app/attribute.h"

namespace tracery::app {

namespace detail {
struct CounterState;
struct HistogramState;
}  // namespace detail

/// How an instrument is declared. `unit` is a UCUM code: "s", "By", "{request}".
struct InstrumentOptions {
  std::string_view unit = "";
  std::string_view description = "";
};

/// A sum that only grows, or with `UpDownCounter` also shrinks. Create it once, after `init()`;
/// `add` may be called from any thread and never throws.
class Counter {
 public:
  explicit Counter(std::string_view name, const InstrumentOptions& options = {}) noexcept;
  void add(double amount, Attributes attributes = {}) noexcept;

 private:
  std::shared_ptr<detail::CounterState> state_;
};

class UpDownCounter {
 public:
  explicit UpDownCounter(std::string_view name, const InstrumentOptions& options = {}) noexcept;
  void add(double amount, Attributes attributes = {}) noexcept;

 private:
  std::shared_ptr<detail::CounterState> state_;
};

/// A distribution, in buckets with the upper bounds `bounds` (the bounds that the semantic
/// conventions give for durations in seconds if there are none).
class Histogram {
 public:
  explicit Histogram(std::string_view name, const InstrumentOptions& options = {},
                     std::vector<double> bounds = {}) noexcept;
  void record(double value, Attributes attributes = {}) noexcept;

 private:
  std::shared_ptr<detail::HistogramState> state_;
};

}  // namespace tracery::app
