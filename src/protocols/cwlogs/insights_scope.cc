// SPDX-License-Identifier: Apache-2.0
#include "protocols/cwlogs/insights_scope.h"

#include "base/time.h"
#include "model/names.h"
#include "protocols/cwlogs/insights_functions.h"
#include "protocols/cwlogs/insights_json.h"
#include "protocols/cwlogs/lambda_fields.h"
#include "protocols/cwlogs/log_pointer.h"
#include "protocols/cwlogs/names.h"

namespace tracery::cwlogs {
namespace {

using query::Datum;
using query::Expression;
using query::RowSlot;
using query::TextArena;

/// The stream of log records that came by OTLP; docs/wire/cwlogs.md.
constexpr std::string_view kOtlpStream = "otlp";

Datum first_present(const Datum* arguments, TextArena&) {
  return arguments[0].is_null() ? arguments[1] : arguments[0];
}

Datum ingestion_time(const Datum* arguments, TextArena&) {
  const bool has_sequence = arguments[0].kind() == Datum::Kind::kInteger;
  return Datum::time(has_sequence ? arguments[0].whole() : arguments[1].whole());
}

/// Of group, stream, time and sequence; the stream is none of what names an event.
Datum pointer(const Datum* arguments, TextArena& texts) {
  const bool has_sequence = arguments[3].kind() == Datum::Kind::kInteger;
  const std::int64_t sequence = has_sequence ? arguments[3].whole() : 0;
  return Datum::text(
      texts.store(encode_pointer(arguments[0].text(), arguments[2].whole(), sequence)));
}

/// Columns of ours that a field of a message may have the name of, too.
std::optional<std::string> column_behind(const std::string& field) {
  if (names::column_of_field(field) != field) return field;
  if (field == "trace_id") return std::string(model::names::kTraceId);
  if (field == "span_id") return std::string(model::names::kParentId);
  return std::nullopt;
}

}  // namespace

std::int64_t time_of_source(std::int64_t ms, std::int64_t now_ns) {
  return ms > 0 ? ms * kNsPerMs : now_ns + ms * kNsPerMs;
}

std::size_t QueryScope::computed(Expression expression) {
  if (expression.kind == Expression::Kind::kSlot) return expression.slot;
  RowSlot slot;
  slot.kind = RowSlot::Kind::kComputed;
  slot.expression = std::move(expression);
  return program_.add_slot(std::move(slot));
}

std::size_t QueryScope::define(const std::string& name, Expression expression) {
  const std::size_t slot = computed(std::move(expression));
  define(name, slot);
  return slot;
}

std::optional<std::size_t> QueryScope::find(const std::string& name) const {
  const auto found = names_.find(name);
  return found == names_.end() ? std::nullopt : std::optional(found->second);
}

bool QueryScope::is_message(const std::string& name) const {
  return reads_events_ && name == "@message" && !find(name);
}

std::size_t QueryScope::slot_of(const std::string& name) {
  if (const auto defined = find(name)) return *defined;
  for (const std::string& prefix : prefixes_) {
    if (name.starts_with(prefix)) return slot_of(name.substr(prefix.size()));
  }
  if (const auto member = member_slot(name)) return *member;
  const auto known = fields_.find(name);
  if (known != fields_.end()) return known->second;
  const std::size_t slot =
      reads_events_ ? event_slot(name) : computed(Expression::of_constant(Datum()));
  fields_.emplace(name, slot);
  return slot;
}

/// "j.a.b" when "j" or "j.a" is defined.
std::optional<std::size_t> QueryScope::member_slot(const std::string& name) {
  for (std::size_t dot = name.rfind('.'); dot != std::string::npos && dot != 0;
       dot = name.rfind('.', dot - 1)) {
    const auto base = find(name.substr(0, dot));
    if (!base) continue;
    const ScalarSpec* member = find_scalar("member");
    return define(
        name,
        program_.call([body = member->body](const Datum* arguments,
                                            TextArena& texts) { return body(arguments, 2, texts); },
                      {Expression::of_slot(*base), Expression::of_text(name.substr(dot + 1))}));
  }
  return std::nullopt;
}

std::optional<Expression> QueryScope::visibility() {
  if (!context_->is_visible) return std::nullopt;
  return program_.call(
      [is_visible = context_->is_visible](const Datum* arguments, TextArena&) {
        const bool has_sequence = arguments[3].kind() == Datum::Kind::kInteger;
        return Datum::truth(is_visible(arguments[0].text(), arguments[1].text(),
                                       arguments[2].whole(),
                                       has_sequence ? arguments[3].whole() : 0));
      },
      identity());
}

/// Group, stream, time and sequence.
std::vector<Expression> QueryScope::identity() {
  return {Expression::of_slot(dataset_slot()), Expression::of_slot(slot_of("@logStream")),
          Expression::of_slot(time_slot()), Expression::of_slot(sequence_slot())};
}

std::size_t QueryScope::dataset_slot() {
  RowSlot slot;
  slot.kind = RowSlot::Kind::kDataset;
  return program_.add_slot(std::move(slot));
}

std::size_t QueryScope::time_slot() { return slot_of("@timestamp"); }
std::size_t QueryScope::sequence_slot() {
  return program_.column_slot(std::string(names::kSequence));
}
std::size_t QueryScope::message_slot() {
  return program_.column_slot(std::string(model::names::kBody));
}

std::size_t QueryScope::with_fallback(std::size_t slot, std::size_t fallback) {
  return computed(
      program_.call(first_present, {Expression::of_slot(slot), Expression::of_slot(fallback)}));
}

std::size_t QueryScope::event_slot(const std::string& name) {
  if (name.starts_with('@')) {
    if (const auto slot = system_slot(name)) return *slot;
    // A member whose own name starts with @ has one more here.
    if (!name.starts_with("@@")) return computed(Expression::of_constant(Datum()));
    return field_slot(name.substr(1));
  }
  const std::size_t slot = field_slot(name);
  const auto column = column_behind(name);
  return column ? with_fallback(slot, program_.column_slot(*column)) : slot;
}

/// A column, or what the message holds under that name when there is none.
std::size_t QueryScope::field_slot(const std::string& field) {
  RowSlot slot;
  slot.kind = RowSlot::Kind::kColumn;
  slot.find_in = message_slot();
  slot.column = program_.columns.size();
  program_.columns.push_back(names::column_of_field(field));
  slot.finder = [field](std::string_view message, TextArena& texts) {
    return find_message_field(message, field, texts);
  };
  return program_.add_slot(std::move(slot));
}

std::optional<std::size_t> QueryScope::system_slot(const std::string& name) {
  RowSlot slot;
  if (name == "@message") return message_slot();
  if (name == "@timestamp") {
    slot.kind = RowSlot::Kind::kTime;
    return program_.add_slot(std::move(slot));
  }
  if (name == "@logStream") {
    const std::size_t stream = program_.column_slot(std::string(names::kLogStream));
    return computed(program_.call(first_present, {Expression::of_slot(stream),
                                                  Expression::of_text(std::string(kOtlpStream))}));
  }
  if (name == "@ingestionTime") {
    return computed(program_.call(
        ingestion_time, {Expression::of_slot(sequence_slot()), Expression::of_slot(time_slot())}));
  }
  if (name == "@ptr") return computed(program_.call(pointer, identity()));
  if (name == "@log") {
    return computed(program_.call(
        [prefix = context_->account + ":"](const Datum* arguments, TextArena& texts) {
          return Datum::text(texts.store(prefix + std::string(arguments[0].text())));
        },
        {Expression::of_slot(dataset_slot())}));
  }
  if (const LambdaField read = find_lambda_field(name)) {
    return computed(program_.call(
        [read](const Datum* arguments, TextArena&) {
          return arguments[0].is_text() ? read(arguments[0].text()) : Datum();
        },
        {Expression::of_slot(message_slot())}));
  }
  return std::nullopt;
}

}  // namespace tracery::cwlogs
