// SPDX-License-Identifier: Apache-2.0
#include "protocols/cwlogs/intake_decoder.h"

#include <algorithm>
#include <charconv>
#include <deque>
#include <optional>

#include <simdjson.h>

#include "base/time.h"
#include "protocols/cwlogs/event_batch.h"

namespace tracery::cwlogs {
namespace {

using simdjson::dom::element;
using simdjson::dom::object;

Error malformed() { return {ErrorCode::kMalformed, "body is no JSON"}; }

std::optional<double> number_of(const element& value) {
  double number = 0;
  if (value.get(number) == simdjson::SUCCESS) return number;
  std::string_view text;
  if (value.get(text) != simdjson::SUCCESS) return std::nullopt;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
  if (read.ec != std::errc() || read.ptr != text.data() + text.size()) return std::nullopt;
  return number;
}

/// Collects events and owns their texts.
class Collector {
 public:
  Collector(IntakeForm form, std::int64_t now_ns) : form_(form), now_ms_(now_ns / kNsPerMs) {}

  /// An object or an array of some; everything else is no event.
  void add(const element& value) {
    simdjson::dom::array items;
    if (value.get(items) == simdjson::SUCCESS) {
      for (const element item : items) add_object(item);
    } else {
      add_object(value);
    }
  }

  void add_line(std::string_view line, const element* parsed) {
    object members;
    const bool is_object = parsed != nullptr && parsed->get(members) == simdjson::SUCCESS;
    events_.push_back({is_object ? time_of(members) : now_ms_, line});
  }

  /// By time, as PutLogEvents demands them.
  std::vector<LogEvent> take() {
    std::stable_sort(events_.begin(), events_.end(),
                     [](const LogEvent& a, const LogEvent& b) { return a.time_ms < b.time_ms; });
    return std::move(events_);
  }

 private:
  void add_object(const element& value) {
    object members;
    if (value.get(members) != simdjson::SUCCESS) return;
    element event;
    const bool needs_event = form_ == IntakeForm::kEvents;
    if (needs_event && members["event"].get(event) != simdjson::SUCCESS) return;
    texts_.push_back(simdjson::minify(value));
    events_.push_back({time_of(members), texts_.back()});
  }

  std::int64_t time_of(const object& members) const {
    const bool is_seconds = form_ == IntakeForm::kEvents;
    element value;
    if (members[is_seconds ? "time" : "timestamp"].get(value) != simdjson::SUCCESS) return now_ms_;
    const auto number = number_of(value);
    constexpr double kMsMax = 9e15;
    const double time_ms = number.value_or(-1) * (is_seconds ? 1e3 : 1);
    return time_ms >= 0 && time_ms < kMsMax ? static_cast<std::int64_t>(time_ms) : now_ms_;
  }

  IntakeForm form_;
  std::int64_t now_ms_;
  std::deque<std::string> texts_;
  std::vector<LogEvent> events_;
};

Status read_documents(std::string_view body, Collector& collector) {
  simdjson::dom::parser parser;
  const simdjson::padded_string padded(body);
  simdjson::dom::document_stream documents;
  if (parser.parse_many(padded, std::max<std::size_t>(padded.size(), 64)).get(documents) !=
      simdjson::SUCCESS) {
    return malformed();
  }
  std::size_t count = 0;
  for (auto document : documents) {
    element value;
    if (document.get(value) != simdjson::SUCCESS) return malformed();
    collector.add(value);
    ++count;
  }
  if (count == 0) return malformed();
  return {};
}

void read_lines(std::string_view body, Collector& collector) {
  simdjson::dom::parser parser;
  while (!body.empty()) {
    std::string_view line = body.substr(0, body.find('\n'));
    body.remove_prefix(std::min(body.size(), line.size() + 1));
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.find_first_not_of(" \t") == std::string_view::npos) continue;
    element value;
    const bool is_json = parser.parse(line.data(), line.size()).get(value) == simdjson::SUCCESS;
    collector.add_line(line, is_json ? &value : nullptr);
  }
}

}  // namespace

Result<PutOutcome> decode_intake(IntakeForm form, std::string_view body, std::string_view group,
                                 const PutContext& context, model::EventSink& sink) {
  Collector collector(form, context.now_ns);
  if (form == IntakeForm::kLines) {
    read_lines(body, collector);
  } else {
    TRACERY_TRY(read_documents(body, collector));
  }
  const std::vector<LogEvent> events = collector.take();
  if (events.size() > kEventsPerPutMax) {
    return Error{ErrorCode::kInvalid, "more than 10000 events in a request"};
  }
  TRACERY_TRY(check_sizes(events));
  PutOutcome outcome;
  outcome.group = group;
  outcome.stream = context.stream;
  write_accepted(events, context, sink, outcome);
  return outcome;
}

}  // namespace tracery::cwlogs
