// SPDX-License-Identifier: Apache-2.0
#include "protocols/rollbar/grouping.h"

#include <algorithm>
#include <vector>

#include "base/hash.h"
#include "base/utf8.h"
#include "protocols/rollbar/frame_names.h"
#include "protocols/rollbar/message_pattern.h"

namespace tracery::rollbar {
namespace {

constexpr std::size_t kTitleBytesMax = 255;

/// What the versions of the rules differ in.
struct Rules {
  std::size_t cycle_frames_max = 1;   ///< Calls in turn, up to so many, count once.
  bool skips_runtime_frames = false;  ///< Where other frames tell enough.
  Digests digests = Digests::kHexAndMixed;
  bool masks_quoted = false;  ///< Quoted texts of messages.
};

Rules rules_of(int version) {
  if (version == 1) return {};
  return {.cycle_frames_max = 4,
          .skips_runtime_frames = true,
          .digests = Digests::kBase32Too,
          .masks_quoted = true};
}

/// The runtime's own frames below a program: whether they are there depends on how it got control,
/// by a call or by waking up.
bool is_runtime_frame(const Frame& frame) {
  return frame.filename.starts_with("node:") || frame.filename.starts_with("<frozen ");
}

/// Takes back the newest lines when they repeat those before them: a recursion, however deep it
/// went, through however many functions.
void drop_repeated_cycle(std::vector<std::string>& lines, std::size_t frames_max) {
  for (std::size_t length = 1; length <= frames_max && 2 * length <= lines.size(); ++length) {
    const auto end = lines.end();
    const auto count = static_cast<std::ptrdiff_t>(length);
    if (!std::equal(end - count, end, end - 2 * count)) continue;
    lines.resize(lines.size() - length);
    return;
  }
}

void add_frames(std::string& text, const Exception& exception, std::string_view root,
                const Rules& rules) {
  const bool skips_runtime =
      rules.skips_runtime_frames &&
      !std::all_of(exception.frames.begin(), exception.frames.end(), is_runtime_frame);
  std::vector<std::string> lines;
  for (const Frame& frame : exception.frames) {
    if (frame.filename.empty() && frame.method.empty()) continue;
    if (skips_runtime && is_runtime_frame(frame)) continue;
    lines.push_back(normalize_filename(frame.filename, root, rules.digests) + ':' +
                    normalize_method(frame.method));
    drop_repeated_cycle(lines, rules.cycle_frames_max);
  }
  for (const std::string& line : lines) text.append("\n").append(line);
}

std::string_view first_line(std::string_view text) { return text.substr(0, text.find('\n')); }

/// The class without its module or namespace: reporters differ in whether they name it.
std::string_view bare_class(std::string_view type) {
  const std::size_t at = type.find_last_of(".:");
  return at == std::string_view::npos ? type : type.substr(at + 1);
}

}  // namespace

std::string grouping_text(const Report& report, int version) {
  const Rules rules = rules_of(version);
  if (!report.fingerprint.empty()) return "fingerprint " + report.fingerprint;
  std::string text;
  for (const Exception& exception : report.exceptions) {
    if (!text.empty()) text += '\n';
    text.append("exception ").append(exception.type);
    const std::size_t before = text.size();
    add_frames(text, exception, report.root, rules);
    if (text.size() == before) text.append("\n").append(message_pattern(exception.message));
  }
  if (!text.empty()) return text;
  if (report.kind == ReportKind::kCrashReport) return "crash " + report_pattern(report.message);
  const Quoted quoted = rules.masks_quoted ? Quoted::kMasked : Quoted::kKept;
  return "message " + message_pattern(report.message, quoted);
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
