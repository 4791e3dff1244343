// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "store/file_system.h"
#include "store/row_source.h"

namespace tracery::store {

class VectorCache;

inline constexpr std::uint32_t kRowGroupRows = 32'768;

/// Events to be taken out of the store: a dataset, or some of its rows.
struct Removal {
  /// Those with this text in a column and no greater number in another.
  struct Rows {
    std::string column;
    std::string text;
    std::string number_column;
    std::int64_t number_max = 0;
  };
  std::string dataset;
  std::optional<Rows> rows;  ///< All of the dataset when not set.
};

/// The rows of a part that is to be written: some rows of some sources.
struct PartInput {
  std::shared_ptr<const RowSource> source;
  std::int64_t from_ns = 0;  ///< Rows with from_ns <= time < to_ns take part.
  std::int64_t to_ns = 0;
  std::vector<Removal> without;  ///< Rows that these name do not.
};

/// What the manifest keeps of a part.
struct PartInfo {
  std::string file;
  std::int64_t day = 0;  ///< The partition: base/time.h day_of(time) of every row.
  std::uint32_t level = 0;
  std::uint64_t rows = 0;
  std::uint64_t bytes = 0;
  TimeBounds time;
};

/// Bytes on disk for each row group of a part.
inline std::uint64_t bytes_per_group(std::uint64_t rows, std::uint64_t bytes) {
  return bytes / (rows / kRowGroupRows + 1);
}

/// Writes one part file from the rows of `inputs`, ordered by (first start of the trace within the
/// part, trace id, time), and syncs it. Does not rename or publish. kUnavailable when the disk is
/// full; then no file is left behind.
Result<PartInfo> write_part(FileSystem& files, const std::filesystem::path& path,
                            std::span<const PartInput> inputs, std::uint32_t level);

/// Opens a part file: reads its footer, checks format and checksums of what it reads. Column
/// vectors go through `cache`, which must outlive the source.
Result<std::shared_ptr<const RowSource>> open_part(FileSystem& files,
                                                   const std::filesystem::path& path,
                                                   VectorCache& cache);

/// The dataset and column facts of a part, from its footer.
Result<Catalogue> read_part_catalogue(const RowSource& part);

/// One line of `tracery parts`: what a stream costs on disk.
struct StreamCost {
  std::string column;
  StreamType type = StreamType::kInt;
  std::string encoding;  ///< For people, for example "dictionary+zstd".
  std::uint64_t present_rows = 0;
  std::uint64_t bytes = 0;  ///< Chunks and dictionary.
};
Result<std::vector<StreamCost>> explain_part(const RowSource& part);

}  // namespace tracery::store
