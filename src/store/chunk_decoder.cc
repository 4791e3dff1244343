// SPDX-License-Identifier: Apache-2.0
//
// Reads what chunk_encoder.cc writes; the grammar stands there.
#include <algorithm>
#include <bit>
#include <cstring>

#include "store/byte_codec.h"
#include "store/byte_stream.h"
#include "store/chunk_codec.h"
#include "store/chunk_forms.h"
#include "store/int_codec.h"
#include "store/string_dictionary.h"

namespace tracery::store {
namespace {

std::size_t slot_bytes(StreamType type) {
  switch (type) {
    case StreamType::kBool: return 1;
    case StreamType::kString: return 0;  // By the dictionary.
    case StreamType::kId16: return 16;
    default: return 8;
  }
}

std::size_t words_for(std::uint32_t rows) { return (std::size_t{rows} + 63) / 64; }

Error unknown_form() { return {ErrorCode::kUnsupported, "unknown encoding of a column"}; }

Status get_row_list(ByteReader& in, const ChunkView& chunk, std::vector<std::uint64_t>& bits) {
  std::vector<std::uint32_t> rows(chunk.present_rows);
  TRACERY_TRY(get_ints(in, std::span(rows)));
  std::uint32_t next = 0;
  for (const std::uint32_t row : rows) {
    TRACERY_TRY(in.status(row >= next && row < chunk.group_rows));
    bits[row / 64] |= std::uint64_t{1} << (row % 64);
    next = row + 1;
  }
  return {};
}

/// The rows that have a value; empty when all have.
Result<std::vector<std::uint64_t>> get_presence(const ChunkView& chunk) {
  if (chunk.presence.empty()) return std::vector<std::uint64_t>();
  ByteReader in(chunk.presence);
  std::vector<std::uint64_t> bits(words_for(chunk.group_rows));
  const auto form = static_cast<PresenceForm>(in.u8());
  if (form == PresenceForm::kRows) {
    TRACERY_TRY(get_row_list(in, chunk, bits));
    return bits;
  }
  if (form != PresenceForm::kBitmap) return unknown_form();
  TRACERY_TRY(get_bytes_into(in, reinterpret_cast<char*>(bits.data()),
                             (std::size_t{chunk.group_rows} + 7) / 8));
  std::size_t set = 0;
  for (const std::uint64_t word : bits) set += static_cast<std::size_t>(std::popcount(word));
  const bool is_clean = chunk.group_rows % 64 == 0 || bits.back() >> (chunk.group_rows % 64) == 0;
  TRACERY_TRY(in.status(set == chunk.present_rows && is_clean));
  return bits;
}

/// Moves the values at the front of `slots` to their rows and clears the others.
template <typename T>
void spread(T* slots, const std::vector<std::uint64_t>& bits, std::uint32_t rows,
            std::uint32_t present_rows) {
  std::size_t from = present_rows;
  for (std::size_t row = rows; row-- > 0;) {
    const bool has = (bits[row / 64] >> (row % 64) & 1) != 0;
    from -= has ? 1 : 0;
    slots[row] = has ? slots[from] : T{};
  }
}

struct Id16 {
  std::uint64_t words[2];
};

void spread(ColumnVector& vector, const std::vector<std::uint64_t>& bits,
            std::uint32_t present_rows) {
  const auto run = [&]<typename T>(T) {
    spread(reinterpret_cast<T*>(vector.data.data()), bits, vector.rows, present_rows);
  };
  switch (vector.data.size() / std::max(vector.rows, 1U)) {
    case 1: return run(std::uint8_t{});
    case 2: return run(std::uint16_t{});
    case 4: return run(std::uint32_t{});
    case 8: return run(std::uint64_t{});
    default: return run(Id16{});
  }
}

template <typename T>
std::span<T> front_slots(ColumnVector& vector, std::size_t count) {
  return {reinterpret_cast<T*>(vector.data.data()), count};
}

Status get_bools(ByteReader& in, const ChunkView& chunk, ColumnVector& vector) {
  std::string scratch;
  const std::size_t bytes = (std::size_t{chunk.present_rows} + 7) / 8;
  const std::string_view bits = TRACERY_TRY(get_bytes(in, bytes, scratch));
  for (std::size_t i = 0; i < chunk.present_rows; ++i) {
    vector.data[i] = static_cast<std::uint8_t>(1 + (bits[i / 8] >> (i % 8) & 1));
  }
  return {};
}

Status get_doubles(ByteReader& in, const ChunkView& chunk, ColumnVector& vector) {
  const auto form = static_cast<DoubleForm>(in.u8());
  if (form > DoubleForm::kDecimal) return unknown_form();
  const std::size_t exponent = form == DoubleForm::kDecimal ? in.u8() : 0;
  TRACERY_TRY(in.status(exponent < kPowersOfTen.size()));
  const auto ints = front_slots<std::int64_t>(vector, chunk.present_rows);
  TRACERY_TRY(get_ints(in, ints));
  if (form == DoubleForm::kBits) return {};
  const double power = kPowersOfTen[exponent];
  for (std::int64_t& slot : ints) {
    slot = std::bit_cast<std::int64_t>(static_cast<double>(slot) / power);
  }
  return {};
}

template <typename T>
Status get_codes(ByteReader& in, const ChunkView& chunk, ColumnVector& vector) {
  const auto codes = front_slots<T>(vector, chunk.present_rows);
  TRACERY_TRY(get_ints(in, codes));
  const std::uint32_t entries = vector.dictionary->size();
  std::uint32_t highest = 0;
  bool any_zero = false;
  for (const T code : codes) {
    highest = std::max<std::uint32_t>(highest, code);
    any_zero |= code == 0;
  }
  return in.status(highest <= entries && !any_zero);
}

Result<std::size_t> get_texts(ByteReader& in, const ChunkView& chunk, ColumnVector& vector) {
  const auto form = static_cast<TextForm>(in.u8());
  if (form > TextForm::kOwnDictionary) return unknown_form();
  std::size_t own_bytes = 0;
  if (form == TextForm::kOwnDictionary) {
    const auto own = TRACERY_TRY(get_strings(in, chunk.present_rows));
    own_bytes = own->memory_bytes();
    vector.dictionary = own;
  } else {
    vector.dictionary = TRACERY_TRY(chunk.dictionary());
  }
  vector.code_bytes = code_bytes_of(vector.dictionary->size());
  vector.data.resize(std::size_t{chunk.group_rows} * vector.code_bytes);
  switch (vector.code_bytes) {
    case 1: TRACERY_TRY(get_codes<std::uint8_t>(in, chunk, vector)); break;
    case 2: TRACERY_TRY(get_codes<std::uint16_t>(in, chunk, vector)); break;
    default: TRACERY_TRY(get_codes<std::uint32_t>(in, chunk, vector)); break;
  }
  return own_bytes;
}

Status get_id_runs(ByteReader& in, std::size_t width, std::span<std::uint64_t> out) {
  const std::uint64_t runs = in.varint();
  TRACERY_TRY(in.status(runs <= out.size() / width));
  std::vector<std::uint64_t> heads(runs * width);
  std::vector<std::uint32_t> lengths(runs);
  TRACERY_TRY(get_planes(in, heads, width));
  TRACERY_TRY(get_ints(in, std::span(lengths)));
  std::size_t done = 0;
  for (std::size_t r = 0; r < runs; ++r) {
    TRACERY_TRY(in.status(lengths[r] <= (out.size() - done) / width));
    for (std::uint32_t i = 0; i < lengths[r]; ++i, done += width) {
      std::memcpy(&out[done], &heads[r * width], width * 8);
    }
  }
  return in.status(done == out.size());
}

/// Leaves the ids at the front, as the other forms do; they are spread afterwards.
Status get_parents(ByteReader& in, const ChunkView& chunk, const std::vector<std::uint64_t>& bits,
                   std::span<std::uint64_t> out) {
  const std::uint64_t escapes = in.varint();
  TRACERY_TRY(in.status(escapes <= out.size()));
  std::vector<std::uint64_t> escaped(escapes);
  TRACERY_TRY(get_planes(in, escaped, 1));
  std::vector<std::int64_t> distances(out.size());
  TRACERY_TRY(get_ints(in, std::span(distances)));
  const auto spans = TRACERY_TRY(chunk.span_ids());
  TRACERY_TRY(in.status(spans->type == StreamType::kId8 && spans->rows == chunk.group_rows));
  std::size_t next_escape = 0;
  std::size_t i = 0;
  for (std::uint32_t row = 0; row < chunk.group_rows; ++row) {
    if (!bits.empty() && (bits[row / 64] >> (row % 64) & 1) == 0) continue;
    if (distances[i] == 0) {
      TRACERY_TRY(in.status(next_escape < escaped.size()));
      out[i++] = escaped[next_escape++];
      continue;
    }
    const std::uint64_t parent = row - static_cast<std::uint64_t>(distances[i]);
    TRACERY_TRY(in.status(parent < chunk.group_rows &&
                          spans->is_present(static_cast<std::uint32_t>(parent))));
    out[i++] = spans->as<std::uint64_t>()[parent];
  }
  return {};
}

Status get_ids(ByteReader& in, const ChunkView& chunk, const std::vector<std::uint64_t>& bits,
               ColumnVector& vector) {
  const std::size_t width = chunk.type == StreamType::kId16 ? 2 : 1;
  const auto out = front_slots<std::uint64_t>(vector, chunk.present_rows * width);
  switch (static_cast<IdForm>(in.u8())) {
    case IdForm::kPlain: return get_planes(in, out, width);
    case IdForm::kRuns: return get_id_runs(in, width, out);
    case IdForm::kParents:
      TRACERY_TRY(in.status(chunk.type == StreamType::kId8));
      return get_parents(in, chunk, bits, out);
  }
  return unknown_form();
}

}  // namespace

Result<DecodedChunk> decode_chunk(const ChunkView& chunk) {
  std::vector<std::uint64_t> bits = TRACERY_TRY(get_presence(chunk));
  DecodedChunk out{std::make_shared<ColumnVector>()};
  ColumnVector& vector = *out.vector;
  vector.type = chunk.type;
  vector.rows = chunk.group_rows;
  vector.data.resize(chunk.group_rows * slot_bytes(chunk.type));
  ByteReader in(chunk.values);
  TRACERY_TRY(in.status(chunk.present_rows <= chunk.group_rows));
  TRACERY_TRY(in.status(!bits.empty() || chunk.present_rows == chunk.group_rows));
  switch (chunk.type) {
    case StreamType::kBool: TRACERY_TRY(get_bools(in, chunk, vector)); break;
    case StreamType::kInt:
      TRACERY_TRY(get_ints(in, front_slots<std::int64_t>(vector, chunk.present_rows)));
      break;
    case StreamType::kDouble: TRACERY_TRY(get_doubles(in, chunk, vector)); break;
    case StreamType::kString:
      out.own_dictionary_bytes = TRACERY_TRY(get_texts(in, chunk, vector));
      break;
    case StreamType::kId8:
    case StreamType::kId16: TRACERY_TRY(get_ids(in, chunk, bits, vector)); break;
  }
  TRACERY_TRY(in.status(in.left() == 0));
  if (!bits.empty()) spread(vector, bits, chunk.present_rows);
  const bool has_bits = chunk.type != StreamType::kBool && chunk.type != StreamType::kString;
  if (has_bits) vector.present = std::move(bits);
  return out;
}

std::shared_ptr<ColumnVector> absent_vector(StreamType type, std::uint32_t rows) {
  static const auto kNoStrings =
      std::make_shared<const PackedDictionary>(nullptr, std::vector<std::uint32_t>());
  auto vector = std::make_shared<ColumnVector>();
  vector->type = type;
  vector->rows = rows;
  if (type == StreamType::kString) {
    vector->code_bytes = 1;
    vector->dictionary = kNoStrings;
  }
  vector->data.resize(rows * std::max<std::size_t>(slot_bytes(type), 1));
  if (slot_bytes(type) > 1) vector->present.resize(words_for(rows));
  return vector;
}

std::string describe_values(StreamType type, std::string_view values) {
  if (values.empty()) return "?";
  const auto form = static_cast<std::uint8_t>(values[0]);
  switch (type) {
    case StreamType::kBool: return "bits";
    case StreamType::kInt: return describe_ints(values);
    case StreamType::kDouble:
      if (form == 0) return "bits:" + describe_ints(values.substr(1));
      if (values.size() < 2) return "?";
      return "decimal" + std::to_string(values[1]) + ":" + describe_ints(values.substr(2));
    case StreamType::kString:
      return form == 0 ? "dictionary:" + describe_ints(values.substr(1)) : "own dictionaries";
    case StreamType::kId8:
    case StreamType::kId16: return form == 0 ? "ids" : form == 1 ? "runs" : "row distances";
  }
  return "?";
}

}  // namespace tracery::store
