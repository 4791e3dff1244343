// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <span>
#include <string_view>
#include <vector>

#include "record/metric_record.h"
#include "record/span_record.h"

namespace tracery::app::otlp {

/// The records of one instrumentation scope. Borrows from the batch.
template <typename Record>
struct ScopeGroup {
  std::string_view name, version;
  std::vector<const Record*> records;
};

inline const record::SpanRecord& record_of(const record::SpanPointer& span) { return *span; }
inline const record::LogRecord& record_of(const record::LogRecord& log) { return log; }
inline const record::MetricRecord& record_of(const record::MetricRecord& metric) { return metric; }

inline std::string_view scope_version_of(const record::LogRecord&) { return {}; }
template <typename Record>
std::string_view scope_version_of(const Record& record) {
  return record.scope_version;
}

/// Groups a batch by scope, in order of first appearance.
template <typename Item>
auto group_by_scope(std::span<const Item> batch) {
  using Record = std::remove_cvref_t<decltype(record_of(batch.front()))>;
  std::vector<ScopeGroup<Record>> groups;
  for (const Item& item : batch) {
    const Record& record = record_of(item);
    const auto is_same = [&](const ScopeGroup<Record>& group) {
      return group.name == record.scope_name && group.version == scope_version_of(record);
    };
    auto group = std::ranges::find_if(groups, is_same);
    if (group == groups.end()) {
      groups.push_back({record.scope_name, scope_version_of(record), {}});
      group = groups.end() - 1;
    }
    group->records.push_back(&record);
  }
  return groups;
}

/// The flags of a span or link by OTLP: W3C's, and whether the parent was remote.
inline std::uint32_t otlp_flags(std::uint8_t w3c_flags, bool is_remote) {
  constexpr std::uint32_t kRemotenessIsKnown = 0x100, kIsRemote = 0x200;
  return w3c_flags | kRemotenessIsKnown | (is_remote ? kIsRemote : 0U);
}

}  // namespace tracery::app::otlp
