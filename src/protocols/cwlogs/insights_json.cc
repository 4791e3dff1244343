// SPDX-License-Identifier: Apache-2.0
#include "protocols/cwlogs/insights_json.h"

#include <charconv>

#include <simdjson.h>

#include "base/json_writer.h"
#include "base/text_search.h"
#include "protocols/cwlogs/json_message.h"

namespace tracery::cwlogs {
namespace {

namespace dom = simdjson::dom;
using query::Datum;
using query::TextArena;

/// Valid until the thread's next document.
bool parse_document(std::string_view json, dom::element& document) {
  thread_local dom::parser parser;
  return parser.parse(json.data(), json.size()).get(document) == simdjson::SUCCESS;
}

Datum datum_of(const dom::element& element, TextArena& texts) {
  switch (element.type()) {
    case dom::element_type::NULL_VALUE: return {};
    case dom::element_type::BOOL: return Datum::truth(bool{element});
    case dom::element_type::INT64: return Datum::integer(std::int64_t{element});
    case dom::element_type::UINT64:
      return Datum::number(static_cast<double>(std::uint64_t{element}));
    case dom::element_type::DOUBLE: return Datum::number(double{element});
    case dom::element_type::STRING: return Datum::text(texts.store(std::string_view{element}));
    case dom::element_type::ARRAY:
    case dom::element_type::OBJECT: break;
  }
  return Datum::json(texts.store(simdjson::minify(element)));
}

Datum find_in(const dom::element& element, std::string_view path, TextArena& texts);

Datum find_in_list(const dom::array& list, std::string_view path, TextArena& texts) {
  std::size_t index = 0;
  const auto read = std::from_chars(path.data(), path.data() + path.size(), index);
  const std::string_view rest = path.substr(static_cast<std::size_t>(read.ptr - path.data()));
  dom::element element;
  if (read.ec != std::errc() || list.at(index).get(element) != simdjson::SUCCESS) return {};
  if (rest.empty()) return datum_of(element, texts);
  return rest[0] == '.' ? find_in(element, rest.substr(1), texts) : Datum();
}

Datum find_in(const dom::element& element, std::string_view path, TextArena& texts) {
  dom::array list;
  if (element.get(list) == simdjson::SUCCESS) return find_in_list(list, path, texts);
  dom::object object;
  if (element.get(object) != simdjson::SUCCESS) return {};
  // Of equal names the last counts, as at ingest.
  Datum found;
  for (const auto [key, value] : object) {
    if (!path.starts_with(key)) continue;
    if (key.size() == path.size()) {
      found = datum_of(value, texts);
    } else if (path[key.size()] == '.') {
      const Datum inner = find_in(value, path.substr(key.size() + 1), texts);
      if (!inner.is_null()) found = inner;
    }
  }
  return found;
}

/// False when no name in the text can be the start of the path.
bool may_have(std::string_view json, std::string_view path) {
  const std::string_view first = path.substr(0, path.find('.'));
  for (std::size_t at = 0;; ++at) {
    const std::size_t found = find_text(json.substr(at), first);
    if (found == std::string_view::npos) break;
    at += found;
    if (at != 0 && json[at - 1] == '"') return true;
  }
  // An escape may hide a name.
  return json.find("\\u") != std::string_view::npos;
}

}  // namespace

Datum find_json_path(std::string_view json, std::string_view path, TextArena& texts) {
  dom::element document;
  if (!parse_document(json, document)) return {};
  return find_in(document, path, texts);
}

Datum find_message_field(std::string_view message, std::string_view path, TextArena& texts) {
  if (message.find('{') == std::string_view::npos || !may_have(message, path)) return {};
  const std::string_view json = find_json(message);
  return json.empty() ? Datum() : find_json_path(json, path, texts);
}

Datum parse_json(std::string_view text, TextArena& texts) {
  dom::element document;
  return parse_document(text, document) ? datum_of(document, texts) : Datum();
}

void read_json_list(std::string_view json, TextArena& texts, std::vector<Datum>& elements) {
  dom::element document;
  dom::array list;
  if (!parse_document(json, document) || document.get(list) != simdjson::SUCCESS) return;
  for (const dom::element element : list) elements.push_back(datum_of(element, texts));
}

std::string_view json_of(const Datum& datum, TextArena& texts) {
  switch (datum.kind()) {
    case Datum::Kind::kNull: return "null";
    case Datum::Kind::kJson: return datum.text();
    case Datum::Kind::kTruth: return datum.whole() == 1 ? "true" : "false";
    case Datum::Kind::kInteger:
    case Datum::Kind::kNumber: return query::text_of(datum, texts);
    case Datum::Kind::kTime:
    case Datum::Kind::kText: break;
  }
  return texts.store(json_quote(query::text_of(datum, texts)));
}

}  // namespace tracery::cwlogs
