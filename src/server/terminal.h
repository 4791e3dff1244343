// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tracery::server {

/// Colours text, or leaves it as it is.
class Paint {
 public:
  explicit Paint(bool is_on) : is_on_(is_on) {}
  std::string bold(std::string_view text) const { return wrap("1", text); }
  std::string dim(std::string_view text) const { return wrap("2", text); }
  std::string red(std::string_view text) const { return wrap("31", text); }
  std::string green(std::string_view text) const { return wrap("32", text); }
  /// One of six colours, the same for the same number.
  std::string tint(std::size_t number, std::string_view text) const;

 private:
  std::string wrap(std::string_view code, std::string_view text) const;
  bool is_on_;
};

/// Colour only where a terminal shows stdout and NO_COLOR is not set.
Paint stdout_paint();
/// Columns of the terminal stdout is, else 100.
std::size_t stdout_columns();

/// Columns `text` takes on a terminal: its code points.
std::size_t display_width(std::string_view text);
/// Cut to `columns`, with "…" where something was cut.
std::string fit(std::string_view text, std::size_t columns);
/// `text` without what could steer a terminal: control characters become '?'.
std::string printable(std::string_view text);

/// "41.2 ms", "3.07 s", "812 µs".
std::string format_duration(double ns);
/// "1.2 MiB".
std::string format_bytes(std::uint64_t bytes);

/// Rows under heads, as wide as their cells; columns whose cells are all numbers are aligned right.
std::string format_table(const std::vector<std::string>& heads,
                         const std::vector<std::vector<std::string>>& rows, const Paint& paint);

/// A bar on stderr for what takes longer than a second; nothing when stderr is no terminal.
class ProgressBar {
 public:
  explicit ProgressBar(std::string what);
  ~ProgressBar();
  ProgressBar(const ProgressBar&) = delete;
  ProgressBar& operator=(const ProgressBar&) = delete;

  /// How much is done, 0 to 1; below 0 when nobody knows.
  void show(double done);

 private:
  const std::string what_;
  const std::chrono::steady_clock::time_point started_;
  bool is_shown_ = false;
};

}  // namespace tracery::server
