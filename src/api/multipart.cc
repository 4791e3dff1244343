// SPDX-License-Identifier: Apache-2.0
#include "api/multipart.h"

#include <algorithm>
#include <cctype>

namespace tracery::api {
namespace {

constexpr std::size_t kPartsMax = 1000;

Error malformed(const char* what) { return {ErrorCode::kMalformed, std::string("form: ") + what}; }

std::string lower(std::string_view text) {
  std::string small(text);
  std::transform(small.begin(), small.end(), small.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return small;
}

/// A parameter of a header: `; key=value` or `; key="value"`.
std::string parameter(std::string_view header, std::string_view key) {
  const std::string small = lower(header);
  for (std::size_t at = small.find(';'); at != std::string::npos; at = small.find(';', at)) {
    at = std::min(small.find_first_not_of(" \t", at + 1), small.size());
    if (small.compare(at, key.size(), key) != 0 || at + key.size() >= small.size() ||
        small[at + key.size()] != '=') {
      continue;
    }
    std::string_view value = header.substr(at + key.size() + 1);
    if (!value.starts_with('"')) {
      return std::string(value.substr(0, value.find_first_of("; \t\r")));
    }
    value.remove_prefix(1);
    return std::string(value.substr(0, value.find('"')));
  }
  return {};
}

/// The name that a part's headers give it; empty without one.
std::string name_of(std::string_view headers) {
  constexpr std::string_view kDisposition = "content-disposition:";
  while (!headers.empty()) {
    const std::size_t end = std::min(headers.find("\r\n"), headers.size());
    const std::string_view line = headers.substr(0, end);
    if (lower(line).starts_with(kDisposition)) return parameter(line, "name");
    headers.remove_prefix(std::min(end + 2, headers.size()));
  }
  return {};
}

}  // namespace

Result<std::vector<FormPart>> read_multipart(std::string_view content_type, std::string_view body) {
  const std::string boundary = parameter(content_type, "boundary");
  if (!lower(content_type).starts_with("multipart/form-data") || boundary.empty()) {
    return malformed("multipart/form-data with a boundary is expected");
  }
  const std::string delimiter = "\r\n--" + boundary;
  const std::string first = "--" + boundary;
  // The first boundary may stand at the very beginning, where no line ends before it.
  std::size_t at = body.starts_with(first) ? 0 : body.find(delimiter);
  if (at == std::string_view::npos) return malformed("no boundary");
  body.remove_prefix(at + (at == 0 && body.starts_with(first) ? first : delimiter).size());
  std::vector<FormPart> parts;
  while (!body.starts_with("--")) {
    const std::size_t end_of_line = body.find("\r\n");
    if (end_of_line == std::string_view::npos) return malformed("it ends early");
    body.remove_prefix(end_of_line + 2);
    const std::size_t end = body.starts_with("\r\n") ? 0 : body.find("\r\n\r\n");
    if (end == std::string_view::npos) return malformed("a part without a body");
    std::string name = name_of(body.substr(0, end));
    if (name.empty()) return malformed("a part without a name");
    if (parts.size() == kPartsMax) return malformed("too many parts");
    // Of the blank line the last break stays: an empty body's delimiter begins with it.
    body.remove_prefix(end + (end == 0 ? 0 : 2));
    at = body.find(delimiter);
    if (at == std::string_view::npos) return malformed("it ends early");
    parts.push_back({std::move(name), at == 0 ? std::string_view() : body.substr(2, at - 2)});
    body.remove_prefix(at + delimiter.size());
  }
  return parts;
}

}  // namespace tracery::api
