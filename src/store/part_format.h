// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "store/file_system.h"
#include "store/part.h"
#include "store/row_source.h"

namespace tracery::store {

/// A stretch of a part file; its last 8 bytes are the checksum of the others.
struct Section {
  std::uint64_t offset = 0;
  std::uint64_t bytes = 0;
};

struct GroupFacts {
  std::uint64_t offset = 0;  ///< Of its first chunk.
  std::uint32_t rows = 0;
  TimeBounds time;
};

/// A stream as the footer names it. Streams are sorted by column and type; the first three are
/// those of RowField, in its order, with an empty column.
struct StreamFacts {
  std::string column;
  StreamType type = StreamType::kInt;
  Section directory;
};

/// Offsets are from the start of the row group.
struct ChunkFacts {
  std::uint32_t group = 0;
  std::uint32_t present_rows = 0;
  Section presence;  ///< No bytes when every row has a value; may be shared by chunks of a group.
  Section values;
  /// Bits of the lowest and highest value: int64, double, or code of the part's dictionary.
  Section words;  ///< A filter over the words of its texts; no bytes when there is none.
  bool has_bounds = false;
  std::uint64_t lowest = 0;
  std::uint64_t highest = 0;
};

/// What is known of one stream; read when a query first names it.
struct StreamDirectory {
  Section dictionary;              ///< No bytes when the stream has none of the whole part.
  std::vector<ChunkFacts> chunks;  ///< By ascending group; a group without values has none.
};

struct Footer {
  std::uint32_t level = 0;
  std::uint64_t rows = 0;
  TimeBounds time;
  Section catalogue;
  Section bloom;
  Section trace_directory;
  Section trace_buckets;  ///< Each bucket has a checksum of its own.
  std::vector<GroupFacts> groups;
  std::vector<StreamFacts> streams;
};

/// The streams that a dataset has values in, by their number in the footer.
struct DatasetFacts {
  std::string name;
  std::uint64_t rows = 0;
  std::int64_t min_time_ns = 0;
  std::int64_t max_time_ns = 0;
  std::vector<std::uint32_t> streams;
};

/// Appends the checksum of everything from `start` on.
void end_section(std::string& out, std::size_t start);

/// A section without its checksum. kCorrupt when it is not in the file or its checksum differs.
Result<std::string> read_section(const ReadableFile& file, const Section& section);

std::string encode_footer(const Footer& footer);
/// Reads the end of a part file. kUnsupported for a format of another version.
Result<Footer> read_footer(const ReadableFile& file);

void encode_directory(std::string& out, const StreamDirectory& directory, StreamType type);
Result<StreamDirectory> parse_directory(std::string_view bytes, StreamType type,
                                        const std::vector<GroupFacts>& groups);

std::string encode_catalogue(const std::vector<DatasetFacts>& datasets);
Result<std::vector<DatasetFacts>> parse_catalogue(std::string_view bytes, std::size_t stream_count);

}  // namespace tracery::store
