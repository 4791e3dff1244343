// SPDX-License-Identifier: Apache-2.0
#include "protocols/xray/decoder.h"

#include <cstring>

#include <simdjson.h>

#include "base/utf8.h"
#include "protocols/xray/attribute_reader.h"
#include "protocols/xray/document_reader.h"
#include "protocols/xray/entity_writer.h"

namespace tracery::xray {
namespace {

/// The usual header, to be known at a glance; any other is parsed.
constexpr std::string_view kPlainHeader = R"({"format":"json","version":1})";
constexpr std::string_view kSpacedHeader = R"({"format": "json", "version": 1})";

bool equals_ignoring_case(std::string_view a, std::string_view b) {
  return a.size() == b.size() && strncasecmp(a.data(), b.data(), a.size()) == 0;
}

bool is_header(std::string_view line) {
  if (line == kPlainHeader || line == kSpacedHeader) return true;
  simdjson::dom::parser parser;
  simdjson::dom::element root;
  std::string_view format;
  std::int64_t version = 0;
  return parser.parse(line.data(), line.size()).get(root) == simdjson::SUCCESS &&
         root["format"].get(format) == simdjson::SUCCESS && equals_ignoring_case(format, "json") &&
         root["version"].get(version) == simdjson::SUCCESS && version == 1;
}

class Documents {
 public:
  Documents(Validation validation, model::EventSink& sink)
      : validation_(validation), writer_(sink) {}

  void decode(std::string_view text) {
    const Status read = reader_.read(text, [this](Document& document) { take(document); });
    if (!read.ok()) reject({{}, Problem::kParseError, false, {}}, text);
  }

  Outcome finish() { return std::move(outcome_); }

 private:
  void take(Document& document) {
    if (auto failure = check_document(document, validation_)) {
      reject(*std::move(failure), document.text);
      return;
    }
    writer_.write(document);
    ++outcome_.accepted;
  }

  void reject(Unprocessed failure, std::string_view text) {
    failure.excerpt = replace_bad_utf8(cut_utf8(text, kExcerptBytes));
    outcome_.unprocessed.push_back(std::move(failure));
  }

  Validation validation_;
  DocumentReader reader_;
  EntityWriter writer_;
  Outcome outcome_;
};

}  // namespace

Result<Outcome> decode_put_segments(std::string_view body, Validation validation,
                                    model::EventSink& sink) {
  simdjson::dom::parser parser;
  simdjson::dom::element root;
  std::string mended;
  auto error = parser.parse(body.data(), body.size()).get(root);
  if (error == simdjson::UTF8_ERROR) {
    mended = replace_bad_utf8(body);
    error = parser.parse(mended.data(), mended.size()).get(root);
  }
  simdjson::dom::array list;
  if (error != simdjson::SUCCESS || root["TraceSegmentDocuments"].get(list) != simdjson::SUCCESS) {
    return Error{ErrorCode::kMalformed, "TraceSegmentDocuments is not a list of texts"};
  }
  Documents documents(validation, sink);
  for (const simdjson::dom::element entry : list) {
    // An entry that is no text is a document that is no JSON.
    documents.decode(read_text(entry));
  }
  return documents.finish();
}

Result<Outcome> decode_document_list(std::string_view body, Validation validation,
                                     model::EventSink& sink) {
  Documents documents(validation, sink);
  while (const auto document = take_document(body)) documents.decode(*document);
  if (!body.empty()) return Error{ErrorCode::kCorrupt, "document list cut short"};
  return documents.finish();
}

std::optional<std::string_view> take_document(std::string_view& list) {
  std::uint32_t bytes = 0;
  if (list.size() < sizeof bytes) return std::nullopt;
  std::memcpy(&bytes, list.data(), sizeof bytes);
  if (list.size() - sizeof bytes < bytes) return std::nullopt;
  const std::string_view document = list.substr(sizeof bytes, bytes);
  list.remove_prefix(sizeof bytes + bytes);
  return document;
}

void append_document(std::string& body, std::string_view document) {
  const auto bytes = static_cast<std::uint32_t>(document.size());
  body.append(reinterpret_cast<const char*>(&bytes), sizeof bytes);
  body += document;
}

Datagram read_datagram(std::string_view datagram) {
  const std::size_t end = datagram.find('\n');
  if (end == std::string_view::npos || !is_header(datagram.substr(0, end))) {
    return {{}, Problem::kBadHeader};
  }
  const std::string_view document = datagram.substr(end + 1);
  const bool is_blank = document.find_first_not_of(" \t\r\n") == std::string_view::npos;
  if (is_blank) return {{}, Problem::kNoDocument};
  return {document, std::nullopt};
}

}  // namespace tracery::xray
