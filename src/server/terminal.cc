// SPDX-License-Identifier: Apache-2.0
#include "server/terminal.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <sys/ioctl.h>
#include <unistd.h>
#include <utility>

namespace tracery::server {
namespace {

constexpr std::size_t kColumnsOtherwise = 100;
constexpr std::size_t kBarColumns = 30;
constexpr auto kQuiet = std::chrono::seconds(1);

bool is_number(std::string_view text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size();
}

std::string format_scaled(double value, std::string_view unit) {
  std::array<char, 32> digits{};
  const int decimals = value >= 100 ? 0 : value >= 10 ? 1 : 2;
  std::snprintf(digits.data(), digits.size(), "%.*f ", decimals, value);
  return digits.data() + std::string(unit);
}

bool continues_character(char byte) { return (static_cast<unsigned char>(byte) & 0xC0U) == 0x80U; }

}  // namespace

std::string Paint::wrap(std::string_view code, std::string_view text) const {
  if (!is_on_) return std::string(text);
  return "\x1b[" + std::string(code) + 'm' + std::string(text) + "\x1b[0m";
}

std::string Paint::tint(std::size_t number, std::string_view text) const {
  constexpr std::array<std::string_view, 6> kCodes = {"36", "35", "33", "34", "32", "96"};
  return wrap(kCodes[number % kCodes.size()], text);
}

Paint stdout_paint() {
  const char* refused = std::getenv("NO_COLOR");
  return Paint(::isatty(STDOUT_FILENO) == 1 && (refused == nullptr || *refused == '\0'));
}

std::size_t stdout_columns() {
  winsize size{};
  if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return kColumnsOtherwise;
  return size.ws_col;
}

std::size_t display_width(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(
      text.begin(), text.end(), [](char byte) { return !continues_character(byte); }));
}

std::string fit(std::string_view text, std::size_t columns) {
  if (display_width(text) <= columns) return std::string(text);
  if (columns == 0) return {};
  std::size_t end = 0;
  for (std::size_t kept = 0; end < text.size(); ++end) {
    if (!continues_character(text[end]) && ++kept == columns) break;
  }
  return std::string(text.substr(0, end)) + "…";
}

std::string printable(std::string_view text) {
  std::string clean(text);
  for (char& byte : clean) {
    const auto code = static_cast<unsigned char>(byte);
    if (code < 0x20 || code == 0x7F) byte = byte == '\n' || byte == '\t' ? ' ' : '?';
  }
  return clean;
}

std::string format_duration(double ns) {
  if (ns >= 1e9) return format_scaled(ns / 1e9, "s");
  if (ns >= 1e6) return format_scaled(ns / 1e6, "ms");
  if (ns >= 1e3) return format_scaled(ns / 1e3, "µs");
  return format_scaled(ns, "ns");
}

std::string format_bytes(std::uint64_t bytes) {
  constexpr std::array<std::string_view, 5> kUnits = {"B", "KiB", "MiB", "GiB", "TiB"};
  auto value = static_cast<double>(bytes);
  std::size_t unit = 0;
  while (value >= 1024 && unit + 1 < kUnits.size()) {
    value /= 1024;
    ++unit;
  }
  if (unit == 0) return std::to_string(bytes) + " B";
  return format_scaled(value, kUnits[unit]);
}

std::string format_table(const std::vector<std::string>& heads,
                         const std::vector<std::vector<std::string>>& rows, const Paint& paint) {
  std::vector<std::size_t> widths;
  std::vector<bool> are_numbers;
  for (std::size_t c = 0; c < heads.size(); ++c) {
    std::size_t width = display_width(heads[c]);
    bool all_numbers = !rows.empty();
    for (const auto& row : rows) {
      width = std::max(width, display_width(row[c]));
      all_numbers = all_numbers && (row[c].empty() || row[c] == "-" || is_number(row[c]));
    }
    widths.push_back(width);
    are_numbers.push_back(all_numbers);
  }
  const auto line = [&](const std::vector<std::string>& cells, bool is_head) {
    std::string text;
    for (std::size_t c = 0; c < cells.size(); ++c) {
      const std::string gap(widths[c] - display_width(cells[c]), ' ');
      const bool is_last = c + 1 == cells.size();
      const std::string cell = is_head ? paint.bold(cells[c]) : cells[c];
      text += are_numbers[c] ? gap + cell : is_last ? cell : cell + gap;
      text += is_last ? "\n" : "  ";
    }
    return text;
  };
  std::string table = line(heads, true);
  for (const auto& row : rows) table += line(row, false);
  return table;
}

ProgressBar::ProgressBar(std::string what)
    : what_(std::move(what)), started_(std::chrono::steady_clock::now()) {}

ProgressBar::~ProgressBar() {
  if (is_shown_) std::fputs("\r\x1b[K", stderr);
}

void ProgressBar::show(double done) {
  const auto since = std::chrono::steady_clock::now() - started_;
  if (since < kQuiet || ::isatty(STDERR_FILENO) != 1) return;
  is_shown_ = true;
  const double seconds = std::chrono::duration<double>(since).count();
  std::string bar(kBarColumns, ' ');
  if (done >= 0) {
    const auto filled = static_cast<std::size_t>(std::min(done, 1.0) * kBarColumns);
    std::fill_n(bar.begin(), filled, '#');
  } else {
    // Something that moves: nobody knows how far it is.
    const auto at = static_cast<std::size_t>(seconds * 10) % (kBarColumns - 3);
    std::fill_n(bar.begin() + static_cast<std::ptrdiff_t>(at), 3, '#');
  }
  std::fprintf(stderr, "\r\x1b[K%s [%s] %.0f s", what_.c_str(), bar.c_str(), seconds);
}

}  // namespace tracery::server
