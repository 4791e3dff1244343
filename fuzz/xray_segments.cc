// SPDX-License-Identifier: Apache-2.0
// Property: any bytes are a document that becomes whole events, the same on replay, or one that is
// told of; and strict validation takes nothing that lenient does not.
#include "checking_sink.h"
#include "protocols/xray/decoder.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using tracery::fuzz::CheckingSink;
  namespace xray = tracery::xray;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  std::string body;
  const auto document = xray::read_datagram(bytes);
  xray::append_document(body, document.problem ? bytes : document.document);

  CheckingSink first;
  CheckingSink second;
  CheckingSink strict;
  const auto outcome = xray::decode_document_list(body, xray::Validation::kLenient, first);
  const auto again = xray::decode_document_list(body, xray::Validation::kLenient, second);
  const auto judged = xray::decode_document_list(body, xray::Validation::kStrict, strict);
  TRACERY_CHECK(outcome.ok() && again.ok() && judged.ok());
  TRACERY_CHECK(first.digest() == second.digest() && !first.is_open() && !strict.is_open());
  TRACERY_CHECK(outcome->accepted + outcome->unprocessed.size() >= 1);
  TRACERY_CHECK(judged->accepted <= outcome->accepted && first.events() >= outcome->accepted);

  CheckingSink put;
  static_cast<void>(xray::decode_put_segments(bytes, xray::Validation::kLenient, put));
  TRACERY_CHECK(!put.is_open());
  return 0;
}
