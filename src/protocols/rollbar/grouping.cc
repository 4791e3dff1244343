// SPDX-License-Identifier: Apache-2.0
#include "protocols/rollbar/grouping.h"

#include "base/hash.h"
#include "base/utf8.h"
#include "protocols/rollbar/frame_names.h"
#include "protocols/rollbar/message_pattern.h"

namespace tracery::rollbar {
namespace {

constexpr std::size_t kTitleBytesMax = 255;

/// One line per frame; the calls of a recursion count once, however deep it went.
void add_frames(std::string& text, const Exception& exception, std::string_view root) {
  std::string last;
  for (const Frame& frame : exception.frames) {
    if (frame.filename.empty() && frame.method.empty()) continue;
    std::string line =
        normalize_filename(frame.filename, root) + ':' + normalize_method(frame.method);
    if (line == last) continue;
    text.append("\n").append(line);
    last = std::move(line);
  }
}

std::string_view first_line(std::string_view text) { return text.substr(0, text.find('\n')); }

/// The class without its module or namespace: reporters differ in whether they name it.
std::string_view bare_class(std::string_view type) {
  const std::size_t at = type.find_last_of(".:");
  return at == std::string_view::npos ? type : type.substr(at + 1);
}

}  // namespace

std::string grouping_text(const Report& report, int /*version*/) {
  if (!report.fingerprint.empty()) return "fingerprint " + report.fingerprint;
  std::string text;
  for (const Exception& exception : report.exceptions) {
    if (!text.empty()) text += '\n';
    text.append("exception ").append(exception.type);
    const std::size_t before = text.size();
    add_frames(text, exception, report.root);
    if (text.size() == before) text.append("\n").append(message_pattern(exception.message));
  }
  if (!text.empty()) return text;
  if (report.kind == ReportKind::kCrashReport) return "crash " + report_pattern(report.message);
  return "message " + message_pattern(report.message);
}

ItemKey item_key(std::string_view project, std::string_view environment, int version,
                 std::string_view grouping_text) {
  std::string all = std::to_string(version);
  for (const std::string_view part : {project, environment, grouping_text}) {
    all.append(1, '\0').append(part);
  }
  const Hash128 hash = hash128(all);
  ItemKey key{};
  for (std::size_t i = 0; i < 8; ++i) {
    key[i] = static_cast<std::uint8_t>(hash.high >> (56 - 8 * i));
    key[i + 8] = static_cast<std::uint8_t>(hash.low >> (56 - 8 * i));
  }
  return key;
}

std::uint64_t pair_key(const Report& report) {
  if (report.trace_id.empty() || report.exceptions.empty()) return 0;
  const Exception& exception = report.exceptions.front();
  std::string all(report.trace_id);
  all.append(1, '\0').append(bare_class(exception.type));
  all.append(1, '\0').append(exception.message);
  return hash64(all) | 1;
}

std::string title_of(const Report& report) {
  std::string title = report.title;
  if (title.empty() && !report.exceptions.empty()) {
    const Exception& exception = report.exceptions.front();
    const std::string& said =
        exception.description.empty() ? exception.message : exception.description;
    title = exception.type;
    if (!said.empty()) title.append(title.empty() ? "" : ": ").append(first_line(said));
  }
  if (title.empty()) title = first_line(report.message);
  if (title.empty()) title = "(no message)";
  return std::string(cut_utf8(title, kTitleBytesMax));
}

}  // namespace tracery::rollbar
