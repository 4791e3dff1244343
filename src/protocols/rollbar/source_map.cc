// SPDX-License-Identifier: Apache-2.0
#include "protocols/rollbar/source_map.h"

#include <algorithm>
#include <array>

#include <simdjson.h>

namespace tracery::rollbar {
namespace {

namespace dom = simdjson::dom;

constexpr std::string_view kBase64 =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::size_t kLinesAround = 3;
/// A line of code is shown, not analysed: of a minified "source" its beginning does.
constexpr std::size_t kLineBytesMax = 1024;

Error bad_mappings() { return {ErrorCode::kMalformed, "source map: bad mappings"}; }

constexpr std::array<std::int8_t, 256> kDigits = [] {
  std::array<std::int8_t, 256> digits{};
  digits.fill(-1);
  for (std::size_t i = 0; i < kBase64.size(); ++i) {
    digits[static_cast<unsigned char>(kBase64[i])] = static_cast<std::int8_t>(i);
  }
  return digits;
}();

/// One number in base 64: five bits a digit, the lowest first, the lowest bit of all the sign.
std::optional<std::int64_t> take_number(std::string_view& text) {
  constexpr unsigned kBitsMax = 35;  // The specification has numbers of 32 bits.
  std::int64_t bits = 0;
  for (unsigned shift = 0; shift < kBitsMax && !text.empty(); shift += 5) {
    const std::int64_t digit = kDigits[static_cast<unsigned char>(text.front())];
    if (digit < 0) return std::nullopt;
    text.remove_prefix(1);
    bits |= (digit & 31) << shift;
    if ((digit & 32) == 0) return (bits & 1) != 0 ? -(bits >> 1) : bits >> 1;
  }
  return std::nullopt;
}

/// The numbers of one segment: 1, 4 or 5.
struct Numbers {
  std::array<std::int64_t, 5> values{};
  std::size_t count = 0;
};

std::optional<Numbers> take_segment(std::string_view& text) {
  Numbers numbers;
  while (!text.empty() && text.front() != ',' && text.front() != ';') {
    const auto number = take_number(text);
    if (!number || numbers.count == numbers.values.size()) return std::nullopt;
    numbers.values[numbers.count++] = *number;
  }
  if (numbers.count != 1 && numbers.count != 4 && numbers.count != 5) return std::nullopt;
  return numbers;
}

std::string with_root(std::string_view root, std::string_view source) {
  if (root.empty() || source.starts_with('/') || source.find("://") != std::string_view::npos) {
    return std::string(source);
  }
  return std::string(root) + (root.ends_with('/') ? "" : "/") + std::string(source);
}

/// The source as it was uploaded: under its path, or one that ends in it.
std::string find_file(const SourceMap::Files& files, std::string_view filename) {
  while (filename.starts_with("../") || filename.starts_with("./")) {
    filename.remove_prefix(filename.find('/') + 1);
  }
  for (const auto& [path, text] : files) {
    const bool is_below = path.size() > filename.size() && path.ends_with(filename) &&
                          path[path.size() - filename.size() - 1] == '/';
    if (path == filename || is_below) return text;
  }
  return {};
}

std::vector<std::string_view> list_of_texts(const dom::element& map, std::string_view key) {
  std::vector<std::string_view> texts;
  dom::array list;
  if (map[key].get(list) != simdjson::SUCCESS) return texts;
  for (const dom::element each : list) {
    std::string_view text;
    // A null keeps its place: others are found by number.
    if (each.get(text) != simdjson::SUCCESS) text = {};
    texts.push_back(text);
  }
  return texts;
}

std::vector<std::string> lines_of(std::string_view text, std::int64_t first, std::int64_t last) {
  std::vector<std::string> lines;
  std::int64_t number = 0;
  while (number <= last && !text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (number >= first) lines.emplace_back(line.substr(0, kLineBytesMax));
    text.remove_prefix(std::min(end + 1, text.size()));
    ++number;
  }
  return lines;
}

void add_code(std::string_view text, OriginalPlace& place) {
  constexpr auto kAround = static_cast<std::int64_t>(kLinesAround);
  const std::int64_t at = place.lineno - 1;
  const std::int64_t first = std::max<std::int64_t>(0, at - kAround);
  auto lines = lines_of(text, first, at + kAround);
  const auto before = static_cast<std::size_t>(at - first);
  if (lines.size() <= before) return;
  const auto middle = lines.begin() + static_cast<std::ptrdiff_t>(before);
  place.code = *middle;
  place.pre.assign(lines.begin(), middle);
  place.post.assign(middle + 1, lines.end());
}

}  // namespace

Result<SourceMap> SourceMap::read(std::string_view json, const Files& files) {
  // Servers may put this line before the JSON, so that a page cannot load it as a script.
  if (json.starts_with(")]}'")) json.remove_prefix(std::min(json.find('\n'), json.size()));
  dom::parser parser;
  dom::element root;
  if (parser.parse(json.data(), json.size()).get(root) != simdjson::SUCCESS || !root.is_object()) {
    return Error{ErrorCode::kMalformed, "source map: not a JSON object"};
  }
  if (root["sections"].error() == simdjson::SUCCESS) {
    return Error{ErrorCode::kUnsupported, "source map: index maps (sections) are not read"};
  }
  std::int64_t version = 0;
  if (root["version"].get(version) != simdjson::SUCCESS || version != 3) {
    return Error{ErrorCode::kUnsupported, "source map: version must be 3"};
  }
  std::string_view mappings;
  if (root["mappings"].get(mappings) != simdjson::SUCCESS) {
    return Error{ErrorCode::kMalformed, "source map: mappings is missing"};
  }
  std::string_view source_root;
  if (root["sourceRoot"].get(source_root) != simdjson::SUCCESS) source_root = {};
  SourceMap map;
  const auto contents = list_of_texts(root, "sourcesContent");
  for (const std::string_view source : list_of_texts(root, "sources")) {
    const std::size_t at = map.sources_.size();
    std::string text(at < contents.size() ? contents[at] : std::string_view());
    if (text.empty()) text = find_file(files, source);
    map.sources_.push_back({with_root(source_root, source), std::move(text)});
  }
  for (const std::string_view name : list_of_texts(root, "names")) map.names_.emplace_back(name);
  TRACERY_TRY(map.read_mappings(mappings));
  return map;
}

Status SourceMap::read_mappings(std::string_view text) {
  Segment at{.source = 0, .name = 0};
  lines_.push_back(0);
  const auto is_within = [](std::int64_t index, std::size_t count) {
    return index >= 0 && static_cast<std::size_t>(index) < count;
  };
  while (!text.empty()) {
    if (text.front() == ';') {
      lines_.push_back(segments_.size());
      at.column = 0;
      text.remove_prefix(1);
      continue;
    }
    if (text.front() == ',') {
      text.remove_prefix(1);
      continue;
    }
    const auto numbers = take_segment(text);
    if (!numbers) return bad_mappings();
    // Every number but the column counts on from the segment before, over the ends of lines.
    at.column += numbers->values[0];
    at.source += numbers->values[1];
    at.line += numbers->values[2];
    at.original_column += numbers->values[3];
    at.name += numbers->values[4];
    Segment segment = at;
    if (numbers->count == 1) segment.source = -1;
    if (numbers->count < 5) segment.name = -1;
    const bool is_good = at.column >= 0 && at.line >= 0 && at.original_column >= 0 &&
                         (segment.source == -1 || is_within(segment.source, sources_.size())) &&
                         (segment.name == -1 || is_within(segment.name, names_.size()));
    if (!is_good) return bad_mappings();
    segments_.push_back(segment);
  }
  lines_.push_back(segments_.size());
  for (std::size_t i = 0; i + 1 < lines_.size(); ++i) {
    std::stable_sort(segments_.begin() + static_cast<std::ptrdiff_t>(lines_[i]),
                     segments_.begin() + static_cast<std::ptrdiff_t>(lines_[i + 1]),
                     [](const Segment& a, const Segment& b) { return a.column < b.column; });
  }
  return {};
}

std::optional<OriginalPlace> SourceMap::find(std::int64_t line, std::int64_t column) const {
  if (line < 1 || column < 1 || static_cast<std::size_t>(line) >= lines_.size()) {
    return std::nullopt;
  }
  const auto number = static_cast<std::size_t>(line);
  const auto begin = segments_.begin() + static_cast<std::ptrdiff_t>(lines_[number - 1]);
  const auto end = segments_.begin() + static_cast<std::ptrdiff_t>(lines_[number]);
  const auto after = std::upper_bound(
      begin, end, column - 1,
      [](std::int64_t wanted, const Segment& segment) { return wanted < segment.column; });
  if (after == begin) return std::nullopt;
  const Segment& segment = *(after - 1);
  if (segment.source < 0) return std::nullopt;
  const Source& source = sources_[static_cast<std::size_t>(segment.source)];
  OriginalPlace place{.filename = source.filename,
                      .lineno = segment.line + 1,
                      .colno = segment.original_column + 1};
  if (segment.name >= 0) place.name = names_[static_cast<std::size_t>(segment.name)];
  add_code(source.text, place);
  return place;
}

}  // namespace tracery::rollbar
