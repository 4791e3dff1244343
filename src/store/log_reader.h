// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>

#include "store/file_system.h"
#include "store/log_format.h"
#include "store/log_writer.h"

namespace tracery::store {

/// What reading a log found.
struct LogReading {
  LogEnd end;
  std::uint64_t frames = 0;
  std::uint64_t bytes = 0;
  std::uint64_t damaged_segments = 0;  ///< Bytes went bad after they were written.
  std::uint64_t damaged_bytes = 0;
  std::uint64_t torn_bytes = 0;  ///< A write that was never finished, hence never acknowledged.
};

/// Gives every whole frame of the log in `directory`, in order, each once, its payload as stored.
///
/// A bad end of the newest segment is a torn write and is left out. Anywhere else bad bytes are
/// damage: frames after them are still found, and the segment is marked. kUnsupported for a log of
/// another version, kIo when the directory or a file cannot be read.
Result<LogReading> read_log(FileSystem& files, const std::filesystem::path& directory,
                            const std::function<void(LogFrame)>& visit);

}  // namespace tracery::store
