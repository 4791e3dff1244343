// SPDX-License-Identifier: Apache-2.0
#include "protocols/rollbar/frame_names.h"

#include <algorithm>
#include <array>

namespace tracery::rollbar {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
bool is_hex(char c) { return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }
bool is_alnum(char c) { return is_digit(c) || is_upper(c) || is_lower(c); }

bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

bool all_of(std::string_view text, bool (*test)(char)) {
  return std::all_of(text.begin(), text.end(), test);
}
bool any_of(std::string_view text, bool (*test)(char)) {
  return std::any_of(text.begin(), text.end(), test);
}

bool is_base32(char c) { return is_upper(c) || (c >= '2' && c <= '7'); }

/// A build tool's digest: hex with a digit, or eight characters of base64 or base32 after a dash.
bool is_digest(std::string_view token, char before, Digests digests) {
  if (token.size() >= 6 && all_of(token, is_hex) && any_of(token, is_digit)) return true;
  const bool is_mixed =
      any_of(token, is_upper) && any_of(token, is_lower) && any_of(token, is_digit);
  const bool is_in_base32 = digests == Digests::kBase32Too && all_of(token, is_base32);
  return before == '-' && token.size() == 8 && (is_mixed || is_in_base32);
}

/// Length of "1.2.3" at the front, 0 when there is no such thing.
std::size_t version_length(std::string_view text) {
  std::size_t end = 0;
  std::size_t numbers = 0;
  while (end < text.size() && is_digit(text[end])) {
    while (end < text.size() && is_digit(text[end])) ++end;
    ++numbers;
    if (end + 1 >= text.size() || text[end] != '.' || !is_digit(text[end + 1])) break;
    ++end;
  }
  return numbers > 1 ? end : 0;
}

bool is_volatile_folder(std::string_view segment) {
  if (segment.size() >= 7 && all_of(segment, is_hex) && any_of(segment, is_digit)) return true;
  constexpr std::size_t kUuidLength = 36;
  return segment.size() == kUuidLength && std::count(segment.begin(), segment.end(), '-') == 4;
}

void append_segment(std::string& out, std::string_view segment, Digests digests) {
  std::size_t at = 0;
  while (at < segment.size()) {
    const char before = at == 0 ? '\0' : segment[at - 1];
    if (is_digit(segment[at]) && !is_digit(before)) {
      if (const std::size_t length = version_length(segment.substr(at)); length != 0) {
        out += '*';
        at += length;
        continue;
      }
    }
    if (is_alnum(segment[at]) && !is_alnum(before)) {
      std::size_t end = at;
      while (end < segment.size() && is_alnum(segment[end])) ++end;
      if (is_digest(segment.substr(at, end - at), before, digests)) {
        out += '*';
        at = end;
        continue;
      }
    }
    out += segment[at++];
  }
}

std::string_view without_url_parts(std::string_view path) {
  const std::size_t scheme = path.find("://");
  if (scheme == std::string_view::npos) return path;
  path = path.substr(0, path.find_first_of("?#"));
  const std::size_t host_end = path.find('/', scheme + 3);
  return host_end == std::string_view::npos ? std::string_view("/") : path.substr(host_end);
}

/// Drops "<…>" that follows a name: template arguments, but not "<lambda>".
std::string without_template_arguments(std::string_view method) {
  std::string kept;
  int depth = 0;
  for (const char c : method) {
    const bool opens = c == '<' && (depth > 0 || (!kept.empty() && is_alnum(kept.back())));
    if (opens) ++depth;
    if (depth == 0) kept += c;
    if (c == '>' && depth > 0) --depth;
  }
  return kept;
}

/// Drops Go's ".func1", ".func1.2" and "-fm" from the end.
std::string_view without_go_closures(std::string_view method) {
  if (method.ends_with("-fm")) method.remove_suffix(3);
  for (;;) {
    std::size_t end = method.size();
    while (end > 0 && is_digit(method[end - 1])) --end;
    if (end == method.size() || end == 0) return method;
    std::string_view head = method.substr(0, end);
    if (head.ends_with(".func")) {
      method = head.substr(0, head.size() - 5);
    } else if (head.ends_with('.') && contains(head, ".func")) {
      method = head.substr(0, head.size() - 1);
    } else {
      return method;
    }
  }
}

std::string without_lambda_numbers(std::string_view method) {
  std::string kept;
  for (std::size_t i = 0; i < method.size(); ++i) {
    const bool is_numbered = is_digit(method[i]) && i > 0 && method[i - 1] == '$';
    if (!is_numbered) {
      kept += method[i];
      continue;
    }
    while (i + 1 < method.size() &&
           (is_hex(method[i + 1]) || method[i + 1] == '/' || method[i + 1] == 'x')) {
      ++i;
    }
  }
  return kept;
}

bool is_anonymous(std::string_view method) {
  constexpr std::array<std::string_view, 9> kNames = {
      "",          "?",         "anonymous",   "(anonymous)",         "[anonymous]",
      "<unknown>", "<unnamed>", "<anonymous>", "(anonymous function)"};
  return std::find(kNames.begin(), kNames.end(), method) != kNames.end();
}

}  // namespace

std::string_view without_root(std::string_view name, std::string_view root) {
  while (root.ends_with('/') || root.ends_with('\\')) root.remove_suffix(1);
  if (root.empty() || !name.starts_with(root) || name.size() <= root.size()) return name;
  const char next = name[root.size()];
  return next == '/' || next == '\\' ? name.substr(root.size() + 1) : name;
}

std::string normalize_filename(std::string_view name, std::string_view root, Digests digests) {
  std::string path(without_url_parts(without_root(name, root)));
  std::replace(path.begin(), path.end(), '\\', '/');
  if (path.size() > 1 && path[1] == ':' && is_upper(path[0])) {
    path[0] = static_cast<char>(path[0] - 'A' + 'a');
  }
  std::string out;
  std::string_view folder;
  for (std::size_t at = 0; at <= path.size();) {
    const std::size_t end = std::min(path.find('/', at), path.size());
    const std::string_view segment = std::string_view(path).substr(at, end - at);
    const bool is_folder = end < path.size();
    const bool is_in_temporary = folder == "tmp" || folder == "temp" || folder == "releases";
    if (is_folder && !segment.empty() && (is_in_temporary || is_volatile_folder(segment))) {
      out += '*';
    } else {
      append_segment(out, segment, digests);
    }
    if (is_folder) out += '/';
    folder = segment;
    at = end + 1;
  }
  return out;
}

std::string normalize_method(std::string_view method) {
  method = method.substr(0, method.find(" [clone"));
  if (method.starts_with("async ")) method.remove_prefix(6);
  if (is_anonymous(method)) return "<anonymous>";
  std::string name = without_lambda_numbers(without_go_closures(method));
  if (const std::size_t levels = name.find(" levels) in "); levels != std::string::npos) {
    const std::size_t open = name.rfind('(', levels);
    if (open != std::string::npos) name.erase(open, levels + 9 - open);
  }
  return without_template_arguments(name);
}

bool is_library_file(std::string_view name) {
  constexpr std::array<std::string_view, 15> kParts = {
      "site-packages", "dist-packages", "node_modules", "/lib/python", "/lib/ruby/",
      "/gems/",        "/vendor/",      "node:",        "<frozen",     "/usr/include/",
      "/usr/lib/",     "/go/pkg/mod/",  "/rustc/",      "internal/",   "/libexec/"};
  return std::any_of(kParts.begin(), kParts.end(),
                     [&](std::string_view part) { return contains(name, part); });
}

}  // namespace tracery::rollbar
