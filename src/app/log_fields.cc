// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <set>

#include "app/log_search.h"
#include "protocols/cwlogs/names.h"

namespace tracery::app {
namespace {

namespace names = cwlogs::names;

/// Columns of the groups that hold fields of messages; those written last first.
std::vector<std::string> field_columns(const store::Catalogue& catalogue,
                                       const std::vector<std::string>& groups, std::size_t most) {
  std::map<std::string, std::int64_t> written;
  for (const std::string& group : groups) {
    const auto dataset = catalogue.datasets.find(group);
    if (dataset == catalogue.datasets.end()) continue;
    for (const auto& [column, info] : dataset->second.columns) {
      if (names::field_of_column(column).empty()) continue;
      auto& last = written[column];
      last = std::max(last, info.last_written_ns);
    }
  }
  std::vector<std::string> columns;
  for (const auto& [column, last] : written) columns.push_back(column);
  std::stable_sort(columns.begin(), columns.end(),
                   [&](const auto& a, const auto& b) { return written[a] > written[b]; });
  if (columns.size() > most) columns.resize(most);
  return columns;
}

}  // namespace

Result<std::vector<LogField>> LogSearch::fields(const LogSelection& selection) const {
  constexpr std::size_t kFieldsMax = 200;
  std::map<std::string, LogVisibility> visible;
  const query::EventsSpec events = TRACERY_TRY(make_spec(selection, visible));
  const auto snapshot = snapshot_();
  const auto columns = field_columns(*snapshot->catalogue, selection.groups, kFieldsMax);
  query::Spec spec;
  spec.datasets = events.datasets;
  spec.filters = events.filters;
  spec.from_ns = events.from_ns;
  spec.to_ns = std::max(events.to_ns, events.from_ns + 1);
  spec.granularity_ns = spec.to_ns - spec.from_ns;
  spec.series = spec.totals = spec.other = spec.weighted = false;
  spec.calculations = {query::Calculation{}};
  for (const std::string& column : columns) {
    query::Calculation count;
    count.name = column;
    count.filters.filters = {{column, query::FilterOp::kExists, {}}};
    spec.calculations.push_back(std::move(count));
  }
  query::RunOptions options;
  options.threads = threads_;
  const auto result = TRACERY_TRY(query::run(*snapshot, spec, options));
  const auto count_at = [&](std::size_t i) {
    const auto* count =
        result.rows.empty() ? nullptr : std::get_if<std::int64_t>(&result.rows[0].cells.at(i));
    return count == nullptr ? std::int64_t{0} : *count;
  };
  const std::int64_t total = count_at(0);
  std::vector<LogField> fields;
  if (total == 0) return fields;
  for (const char* name : {"@ingestionTime", "@log", "@logStream", "@message", "@timestamp"}) {
    fields.push_back({name, 100});
  }
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const auto percent = static_cast<int>((count_at(i + 1) * 100 + total - 1) / total);
    if (percent > 0) fields.push_back({std::string(names::field_of_column(columns[i])), percent});
  }
  std::stable_sort(fields.begin(), fields.end(),
                   [](const auto& a, const auto& b) { return a.percent > b.percent; });
  return fields;
}

Result<std::vector<query::ValueCount>> LogSearch::top_values(const LogSelection& selection,
                                                             const std::string& field,
                                                             std::size_t limit) const {
  std::map<std::string, LogVisibility> visible;
  const query::EventsSpec spec = TRACERY_TRY(make_spec(selection, visible));
  query::RunOptions options;
  options.threads = threads_;
  const std::string column =
      field == "@logStream" ? std::string(names::kLogStream) : names::column_of_field(field);
  return query::top_values(*snapshot_(), spec, column, "", limit, options);
}

}  // namespace tracery::app
