// SPDX-License-Identifier: Apache-2.0
#include "protocols/rollbar/message_pattern.h"

#include <algorithm>
#include <array>

#include <re2/re2.h>

#include "base/utf8.h"

namespace tracery::rollbar {
namespace {

constexpr std::size_t kLineBytesMax = 1024;
constexpr int kReportLines = 5;

/// One group per kind, in the order in which they are tried at each place.
constexpr char kVolatile[] =
    R"re((\b[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}\b))re"
    R"re(|(\b\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d)?(?:[.,]\d+)?(?:Z|[+-]\d\d:?\d\d)?)?))re"
    R"re(|(\b[a-zA-Z][a-zA-Z0-9+.-]*://[^\s'"<>]+))re"
    R"re(|(\b[\w.+-]+@[\w-]+(?:\.[\w-]+)+))re"
    R"re(|(\b\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}\b|\b(?:[0-9a-fA-F]{1,4}:){3,7}[0-9a-fA-F:]+))re"
    R"re(|(\b\d+(?:[.,]\d+)*\b))re"
    R"re(|(\b0x[0-9a-fA-F]+|\b[0-9a-fA-F]*\d[0-9a-fA-F]{7,}\b|\b[0-9a-fA-F]{7,}\d[0-9a-fA-F]*\b))re"
    R"re(|(\d+(?:[.,]\d+)*))re";
constexpr std::array<std::string_view, 8> kKinds = {"<uuid>", "<date>", "<url>", "<email>",
                                                    "<ip>",   "<n>",    "<hex>", "<n>"};

/// Quotes with no letter outside next to them: not the apostrophe of "can't".
constexpr char kQuotedText[] = R"re(\B'[^']*'\B|\B"[^"]*"\B|`[^`]*`)re";

const RE2& volatile_parts() {
  static const RE2 pattern(kVolatile);
  return pattern;
}

std::string_view trimmed(std::string_view line) {
  const std::size_t first = line.find_first_not_of(" \t\r");
  if (first == std::string_view::npos) return {};
  return line.substr(first, line.find_last_not_of(" \t\r") - first + 1);
}

std::string line_pattern(std::string_view line) {
  line = cut_utf8(trimmed(line), kLineBytesMax);
  std::string out;
  std::array<re2::StringPiece, kKinds.size() + 1> groups;
  std::size_t at = 0;
  const re2::StringPiece text(line.data(), line.size());
  while (volatile_parts().Match(text, at, line.size(), RE2::UNANCHORED, groups.data(),
                                static_cast<int>(groups.size()))) {
    const auto begin = static_cast<std::size_t>(groups[0].data() - line.data());
    out.append(line, at, begin - at);
    for (std::size_t kind = 0; kind < kKinds.size(); ++kind) {
      if (groups[kind + 1].data() == nullptr) continue;
      out += kKinds[kind];
      break;
    }
    at = begin + groups[0].size();
  }
  return out.append(line, at);
}

}  // namespace

std::string message_pattern(std::string_view message, Quoted quoted) {
  const std::string_view line = message.substr(0, message.find('\n'));
  if (quoted == Quoted::kKept) return line_pattern(line);
  static const RE2 quoted_text(kQuotedText);
  std::string masked(cut_utf8(trimmed(line), kLineBytesMax));
  RE2::GlobalReplace(&masked, quoted_text, "<text>");
  return line_pattern(masked);
}

std::string report_pattern(std::string_view text) {
  std::string out;
  int lines = 0;
  while (!text.empty() && lines < kReportLines) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = trimmed(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.empty()) continue;
    if (++lines > 1) out += '\n';
    out += line_pattern(line);
  }
  return out;
}

}  // namespace tracery::rollbar
