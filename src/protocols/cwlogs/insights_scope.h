// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "protocols/cwlogs/insights_query.h"
#include "protocols/cwlogs/lookup_table.h"
#include "query/row_query.h"

namespace tracery::cwlogs {

/// Events that are not seen (of a stream that was deleted, say): asked for each event, from several
/// threads at once. Null when all are seen.
using IsVisible = std::function<bool(std::string_view group, std::string_view stream,
                                     std::int64_t time_ns, std::int64_t sequence)>;

/// What may be read of some groups.
struct InsightsAccess {
  std::int64_t from_ns = 0;
  IsVisible is_visible;
};

/// What queries name: groups, and tables for `lookup`. Thread-safe.
class InsightsSources {
 public:
  virtual ~InsightsSources() = default;
  /// Groups that there are.
  virtual std::vector<std::string> groups_of(const QuerySource& source) const = 0;
  /// kNotFound when there is no such group.
  virtual Result<InsightsAccess> access(const std::vector<std::string>& groups) const = 0;
  /// kNotFound when there is no such table.
  virtual Result<std::shared_ptr<const LookupTable>> table(const std::string& name) const = 0;
};

/// A time of a SOURCE, ns: as it stands, or back from now.
std::int64_t time_of_source(std::int64_t ms, std::int64_t now_ns);

/// What a query runs on besides its text.
struct InsightsContext {
  std::vector<std::string> groups;
  std::int64_t from_ns = 0;  ///< Half open.
  std::int64_t to_ns = 0;
  std::int64_t now_ns = 0;
  std::string account;            ///< Of @log.
  std::size_t rows_max = 10'000;  ///< Rows of a result when the query does not say.
  IsVisible is_visible;
  /// For queries inside the query and for `lookup`; may be null, then there is none of it.
  const InsightsSources* sources = nullptr;
};

/// The names that the commands of one step can use, and the slots they stand for.
class QueryScope {
 public:
  /// With the fields of events, or only what is defined.
  QueryScope(const InsightsContext* context, bool reads_events)
      : context_(context), reads_events_(reads_events) {}

  query::RowProgram& program() { return program_; }
  const InsightsContext& context() const { return *context_; }
  bool reads_events() const { return reads_events_; }

  /// Later definitions of a name count.
  void define(const std::string& name, std::size_t slot) { names_[name] = slot; }
  std::size_t define(const std::string& name, query::Expression expression);
  /// Fields are also known with `prefix.` before them, unless something defined has that name.
  void add_prefix(std::string prefix) { prefixes_.push_back(std::move(prefix) + "."); }
  /// The slot of a name that was defined.
  std::optional<std::size_t> find(const std::string& name) const;
  /// The same, or a member of something defined, or a field of events; else a slot of nulls.
  std::size_t slot_of(const std::string& name);
  /// True when the name is the event's message itself.
  bool is_message(const std::string& name) const;

  /// True for events that are seen; nothing when all are.
  std::optional<query::Expression> visibility();

  std::size_t time_slot();
  std::size_t sequence_slot();
  std::size_t computed(query::Expression expression);

 private:
  std::optional<std::size_t> member_slot(const std::string& name);
  std::size_t event_slot(const std::string& name);
  std::optional<std::size_t> system_slot(const std::string& name);
  std::size_t field_slot(const std::string& field);
  std::size_t message_slot();
  std::size_t dataset_slot();
  std::vector<query::Expression> identity();
  std::size_t with_fallback(std::size_t slot, std::size_t fallback);

  const InsightsContext* context_;
  bool reads_events_;
  query::RowProgram program_;
  std::map<std::string, std::size_t> names_;
  std::vector<std::string> prefixes_;
  std::map<std::string, std::size_t> fields_;  ///< Of events, as far as asked for.
};

}  // namespace tracery::cwlogs
