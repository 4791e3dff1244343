// SPDX-License-Identifier: Apache-2.0
#include "store/overflow_fields.h"

#include <algorithm>

#include "model/names.h"

namespace tracery::store {

namespace names = model::names;

bool always_has_column(std::string_view name) {
  constexpr std::string_view kBuiltIn[] = {names::kName,   names::kServiceName, names::kDurationMs,
                                           names::kError,  names::kStatusCode,  names::kSpanKind,
                                           kOverflowColumn};
  return names::is_id_field(name) || names::is_document_field(name) || name.starts_with("meta.") ||
         std::find(std::begin(kBuiltIn), std::end(kBuiltIn), name) != std::end(kBuiltIn);
}

void put_overflow_field(std::string& out, std::string_view name, StreamType type,
                        std::string_view value) {
  put_text(out, name);
  put_fixed(out, type);
  if (type == StreamType::kString) {
    put_text(out, value);
  } else {
    out += value;
  }
}

bool next_overflow_field(ByteReader& rest, OverflowField& field) {
  if (rest.left() == 0) return false;
  field.name = rest.text();
  field.type = StreamType{rest.u8()};
  switch (field.type) {
    case StreamType::kBool: field.value = rest.bytes(1); break;
    case StreamType::kInt:
    case StreamType::kDouble: field.value = rest.bytes(8); break;
    case StreamType::kString: field.value = rest.text(); break;
    default: return false;
  }
  return rest.ok();
}

}  // namespace tracery::store
