// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "model/event_sink.h"
#include "protocols/xray/document_check.h"
#include "protocols/xray/problem.h"

namespace tracery::xray {

struct Outcome {
  std::size_t accepted = 0;  ///< Documents.
  std::vector<Unprocessed> unprocessed;
};

/// Decodes the body of PutTraceSegments, `{"TraceSegmentDocuments":["{…}",…]}`: each text is a
/// document, or a list of them. A bad document fails only itself, and as a whole. kMalformed when
/// the body is not of that shape. Pure.
/// Source: X-Ray API reference, PutTraceSegments; developer guide, "segment documents".
Result<Outcome> decode_put_segments(std::string_view body, Validation validation,
                                    model::EventSink& sink);

/// Documents as the daemon takes them from datagrams, put together by `append_document`.
/// kCorrupt when the body was not made that way.
Result<Outcome> decode_document_list(std::string_view body, Validation validation,
                                     model::EventSink& sink);

/// Adds a document to a body for `decode_document_list`: its length in four bytes, little endian,
/// then itself.
void append_document(std::string& body, std::string_view document);

/// Takes the first document off such a list; nothing when it is empty or cut short.
std::optional<std::string_view> take_document(std::string_view& list);

struct Datagram {
  std::string_view document;
  std::optional<Problem> problem;  ///< kBadHeader or kNoDocument.
};

/// The document inside a datagram: what follows its header `{"format":"json","version":1}` and a
/// line feed.
Datagram read_datagram(std::string_view datagram);

}  // namespace tracery::xray
