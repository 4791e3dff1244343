// SPDX-License-Identifier: Apache-2.0
#include "protocols/cwlogs/message_facts.h"

#include <algorithm>
#include <string>
#include <utility>

#include "base/hex.h"
#include "model/trace_id.h"

namespace tracery::cwlogs {
namespace {

constexpr std::size_t kLevelBytes = 100;
constexpr std::size_t kTraceDigits = 32;
constexpr std::size_t kSpanDigits = 16;
/// The part of an X-Ray id after its time; the shortest run of digits worth a look.
constexpr std::size_t kXrayDigits = 24;

bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
bool is_letter(char c) { return is_upper(c) || (c >= 'a' && c <= 'z'); }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_alphanumeric(char c) { return is_letter(c) || is_digit(c); }
bool is_hex(char c) { return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }
char to_lower(char c) { return is_upper(c) ? static_cast<char>(c - 'A' + 'a') : c; }

bool equals_any_case(std::string_view a, std::string_view lower) {
  return a.size() == lower.size() && std::equal(a.begin(), a.end(), lower.begin(),
                                                [](char x, char y) { return to_lower(x) == y; });
}

/// A run of hex digits in a text: [begin, end).
struct Run {
  std::size_t begin = 0;
  std::size_t end = 0;
  std::size_t size() const { return end - begin; }
};

/// The first run of at least `digits` hex digits from `from` on. A run that long covers one of the
/// bytes looked at.
std::optional<Run> find_run(std::string_view text, std::size_t digits, std::size_t from) {
  for (std::size_t at = from + digits - 1; at < text.size(); at += digits) {
    if (!is_hex(text[at])) continue;
    Run run{at, at + 1};
    while (run.begin > from && is_hex(text[run.begin - 1])) --run.begin;
    while (run.end < text.size() && is_hex(text[run.end])) ++run.end;
    if (run.size() >= digits) return run;
    at = run.end - 1;
  }
  return std::nullopt;
}

bool stands_alone(std::string_view text, const Run& run) {
  const bool begins = run.begin == 0 || !is_alphanumeric(text[run.begin - 1]);
  return begins && (run.end == text.size() || !is_alphanumeric(text[run.end]));
}

/// The word that a value's beginning is the value of: `trace_id` in `"trace_id": "4bf9…`.
std::string key_before(std::string_view text, std::size_t value) {
  constexpr std::string_view kBetween = "=: \"'\\";
  std::size_t end = value;
  while (end > 0 && kBetween.find(text[end - 1]) != std::string_view::npos) --end;
  if (end == value) return {};
  std::string word;
  for (std::size_t at = end; at > 0 && word.size() < 32; --at) {
    const char c = text[at - 1];
    if (c == '_' || c == '-' || c == '.') continue;
    if (!is_alphanumeric(c)) break;
    word.insert(word.begin(), to_lower(c));
  }
  return word;
}

std::optional<TraceReference> to_reference(std::string_view digits) {
  TraceReference reference;
  if (!from_hex(digits, reference.trace_id)) return std::nullopt;
  const auto& id = reference.trace_id;
  if (std::all_of(id.begin(), id.end(), [](std::uint8_t byte) { return byte == 0; })) {
    return std::nullopt;
  }
  return reference;
}

/// "1-<8>-<24>" whose last piece is the run.
std::optional<TraceReference> xray_at(std::string_view text, const Run& run) {
  constexpr std::size_t kBefore = 11;  // "1-5759e988-"
  if (run.size() != kXrayDigits || run.begin < kBefore) return std::nullopt;
  const Run whole{run.begin - kBefore, run.end};
  if (!stands_alone(text, whole)) return std::nullopt;
  const auto id = model::parse_trace_id(text.substr(whole.begin, whole.size()));
  if (!id) return std::nullopt;
  return TraceReference{id->bytes, std::nullopt};
}

/// "00-<32>-<16>-<2>" whose second piece is the run.
std::optional<TraceReference> traceparent_at(std::string_view text, const Run& run) {
  if (run.size() != kTraceDigits || run.begin < 3) return std::nullopt;
  const std::string_view before = text.substr(run.begin - 3, 3);
  if (!is_hex(before[0]) || !is_hex(before[1]) || before[2] != '-') return std::nullopt;
  const std::string_view after = text.substr(run.end);
  if (after.size() < 20 || after[0] != '-' || after[17] != '-') return std::nullopt;
  auto reference = to_reference(text.substr(run.begin, kTraceDigits));
  if (reference) reference->span_id = read_span_id(after.substr(1, kSpanDigits));
  return reference && reference->span_id ? reference : std::nullopt;
}

std::optional<TraceReference> named_trace_at(std::string_view text, const Run& run) {
  if (run.size() != kTraceDigits || !stands_alone(text, run)) return std::nullopt;
  const std::string key = key_before(text, run.begin);
  if (!key.ends_with("traceid") && key != "trace") return std::nullopt;
  return to_reference(text.substr(run.begin, kTraceDigits));
}

std::optional<std::array<std::uint8_t, 8>> find_span(std::string_view text) {
  std::size_t from = 0;
  while (const auto run = find_run(text, kSpanDigits, from)) {
    from = run->end;
    if (run->size() != kSpanDigits || !stands_alone(text, *run)) continue;
    const std::string key = key_before(text, run->begin);
    if (!key.ends_with("spanid") && key != "span" && key != "parent") continue;
    if (auto id = read_span_id(text.substr(run->begin, kSpanDigits))) return id;
  }
  return std::nullopt;
}

/// `level=warn`, `"level": "warn"`: the word after a key that ends here.
std::string_view word_after(std::string_view text, std::size_t key_end) {
  std::size_t at = key_end;
  while (at < text.size() && (text[at] == '"' || text[at] == ' ')) ++at;
  if (at == text.size() || (text[at] != '=' && text[at] != ':')) return {};
  ++at;
  while (at < text.size() && (text[at] == '"' || text[at] == ' ')) ++at;
  const std::size_t begin = at;
  while (at < text.size() && is_letter(text[at])) ++at;
  return text.substr(begin, at - begin);
}

std::string_view level_at(std::string_view head, std::size_t begin, std::size_t end) {
  const std::string_view word = head.substr(begin, end - begin);
  const bool in_brackets =
      begin > 0 && end < head.size() && head[begin - 1] == '[' && head[end] == ']';
  if (in_brackets || std::all_of(word.begin(), word.end(), is_upper)) {
    if (const auto level = level_of_word(word); !level.empty()) return level;
  }
  if (equals_any_case(word, "level") || equals_any_case(word, "severity") ||
      equals_any_case(word, "lvl")) {
    return level_of_word(word_after(head, end));
  }
  return {};
}

}  // namespace

std::string_view level_of_word(std::string_view word) {
  using Pair = std::pair<std::string_view, std::string_view>;
  constexpr std::array kLevels = {
      Pair{"trace", "trace"},     Pair{"debug", "debug"}, Pair{"info", "info"},
      Pair{"notice", "info"},     Pair{"warn", "warn"},   Pair{"warning", "warn"},
      Pair{"error", "error"},     Pair{"err", "error"},   Pair{"critical", "fatal"},
      Pair{"crit", "fatal"},      Pair{"fatal", "fatal"}, Pair{"alert", "fatal"},
      Pair{"emergency", "fatal"}, Pair{"emerg", "fatal"}, Pair{"panic", "fatal"},
      Pair{"information", "info"}};
  for (const auto& [name, level] : kLevels) {
    if (equals_any_case(word, name)) return level;
  }
  return {};
}

std::string_view find_level(std::string_view message) {
  const std::string_view head = message.substr(0, kLevelBytes);
  for (std::size_t at = 0; at < head.size();) {
    if (!is_letter(head[at])) {
      ++at;
      continue;
    }
    const std::size_t begin = at;
    while (at < head.size() && is_letter(head[at])) ++at;
    const bool is_word = (begin == 0 || !is_digit(head[begin - 1])) && at - begin >= 3 &&
                         (at == head.size() ? message.size() == head.size() : !is_digit(head[at]));
    if (!is_word) continue;
    if (const auto level = level_at(head, begin, at); !level.empty()) return level;
  }
  return {};
}

std::optional<TraceReference> find_trace(std::string_view message) {
  std::size_t from = 0;
  while (const auto run = find_run(message, kXrayDigits, from)) {
    from = run->end;
    auto reference = xray_at(message, *run);
    if (!reference) reference = traceparent_at(message, *run);
    if (!reference) reference = named_trace_at(message, *run);
    if (!reference) continue;
    if (!reference->span_id) reference->span_id = find_span(message);
    return reference;
  }
  return std::nullopt;
}

std::optional<TraceReference> read_trace_id(std::string_view text) {
  if (text.size() == kTraceDigits) return to_reference(text);
  return find_trace(text);
}

std::optional<std::array<std::uint8_t, 8>> read_span_id(std::string_view text) {
  std::array<std::uint8_t, 8> id{};
  if (text.size() != kSpanDigits || !from_hex(text, id)) return std::nullopt;
  if (id == std::array<std::uint8_t, 8>{}) return std::nullopt;
  return id;
}

}  // namespace tracery::cwlogs
