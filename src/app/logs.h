// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>

#include "app/insights_service.h"
#include "app/log_documents.h"
#include "app/log_groups.h"
#include "app/log_insights.h"
#include "app/log_search.h"
#include "app/log_tail.h"

namespace tracery::app {

/// All there is for the Logs API and the screens of logs. Its members are thread-safe.
struct Logs {
  LogDocuments documents;
  std::unique_ptr<LogGroups> groups;
  LogSearch search;
  LogTail& tail;
  std::unique_ptr<LogInsightsSources> insights_sources;
  std::unique_ptr<InsightsService> insights;
  /// Goes up when a metric or subscription filter was put or deleted.
  std::atomic<std::uint64_t> filters_version{0};

  void filters_changed() { ++filters_version; }
};

}  // namespace tracery::app
