// SPDX-License-Identifier: Apache-2.0
#include "store/chunk_codec.h"

#include <bit>
#include <cmath>
#include <limits>
#include <random>

#include <gtest/gtest.h>

#include "store/string_dictionary.h"

namespace tracery::store {
namespace {

constexpr std::array kTypes = {StreamType::kBool,   StreamType::kInt, StreamType::kDouble,
                               StreamType::kString, StreamType::kId8, StreamType::kId16};

struct Chunk {
  std::string presence;
  std::string values;
};

Chunk encode(const PackedColumn& column) {
  Chunk chunk;
  if (!column.is_full()) put_presence(chunk.presence, column, 1);
  put_values(chunk.values, column, 1);
  return chunk;
}

std::shared_ptr<const StringDictionary> numbers_dictionary(std::uint32_t entries) {
  std::string text;
  std::vector<std::uint32_t> ends;
  for (std::uint32_t i = 0; i < entries; ++i) {
    text += std::to_string(i);
    ends.push_back(static_cast<std::uint32_t>(text.size()));
  }
  auto bytes = std::make_unique<char[]>(text.size());
  text.copy(bytes.get(), text.size());
  return std::make_shared<PackedDictionary>(std::move(bytes), std::move(ends));
}

Result<DecodedChunk> decode(const Chunk& chunk, const PackedColumn& column,
                            std::uint32_t entries = 100) {
  ChunkView view{column.type, column.group_rows, static_cast<std::uint32_t>(column.rows.size()),
                 chunk.presence, chunk.values};
  view.dictionary = [&]() -> Result<std::shared_ptr<const StringDictionary>> {
    return numbers_dictionary(entries);
  };
  view.span_ids = []() -> Result<std::shared_ptr<const ColumnVector>> {
    return Error{ErrorCode::kCorrupt, "no span ids"};
  };
  return decode_chunk(view);
}

/// The slots of a vector, packed again.
PackedColumn pack(const ColumnVector& vector) {
  PackedColumn column;
  column.type = vector.type;
  column.group_rows = vector.rows;
  const std::size_t width = vector.type == StreamType::kId16 ? 2 : 1;
  for (std::uint32_t row = 0; row < vector.rows; ++row) {
    if (!vector.is_present(row)) continue;
    column.rows.push_back(row);
    if (vector.type == StreamType::kBool) {
      column.codes.push_back(vector.data[row] - 1U);
    } else if (vector.type == StreamType::kString) {
      column.codes.push_back(vector.code(row));
    } else {
      const auto* words = vector.as<std::uint64_t>() + row * width;
      column.words.insert(column.words.end(), words, words + width);
    }
  }
  return column;
}

void expect_equal(const PackedColumn& got, const PackedColumn& want) {
  EXPECT_EQ(got.group_rows, want.group_rows);
  EXPECT_EQ(got.rows, want.rows);
  EXPECT_EQ(got.words, want.words);
  EXPECT_EQ(got.codes, want.codes);
}

PackedColumn random_column(StreamType type, std::mt19937_64& random) {
  PackedColumn column;
  column.type = type;
  column.group_rows = 1 + static_cast<std::uint32_t>(random() % 3000);
  const std::uint64_t density = std::array{1, 2, 20, 2000}[random() % 4];
  const bool repeats = random() % 2 == 0;
  for (std::uint32_t row = 0; row < column.group_rows; ++row) {
    if (random() % density != 0) continue;
    column.rows.push_back(row);
    const std::uint64_t word = repeats ? random() % 3 : random();
    switch (type) {
      case StreamType::kBool: column.codes.push_back(static_cast<std::uint32_t>(word & 1)); break;
      case StreamType::kString:
        column.codes.push_back(static_cast<std::uint32_t>(1 + word % 100));
        break;
      case StreamType::kId16: column.words.insert(column.words.end(), {word, ~word}); break;
      default: column.words.push_back(word);
    }
  }
  if (column.rows.empty()) return random_column(type, random);
  return column;
}

TEST(Chunk, GivesBackRandomValuesOfEveryType) {
  std::mt19937_64 random(1);
  for (const StreamType type : kTypes) {
    for (int i = 0; i < 60; ++i) {
      const PackedColumn column = random_column(type, random);
      const auto decoded = decode(encode(column), column);
      ASSERT_TRUE(decoded.ok()) << to_string(decoded.error());
      expect_equal(pack(*decoded->vector), column);
    }
  }
}

PackedColumn doubles(std::span<const double> values) {
  PackedColumn column;
  column.type = StreamType::kDouble;
  column.group_rows = static_cast<std::uint32_t>(values.size());
  for (std::uint32_t i = 0; i < values.size(); ++i) {
    column.rows.push_back(i);
    column.words.push_back(std::bit_cast<std::uint64_t>(values[i]));
  }
  return column;
}

TEST(Chunk, KeepsEveryBitOfADouble) {
  using Limits = std::numeric_limits<double>;
  const std::array values = {0.0,
                             -0.0,
                             Limits::infinity(),
                             -Limits::infinity(),
                             Limits::quiet_NaN(),
                             std::bit_cast<double>(0x7ff8000000001234ULL),
                             std::bit_cast<double>(0xfff0000000000001ULL),
                             Limits::denorm_min(),
                             Limits::max(),
                             Limits::lowest(),
                             0.1,
                             9007199254740993.0};
  for (const double value : values) {
    for (const double other : {value, 1.5, -2.25}) {
      const std::array pair = {value, other, value};
      const PackedColumn column = doubles(pair);
      expect_equal(pack(*decode(encode(column), column)->vector), column);
    }
  }
}

TEST(Chunk, StoresDecimalsAsIntegers) {
  std::mt19937_64 random(2);
  for (const double power : {1.0, 10.0, 1e3, 1e6}) {
    std::vector<double> values;
    for (int i = 0; i < 2000; ++i) {
      values.push_back(static_cast<double>(random() % 100'000'000) / power);
    }
    const PackedColumn column = doubles(values);
    const Chunk chunk = encode(column);

    EXPECT_EQ(describe_values(StreamType::kDouble, chunk.values).substr(0, 7), "decimal");
    EXPECT_LT(chunk.values.size(), values.size() * 4 + 100);
    expect_equal(pack(*decode(chunk, column)->vector), column);
  }
}

TEST(Chunk, KeepsStringsOfItsOwn) {
  PackedColumn column;
  column.type = StreamType::kString;
  column.group_rows = 6;
  column.rows = {0, 2, 3, 5};
  column.codes = {1, 2, 1, 3};
  const std::array<std::string_view, 3> entries = {"", std::string_view("a\0b", 3), "\xff"};
  Chunk chunk;
  put_presence(chunk.presence, column, 1);
  put_local_strings(chunk.values, column, entries, 1);

  const auto decoded = decode(chunk, column);

  ASSERT_TRUE(decoded.ok());
  expect_equal(pack(*decoded->vector), column);
  EXPECT_EQ(decoded->vector->code_bytes, 1);
  for (std::uint32_t i = 0; i < 3; ++i) EXPECT_EQ(decoded->vector->dictionary->at(i), entries[i]);
}

TEST(Chunk, WidensCodesWithTheDictionary) {
  PackedColumn column;
  column.type = StreamType::kString;
  column.group_rows = 1;
  column.rows = {0};
  column.codes = {1};
  const Chunk chunk = encode(column);

  EXPECT_EQ(decode(chunk, column, 254)->vector->code_bytes, 1);
  EXPECT_EQ(decode(chunk, column, 255)->vector->code_bytes, 2);
  EXPECT_EQ(decode(chunk, column, 65'534)->vector->code_bytes, 2);
  EXPECT_EQ(decode(chunk, column, 65'535)->vector->code_bytes, 4);
}

TEST(Chunk, CallsACodeOutsideTheDictionaryCorrupt) {
  PackedColumn column;
  column.type = StreamType::kString;
  column.group_rows = 2;
  column.rows = {0, 1};
  column.codes = {1, 7};

  EXPECT_EQ(decode(encode(column), column, 6).error().code, ErrorCode::kCorrupt);
  EXPECT_TRUE(decode(encode(column), column, 7).ok());
}

TEST(Chunk, KeepsParentsAsRowDistances) {
  std::mt19937_64 random(3);
  PackedColumn spans;
  spans.type = StreamType::kId8;
  spans.group_rows = 4000;
  PackedColumn parents = spans;
  for (std::uint32_t row = 0; row < spans.group_rows; ++row) {
    if (random() % 10 != 0) {
      spans.rows.push_back(row);
      spans.words.push_back(random() % 5 == 0 ? 77 : random());
    }
    if (random() % 4 == 0) continue;
    parents.rows.push_back(row);
    const std::size_t back = 1 + random() % 9;
    const bool is_known = back <= spans.words.size() && random() % 8 != 0;
    parents.words.push_back(is_known ? spans.words[spans.words.size() - back] : random());
  }
  Chunk chunk;
  put_presence(chunk.presence, parents, 1);
  put_parents(chunk.values, parents, spans, 1);
  const auto span_vector = decode(encode(spans), spans)->vector;
  ChunkView view{StreamType::kId8, 4000, static_cast<std::uint32_t>(parents.rows.size()),
                 chunk.presence, chunk.values};
  view.span_ids = [&]() -> Result<std::shared_ptr<const ColumnVector>> { return {span_vector}; };

  const auto decoded = decode_chunk(view);

  ASSERT_TRUE(decoded.ok());
  expect_equal(pack(*decoded->vector), parents);
  EXPECT_LT(chunk.values.size(), parents.words.size() * 4);
}

TEST(Chunk, NeverReadsPastDamagedBytes) {
  std::mt19937_64 random(4);
  for (int i = 0; i < 1500; ++i) {
    const PackedColumn column = random_column(kTypes[random() % kTypes.size()], random);
    Chunk chunk = encode(column);
    if (column.type == StreamType::kString && random() % 2 == 0) {
      chunk.values.clear();
      const std::vector<std::string_view> entries(100, "some text");
      put_local_strings(chunk.values, column, entries, 1);
    }
    std::string& bytes =
        chunk.presence.empty() || random() % 3 != 0 ? chunk.values : chunk.presence;
    if (random() % 3 == 0) bytes.resize(random() % bytes.size());
    for (int k = 0; k < 2 && !bytes.empty(); ++k) {
      bytes[random() % bytes.size()] = static_cast<char>(random());
    }
    const auto decoded = decode(chunk, column);
    if (decoded.ok()) {
      EXPECT_EQ(decoded->vector->rows, column.group_rows);
    }
  }
}

TEST(SortedStrings, ComeBackInOrder) {
  std::mt19937_64 random(5);
  std::vector<std::string> texts;
  for (int i = 0; i < 1500; ++i) {
    texts.push_back("https://shop.example/" + std::to_string(random() % 1000) + "/" +
                    std::to_string(i));
  }
  texts.emplace_back();
  std::sort(texts.begin(), texts.end());
  const std::vector<std::string_view> views(texts.begin(), texts.end());
  std::string bytes;
  put_sorted_strings(bytes, views, 1);

  ByteReader in(bytes);
  const auto back = get_sorted_strings(in);

  ASSERT_TRUE(back.ok());
  ASSERT_EQ((*back)->size(), texts.size());
  for (std::uint32_t i = 0; i < texts.size(); ++i) EXPECT_EQ((*back)->at(i), texts[i]);
  EXPECT_LT(bytes.size(), texts.size() * 8);
}

}  // namespace
}  // namespace tracery::store
