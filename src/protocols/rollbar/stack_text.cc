// SPDX-License-Identifier: Apache-2.0
#include "protocols/rollbar/stack_text.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <memory>

#include <re2/re2.h>

#include "protocols/rollbar/frame_names.h"

namespace tracery::rollbar {
namespace {

/// One language's way to write a frame in a line; groups of the pattern, 0 for what it lacks.
struct FrameForm {
  RE2 pattern;
  int method, file, line;
  bool newest_first;
};

const std::vector<std::unique_ptr<const FrameForm>>& frame_forms() {
  static const auto* const forms = [] {
    auto* list = new std::vector<std::unique_ptr<const FrameForm>>();
    const auto add = [&](const char* pattern, int method, int file, int line, bool newest_first) {
      list->push_back(std::unique_ptr<const FrameForm>(
          new FrameForm{RE2(pattern), method, file, line, newest_first}));
    };
    add(R"re(^\s*File "([^"]+)", line (\d+)(?:, in (.+))?$)re", 3, 1, 2, false);          // Python
    add(R"re(^\s*at (.+) in (.+):line (\d+)$)re", 1, 2, 3, true);                         // .NET
    add(R"re(^\s*at (?:\S+//?)?([\w$.<>]+)\(([^():]+)(?::(\d+))?\)$)re", 1, 2, 3, true);  // Java
    add(R"re(^\s*at (?:async )?(.+?) \((.+?):(\d+)(?::\d+)?\)$)re", 1, 2, 3, true);       // V8
    add(R"re(^\s*at (?:async )?()(\S+?):(\d+)(?::\d+)?$)re", 1, 2, 3, true);    // V8, Rust's place
    add(R"re(^([^@\s]*)@(\S+?):(\d+)(?::\d+)?$)re", 1, 2, 3, true);             // Firefox, Safari
    add(R"re(^#\d+ (.+?)\((\d+)\): (.+)$)re", 3, 1, 2, true);                   // PHP
    add(R"re(^\s*(?:from )?(\S+?\.rb):(\d+):in [`'](.+)'$)re", 3, 1, 2, true);  // Ruby
    add(R"re(^\s+(/\S+?\.(?:go|s)):(\d+)(?: \+0x[0-9a-f]+)?$)re", 0, 1, 2, true);  // Go's place
    return list;
  }();
  return *forms;
}

std::int64_t number_of(const re2::StringPiece& digits) {
  std::int64_t number = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), number);
  return number;
}

std::string text_of(const re2::StringPiece& piece) {
  return piece.data() == nullptr ? std::string() : std::string(piece.data(), piece.size());
}

class StackReader {
 public:
  StackReader(std::string_view type, std::string_view message) {
    sections_.push_back({std::string(type), std::string(message), {}, {}});
  }

  void read(std::string_view text) {
    while (!text.empty()) {
      const std::size_t end = std::min(text.find('\n'), text.size());
      std::string_view line = text.substr(0, end);
      text.remove_prefix(std::min(end + 1, text.size()));
      if (line.ends_with('\r')) line.remove_suffix(1);
      read_line(line);
    }
    close_section();
  }

  std::vector<Exception> take() { return std::move(sections_); }

 private:
  void read_line(std::string_view line) {
    if (read_frame(line) || read_cause(line)) {
      last_line_ = {};
      return;
    }
    // A traceback that another exception follows tells of that one's cause, and stands before it.
    const bool is_link = line.starts_with("The above exception was the direct cause") ||
                         line.starts_with("During handling of the above exception");
    if (is_link) push_python_cause();
    if (!line.empty() && line.front() != ' ' && !is_link) last_line_ = line;
    previous_ = line;
  }

  bool read_frame(std::string_view line) {
    if (line.size() > kLineBytesMax) return false;
    const re2::StringPiece piece(line.data(), line.size());
    std::array<re2::StringPiece, 4> groups;
    for (const auto& form : frame_forms()) {
      if (!form->pattern.Match(piece, 0, line.size(), RE2::UNANCHORED, groups.data(), 4)) continue;
      Frame frame;
      frame.filename = text_of(groups[static_cast<std::size_t>(form->file)]);
      frame.lineno = number_of(groups[static_cast<std::size_t>(form->line)]);
      frame.method = form->method == 0 ? method_above()
                                       : text_of(groups[static_cast<std::size_t>(form->method)]);
      frame.in_project = !is_library_file(frame.filename);
      newest_first_ = form->newest_first;
      sections_[current_].frames.push_back(std::move(frame));
      previous_ = {};
      return true;
    }
    return false;
  }

  /// Go, and Rust, write the function on the line above its place: "main.handler(0xc0001, …)".
  std::string method_above() const {
    const std::size_t arguments = previous_.rfind('(');
    return std::string(previous_.substr(0, arguments));
  }

  bool read_cause(std::string_view line) {
    constexpr std::string_view kCausedBy = "Caused by: ";
    if (!line.starts_with(kCausedBy)) return false;
    close_section();
    sections_.push_back(named(line.substr(kCausedBy.size())));
    current_ = sections_.size() - 1;
    return true;
  }

  void push_python_cause() {
    Exception cause = named(last_line_);
    cause.frames = std::move(sections_.front().frames);
    sections_.front().frames.clear();
    sections_.insert(sections_.begin() + 1, std::move(cause));
  }

  /// "Class: message".
  static Exception named(std::string_view line) {
    const std::size_t colon = line.find(": ");
    const bool has_message = colon != std::string_view::npos;
    return {std::string(line.substr(0, colon)),
            std::string(has_message ? line.substr(colon + 2) : std::string_view()),
            {},
            {}};
  }

  void close_section() {
    std::vector<Frame>& frames = sections_[current_].frames;
    if (newest_first_) std::reverse(frames.begin(), frames.end());
    newest_first_ = false;
  }

  static constexpr std::size_t kLineBytesMax = 4096;

  std::vector<Exception> sections_;
  std::size_t current_ = 0;  ///< The section that frames belong to.
  bool newest_first_ = false;
  std::string_view last_line_;  ///< The last one that was no frame and not indented.
  std::string_view previous_;
};

}  // namespace

std::vector<Exception> read_stack_text(std::string_view text, std::string_view type,
                                       std::string_view message) {
  StackReader reader(type, message);
  reader.read(text);
  return reader.take();
}

}  // namespace tracery::rollbar
