// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "model/event.h"
#include "store/row_source.h"

namespace tracery::store {

/// Plain events as a source of rows: the simplest thing that keeps RowSource's promises, to test
/// what reads one.
class MemorySource final : public RowSource {
 public:
  struct Options {
    std::string name = "memory";
    std::uint32_t group_rows = 1'000;
    /// One dictionary for all row groups of a stream; else one each.
    bool share_dictionaries = true;
    /// False: each value is an entry of its own, so entries repeat.
    bool intern = true;
    /// Zone maps state bounds; else only how many rows are present, as a head block does.
    bool state_bounds = true;
  };

  static std::shared_ptr<const MemorySource> make(std::span<const model::Event> events,
                                                  const Options& options);
  static std::shared_ptr<const MemorySource> make(std::span<const model::Event> events);

  std::string name() const override { return name_; }
  std::uint64_t rows() const override;
  std::uint32_t groups() const override { return static_cast<std::uint32_t>(groups_.size()); }
  std::uint32_t group_rows(std::uint32_t group) const override { return groups_.at(group).rows; }
  TimeBounds group_time(std::uint32_t group) const override { return groups_.at(group).time; }
  TimeBounds time() const override;
  std::vector<StreamRef> streams(std::string_view column) const override;
  StreamRef row_field(RowField field) const override;
  std::vector<std::string> columns() const override;
  ZoneMap zone(StreamId stream, std::uint32_t group) const override;
  Result<std::shared_ptr<const ColumnVector>> read(StreamId stream,
                                                   std::uint32_t group) const override;
  Result<std::vector<RowRange>> find_trace(const model::TraceId& id) const override;

 private:
  class Builder;
  struct Group {
    std::uint32_t rows = 0;
    TimeBounds time;
  };
  struct Chunk {
    std::shared_ptr<ColumnVector> vector;
    ZoneMap zone;
    bool any_nan = false;  ///< Then no bounds hold.
  };
  struct Stream {
    std::string column;
    StreamType type = StreamType::kInt;
    std::vector<Chunk> chunks;  ///< By group; no vector where absent.
  };

  std::string name_;
  std::vector<Group> groups_;
  std::vector<Stream> streams_;  ///< The first three are the row fields.
};

/// The rows of a source as plain events, in its order, fields by ascending name. Ids are hex.
Result<std::vector<model::Event>> events_of(const RowSource& source);

/// An event as one line that differs when anything does, the bits of a double included.
std::string to_line(const model::Event& event);

}  // namespace tracery::store
