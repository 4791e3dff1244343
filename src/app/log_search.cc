// SPDX-License-Identifier: Apache-2.0
#include "app/log_search.h"

#include <algorithm>
#include <array>
#include <limits>

#include "base/hash.h"
#include "base/time.h"
#include "model/names.h"
#include "protocols/cwlogs/message_facts.h"
#include "protocols/cwlogs/names.h"
#include "protocols/cwlogs/page_token.h"
#include "store/text_words.h"

namespace tracery::app {
namespace {

namespace names = cwlogs::names;
using query::Filter;
using query::FilterOp;

/// A filter pattern as a condition of the query layer.
class PatternMatch final : public query::TextMatch {
 public:
  explicit PatternMatch(cwlogs::FilterPattern pattern) : pattern_(std::move(pattern)) {}

  bool accepts(std::string_view text) const override { return pattern_.matches(text); }

  std::vector<std::uint64_t> required_words() const override {
    std::vector<std::uint64_t> words;
    const auto add = [&](const std::vector<std::uint64_t>& more) {
      words.insert(words.end(), more.begin(), more.end());
    };
    for (const std::string& text : pattern_.required_texts()) add(store::inner_words_of(text));
    for (const std::string& word : pattern_.required_words()) add(store::words_of(word));
    return words;
  }

 private:
  cwlogs::FilterPattern pattern_;
};

std::string_view text_field(const model::Event& event, std::string_view name) {
  const model::Value* value = model::find_field(event, name);
  const auto* text = value == nullptr ? nullptr : std::get_if<std::string>(value);
  return text == nullptr ? std::string_view() : *text;
}

std::int64_t sequence_of(const model::Event& event) {
  const model::Value* value = model::find_field(event, names::kSequence);
  const auto* number = value == nullptr ? nullptr : std::get_if<std::int64_t>(value);
  return number == nullptr ? 0 : *number;
}

std::vector<model::Value> to_values(const std::vector<std::string>& texts) {
  return {texts.begin(), texts.end()};
}

/// Messages spell their levels as they like.
std::vector<model::Value> level_spellings(const std::vector<std::string>& levels) {
  constexpr std::array<std::string_view, 14> kSpellings = {
      "trace", "debug", "info",     "information", "notice", "warn",      "warning",
      "error", "err",   "critical", "crit",        "fatal",  "emergency", "alert"};
  std::vector<model::Value> values;
  for (const std::string_view word : kSpellings) {
    const std::string_view level = cwlogs::level_of_word(word);
    if (std::find(levels.begin(), levels.end(), level) == levels.end()) continue;
    std::string text(word);
    values.emplace_back(text);
    text[0] = static_cast<char>(text[0] - 'a' + 'A');
    values.emplace_back(text);
    std::transform(word.begin(), word.end(), text.begin(),
                   [](char c) { return static_cast<char>(c - 'a' + 'A'); });
    values.emplace_back(text);
  }
  return values;
}

/// False for rows of groups and streams deleted since, and those whose retention has passed: what
/// the query's filters could not say of several groups at once.
bool is_visible(const model::Event& event, const std::map<std::string, LogVisibility>& visible) {
  const auto found = visible.find(event.dataset);
  if (found == visible.end()) return false;
  const LogVisibility& rules = found->second;
  if (event.time_ns < rules.from_ns) return false;
  const std::int64_t sequence = sequence_of(event);
  if (sequence < rules.sequence_min) return false;
  const std::string_view stream = text_field(event, names::kLogStream);
  const auto minimum = rules.stream_minimums.find(stream);
  if (minimum != rules.stream_minimums.end() && sequence < minimum->second) return false;
  return std::find(rules.hidden_streams.begin(), rules.hidden_streams.end(), stream) ==
         rules.hidden_streams.end();
}

query::EventsSpec paged_spec(const LogPageRequest& request) {
  query::EventsSpec spec;
  spec.tie_column = names::kSequence;
  spec.after = request.after;
  return spec;
}

/// Where nothing has been read yet.
query::EventPosition start_of(query::EventOrder order) {
  constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();
  return order == query::EventOrder::kNewestFirst ? query::EventPosition{kMost, kMost, 0}
                                                  : query::EventPosition{};
}

}  // namespace

std::int64_t LogLine::time_ms() const { return pointer.time_ns / kNsPerMs; }

std::int64_t LogLine::ingestion_ms() const {
  return (pointer.sequence == 0 ? pointer.time_ns : pointer.sequence) / kNsPerMs;
}

std::string LogLine::event_id() const {
  // Records that came by OTLP have no number of their own; their texts tell them apart.
  const std::uint64_t tail = hash64(pointer.sequence == 0 ? message : std::string_view(stream));
  return cwlogs::event_id(pointer.time_ns, pointer.sequence, tail);
}

LogLine line_of(const model::Event& event) {
  LogLine line;
  line.pointer = {event.dataset, event.time_ns, sequence_of(event)};
  line.stream = text_field(event, names::kLogStream);
  if (line.pointer.sequence == 0) line.stream = kOtlpStream;
  line.message = text_field(event, model::names::kBody);
  line.level = cwlogs::level_of_word(text_field(event, names::kSeverity));
  line.trace_id = text_field(event, model::names::kTraceId);
  line.span_id = text_field(event, model::names::kParentId);
  return line;
}

Result<query::EventsSpec> LogSearch::make_spec(
    const LogSelection& selection, std::map<std::string, LogVisibility>& visible) const {
  query::EventsSpec spec;
  spec.datasets = selection.groups;
  spec.to_ns = selection.to_ns;
  std::optional<std::string> only_stream;
  if (selection.streams.size() == 1) only_stream = selection.streams.front();
  std::int64_t from_ns = std::numeric_limits<std::int64_t>::max();
  std::int64_t sequence_min = from_ns;
  bool has_otlp = false;
  for (const std::string& name : selection.groups) {
    has_otlp = has_otlp || TRACERY_TRY(groups_.find(name)).is_otlp;
    LogVisibility rules = TRACERY_TRY(groups_.visibility(name, only_stream));
    from_ns = std::min(from_ns, rules.from_ns);
    sequence_min = std::min(sequence_min, rules.sequence_min);
    visible.insert_or_assign(name, std::move(rules));
  }
  spec.from_ns = std::max(selection.from_ns, from_ns);
  auto& filters = spec.filters.filters;
  if (has_otlp) {
    filters.push_back({std::string(model::names::kSignalType), FilterOp::kEqual, {"log"}});
    filters.push_back({std::string(model::names::kBody), FilterOp::kExists, {}});
  } else {
    filters.push_back({std::string(names::kSequence), FilterOp::kGreaterEqual, {sequence_min}});
  }
  if (selection.sequences) {
    const std::string column(names::kSequence);
    filters.push_back({column, FilterOp::kGreaterEqual, {selection.sequences->first}});
    filters.push_back({column, FilterOp::kLessEqual, {selection.sequences->second}});
  }
  const bool only_otlp = only_stream == kOtlpStream && has_otlp;
  if (!selection.streams.empty() && !only_otlp) {
    filters.push_back(
        {std::string(names::kLogStream), FilterOp::kIn, to_values(selection.streams)});
  }
  if (!selection.stream_prefix.empty()) {
    filters.push_back(
        {std::string(names::kLogStream), FilterOp::kStartsWith, {selection.stream_prefix}});
  }
  if (!selection.levels.empty()) {
    filters.push_back(
        {std::string(names::kSeverity), FilterOp::kIn, level_spellings(selection.levels)});
  }
  if (!selection.text.empty()) {
    filters.push_back({std::string(model::names::kBody), FilterOp::kContains, {selection.text}});
  }
  if (!selection.pattern.matches_all()) {
    spec.texts.push_back(
        {std::string(model::names::kBody), std::make_shared<PatternMatch>(selection.pattern)});
  }
  spec.tie_column = names::kSequence;
  return spec;
}

Result<LogPage> LogSearch::read(const LogPageRequest& request) const {
  std::map<std::string, LogVisibility> visible;
  query::EventsSpec spec = TRACERY_TRY(make_spec(request.selection, visible));
  spec.order = request.order;
  spec.limit = request.limit;
  spec.after = request.after;
  spec.work_ns_max = request.work_ns_max;
  if (!request.all_columns) {
    for (const std::string_view column :
         {model::names::kBody, names::kLogStream, names::kSequence, names::kSeverity,
          model::names::kTraceId, model::names::kParentId}) {
      spec.columns.emplace_back(column);
    }
  }
  query::RunOptions options;
  options.threads = threads_;
  query::EventPage found = TRACERY_TRY(query::find_event_page(*snapshot_(), spec, options));
  LogPage page;
  page.is_complete = !found.unfinished;
  if (found.events.size() == request.limit) {
    page.next = query::position_after(found.events, spec);
  } else if (found.unfinished) {
    page.next = found.unfinished;
  }
  page.position_after = request.after.value_or(start_of(request.order));
  page.position_before = page.position_after;
  if (!found.events.empty()) {
    page.position_after = query::position_after(found.events, spec);
    page.position_before = query::position_before(found.events, spec);
  }
  if (found.unfinished && found.events.size() < request.limit) {
    page.position_after = *found.unfinished;
  }
  page.events = std::move(found.events);
  std::erase_if(page.events,
                [&](const model::Event& event) { return !is_visible(event, visible); });
  return page;
}

void LogSearch::trim(LogPage& page, std::size_t bytes_max, const LogPageRequest& request) {
  std::size_t bytes = 0;
  for (std::size_t i = 0; i < page.events.size(); ++i) {
    bytes += text_field(page.events[i], model::names::kBody).size();
    if (bytes <= bytes_max || i == 0) continue;
    page.events.resize(i);
    page.position_after = query::position_after(page.events, paged_spec(request));
    page.next = page.position_after;
    return;
  }
}

Result<model::Event> LogSearch::find(const cwlogs::LogPointer& pointer) const {
  std::map<std::string, LogVisibility> visible;
  LogSelection selection;
  selection.groups = {pointer.group};
  selection.from_ns = pointer.time_ns;
  selection.to_ns = pointer.time_ns + 1;
  query::EventsSpec spec = TRACERY_TRY(make_spec(selection, visible));
  if (pointer.sequence != 0) {
    spec.filters.filters.push_back(
        {std::string(names::kSequence), FilterOp::kEqual, {pointer.sequence}});
  }
  spec.limit = 1;
  auto events = TRACERY_TRY(query::find_events(*snapshot_(), spec));
  if (events.empty() || !is_visible(events.front(), visible)) {
    return Error{ErrorCode::kNotFound, "The specified log event does not exist."};
  }
  return std::move(events.front());
}

Result<LogHistogram> LogSearch::histogram(const LogSelection& selection,
                                          std::size_t buckets) const {
  std::map<std::string, LogVisibility> visible;
  const query::EventsSpec events = TRACERY_TRY(make_spec(selection, visible));
  query::Spec spec;
  spec.datasets = events.datasets;
  spec.calculations = {query::Calculation{}};
  spec.filters = events.filters;
  spec.breakdowns = {std::string(names::kSeverity)};
  spec.from_ns = events.from_ns;
  spec.to_ns = std::max(events.to_ns, events.from_ns + 1);
  const std::int64_t range_ns = std::max<std::int64_t>(1, selection.to_ns - selection.from_ns);
  const auto wanted = static_cast<std::int64_t>(buckets);
  spec.granularity_ns = std::max(kNsPerMs, (range_ns + wanted - 1) / wanted);
  spec.limit = 1000;
  spec.weighted = spec.totals = spec.other = false;
  query::RunOptions options;
  options.threads = threads_;
  const query::QueryResult result =
      TRACERY_TRY(query::run(*snapshot_(), spec, events.texts, options));
  LogHistogram histogram;
  histogram.bucket_ns = result.granularity_ns;
  histogram.start_ns = spec.from_ns - spec.from_ns % histogram.bucket_ns;
  histogram.counts.resize(
      static_cast<std::size_t>((spec.to_ns - histogram.start_ns - 1) / histogram.bucket_ns + 1));
  for (const query::SeriesPoint& point : result.series) {
    const auto* word = std::get_if<std::string>(&point.row.group.at(0));
    const auto* count = std::get_if<std::int64_t>(&point.row.cells.at(0));
    const auto bucket =
        static_cast<std::size_t>((point.time_ns - histogram.start_ns) / histogram.bucket_ns);
    if (count == nullptr || bucket >= histogram.counts.size()) continue;
    const auto number = static_cast<std::uint64_t>(*count);
    const std::string level(word == nullptr ? std::string_view() : cwlogs::level_of_word(*word));
    auto& of_level = histogram.levels[level];
    of_level.resize(histogram.counts.size());
    of_level[bucket] += number;
    histogram.counts[bucket] += number;
    histogram.total += number;
  }
  histogram.levels.erase("");
  return histogram;
}

}  // namespace tracery::app
