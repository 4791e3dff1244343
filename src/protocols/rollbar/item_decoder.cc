// SPDX-License-Identifier: Apache-2.0
#include "protocols/rollbar/item_decoder.h"

#include <charconv>
#include <vector>

#include "base/hex.h"
#include "base/time.h"
#include "model/error_names.h"
#include "model/names.h"

namespace tracery::rollbar {
namespace {

namespace names = model::names;

constexpr char kSeparator = '\x1f';

std::optional<std::int64_t> read_number(std::string_view text) {
  std::int64_t number = 0;
  const auto end = std::from_chars(text.data(), text.data() + text.size(), number);
  if (end.ec != std::errc() || end.ptr != text.data() + text.size()) return std::nullopt;
  return number;
}

bool is_held_back(std::int64_t sent_ns, std::int64_t now_ns) {
  return sent_ns < now_ns - kNsPerDay;
}

/// Puts one field after another; empty texts are left out.
class FieldWriter {
 public:
  explicit FieldWriter(model::EventSink& sink) : sink_(sink) {}

  void text(std::string_view name, std::string_view value) {
    if (!value.empty()) sink_.put(sink_.field(name), value);
  }
  template <typename T>
  void value(std::string_view name, const T& value) {
    sink_.put(sink_.field(name), value);
  }
  void id(std::string_view name, std::string_view hex) {
    std::array<std::uint8_t, 16> bytes{};
    const std::span<std::uint8_t> out = std::span(bytes).first(hex.size() / 2);
    if ((hex.size() == 16 || hex.size() == 32) && from_hex(hex, out)) {
      sink_.put_id(sink_.field(name), out);
    }
  }
  void field(const model::Field& field) {
    if (const auto* text_value = std::get_if<std::string>(&field.value)) {
      sink_.put(sink_.field(field.name), std::string_view(*text_value));
    } else if (const auto* truth = std::get_if<bool>(&field.value)) {
      sink_.put(sink_.field(field.name), *truth);
    } else if (const auto* whole = std::get_if<std::int64_t>(&field.value)) {
      sink_.put(sink_.field(field.name), *whole);
    } else if (const auto* real = std::get_if<double>(&field.value)) {
      sink_.put(sink_.field(field.name), *real);
    }
  }

 private:
  model::EventSink& sink_;
};

/// Where it broke: the last call, in the project's own files if it has any there. Go's reporter
/// sends the most recent call first.
const Frame* crash_frame(const Report& report) {
  if (report.exceptions.empty() || report.exceptions.front().frames.empty()) return nullptr;
  const std::vector<Frame>& frames = report.exceptions.front().frames;
  const bool newest_first = report.language.starts_with("go");
  for (std::size_t i = 0; i < frames.size(); ++i) {
    const Frame& frame = newest_first ? frames[i] : frames[frames.size() - 1 - i];
    if (frame.in_project) return &frame;
  }
  return newest_first ? &frames.front() : &frames.back();
}

void write_exception(const Report& report, FieldWriter& write) {
  if (report.exceptions.empty()) {
    write.text("message", report.message);
    return;
  }
  const Exception& exception = report.exceptions.front();
  write.text(names::kExceptionType, exception.type);
  write.text(names::kExceptionMessage, exception.message);
  write.text("message", exception.message);
  if (const Frame* frame = crash_frame(report)) {
    write.text("code.filepath", frame->filename);
    write.text("code.function", frame->method);
    if (frame->lineno > 0) write.value("code.lineno", frame->lineno);
  }
  if (report.exceptions.size() > 1) {
    write.text("exception.cause.type", report.exceptions.back().type);
  }
}

}  // namespace

std::string ItemContext::encode() const {
  std::string text = std::to_string(id);
  for (const std::string& part : {to_hex(item), std::to_string(duplicate_of), uuid, remote_ip}) {
    text += kSeparator;
    text += part;
  }
  return text;
}

std::optional<ItemContext> ItemContext::decode(std::string_view text) {
  std::vector<std::string_view> parts;
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t end = std::min(text.find(kSeparator, at), text.size());
    parts.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  if (parts.size() != 5) return std::nullopt;
  ItemContext context;
  const auto id = read_number(parts[0]);
  const auto duplicate_of = read_number(parts[2]);
  if (!id || !duplicate_of || !from_hex(parts[1], context.item)) return std::nullopt;
  context.id = *id;
  context.duplicate_of = *duplicate_of;
  context.uuid = parts[3];
  context.remote_ip = parts[4];
  return context;
}

std::string resolve_user_ip(std::string_view user_ip, std::string_view remote_ip) {
  if (user_ip == "$remote_ip") return std::string(remote_ip);
  if (user_ip != "$remote_ip_anonymize") return std::string(user_ip);
  if (remote_ip.find(':') == std::string_view::npos) {
    const std::size_t last = remote_ip.rfind('.');
    if (last == std::string_view::npos) return {};
    return std::string(remote_ip.substr(0, last)) + ".0";
  }
  std::size_t end = 0;
  for (int groups = 0; groups < 3 && end != std::string_view::npos; ++groups) {
    end = remote_ip.find(':', end == 0 ? 0 : end + 1);
  }
  return std::string(remote_ip.substr(0, end)) + "::";
}

std::int64_t event_time_ns(std::int64_t sent_ns, std::int64_t now_ns) {
  if (is_held_back(sent_ns, now_ns)) return now_ns;
  const bool is_whole = sent_ns % kNsPerSecond == 0;
  return is_whole && sent_ns / kNsPerSecond == now_ns / kNsPerSecond ? now_ns : sent_ns;
}

void write_event(const Report& report, std::string_view project, const ItemContext& context,
                 std::int64_t now_ns, model::EventSink& sink) {
  sink.begin_event(sink.dataset(project), event_time_ns(report.time_ns, now_ns));
  FieldWriter write(sink);
  if (report.time_ns != 0 && is_held_back(report.time_ns, now_ns)) {
    write.value("meta.original_timestamp", report.time_ns);
  }
  write.value(names::kErrorId, context.id);
  sink.put_id(sink.field(names::kErrorItem), context.item);
  if (context.duplicate_of != 0) write.value(names::kErrorDuplicateOf, context.duplicate_of);
  write.text(names::kErrorUuid, report.uuid.empty() ? context.uuid : report.uuid);
  const std::string title = title_of(report);
  write.text(names::kErrorTitle, title);
  write.text(names::kName, title);
  write.value(names::kSignalType, std::string_view("error"));
  write.value(names::kSource, std::string_view("rollbar"));
  write.id(names::kTraceId, report.trace_id);
  write.id(names::kParentId, report.span_id);
  write.text("environment", report.environment);
  write.text("level", report.level);
  write.text("code_version", report.code_version);
  write.text("request.user_ip", resolve_user_ip(report.user_ip, context.remote_ip));
  write_exception(report, write);
  if (report.level == "error" || report.level == "critical") write.value(names::kError, true);
  for (const model::Field& field : report.fields) write.field(field);
  write.text(names::kDocument, report.document);
  sink.end_event();
}

Status decode_item(std::string_view body, std::string_view project, const ItemContext& context,
                   std::int64_t now_ns, model::EventSink& sink) {
  const Report report = TRACERY_TRY(read_report(body));
  write_event(report, project, context, now_ns, sink);
  return {};
}

}  // namespace tracery::rollbar
