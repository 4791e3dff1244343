// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "api/services.h"

namespace tracery::api {

/// The kind of the document that says how far a filter has come: a sequence, of the filter
/// "<kind>/<name>" in the scope of its group.
inline constexpr const char* kFilterProgress = "filter_progress";

/// Carries out metric and subscription filters: reads what was stored since it was last here, once
/// a second. A metric filter's values become events of the dataset named like its namespace; a
/// subscription to an http(s) address is posted the matching events, gzipped, as AWS sends them to
/// its targets. How far each filter has come is kept in the database; an address that does not
/// answer 2xx gets the same events again, in order, until it does.
class LogsDelivery {
 public:
  explicit LogsDelivery(Services& services);
  ~LogsDelivery();

 private:
  struct Filter;

  void loop();
  void run_once();
  Status load_filters();
  Status add_filter(const char* kind, std::int64_t settled);
  Status advance(Filter& filter, std::int64_t settled);

  Services& services_;
  std::uint64_t filters_version_ = 0;
  bool is_loaded_ = false;
  std::vector<std::unique_ptr<Filter>> filters_;
  std::mutex mutex_;  // stopping_
  std::condition_variable wake_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace tracery::api
