// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <string_view>

#include "base/result.h"
#include "protocols/xray/document.h"

namespace tracery::xray {

/// Reads segment documents. Wrong types that official SDKs send are taken (numbers as text, a
/// cause that is an id, null for anything); other members of a wrong type count as absent, unknown
/// ones are passed over. Keeps its memory from one document to the next; not thread-safe.
class DocumentReader {
 public:
  DocumentReader();
  ~DocumentReader();

  /// Calls `visit` for the document, or for each one of a list. What it is given lives until it
  /// returns. kMalformed when `text` is no JSON; an entry of a list that is no object, and an empty
  /// list, come as a document without entities.
  Status read(std::string_view text, const std::function<void(Document&)>& visit);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace tracery::xray
