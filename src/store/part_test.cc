// SPDX-License-Identifier: Apache-2.0
#include "store/part.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <random>
#include <set>
#include <unistd.h>

#include <gtest/gtest.h>

#include "base/time.h"
#include "model/names.h"
#include "store/memory_file.h"
#include "store/memory_source.h"
#include "store/random_events.h"
#include "store/trace_index.h"
#include "store/vector_cache.h"

namespace tracery::store {
namespace {

using Source = std::shared_ptr<const RowSource>;

constexpr std::int64_t kAlways = std::numeric_limits<std::int64_t>::max();
constexpr std::int64_t kEver = std::numeric_limits<std::int64_t>::min();

class PartTest : public testing::Test {
 protected:
  PartTest() {
    std::string pattern = testing::TempDir() + "tracery_parts_XXXXXX";
    directory_ = ::mkdtemp(pattern.data());
  }
  ~PartTest() override { std::filesystem::remove_all(directory_); }

  Source write(std::span<const PartInput> inputs, std::uint32_t level = 0) {
    const auto path = directory_ / ("part-" + std::to_string(++count_));
    const auto info = write_part(system_files(), path, inputs, level);
    EXPECT_TRUE(info.ok()) << to_string(info.error());
    info_ = *info;
    auto part = open_part(system_files(), path, cache_);
    EXPECT_TRUE(part.ok()) << to_string(part.error());
    return *part;
  }
  Source write(const std::vector<model::Event>& events, const MemorySource::Options& options = {}) {
    const PartInput input{MemorySource::make(events, options), kEver, kAlways};
    return write(std::span(&input, 1));
  }

  std::filesystem::path directory_;
  VectorCache cache_{64 << 20};
  PartInfo info_;
  int count_ = 0;
};

std::vector<std::string> lines_of(const std::vector<model::Event>& events) {
  std::vector<std::string> lines;
  for (const model::Event& event : events) lines.push_back(to_line(event));
  return lines;
}

std::vector<std::string> lines_of(const RowSource& source) {
  const auto events = events_of(source);
  EXPECT_TRUE(events.ok()) << (events.ok() ? "" : to_string(events.error()));
  return events.ok() ? lines_of(*events) : std::vector<std::string>();
}

std::vector<std::string> sorted(std::vector<std::string> lines) {
  std::sort(lines.begin(), lines.end());
  return lines;
}

std::vector<model::Event> make_events(std::uint64_t seed, std::size_t count) {
  std::mt19937_64 random(seed);
  RandomEventsOptions options;
  options.count = count;
  return random_events(random, options);
}

MemorySource::Options random_layout(std::mt19937_64& random) {
  MemorySource::Options options;
  options.group_rows = static_cast<std::uint32_t>(1 + random() % 700);
  options.share_dictionaries = random() % 2 == 0;
  options.intern = random() % 3 != 0;
  return options;
}

TEST_F(PartTest, GivesBackRandomEventsWhateverTheSourceLooksLike) {
  std::mt19937_64 random(1);
  for (int i = 0; i < 12; ++i) {
    const auto events = make_events(random(), random() % 1500);
    const Source part = write(events, random_layout(random));
    EXPECT_EQ(part->rows(), events.size());
    EXPECT_EQ(sorted(lines_of(*part)), sorted(lines_of(events)));
  }
}

/// A part of two row groups, written once for all its tests.
class LargePartTest : public testing::Test {
 protected:
  struct Large {
    std::vector<model::Event> events = make_events(2, kRowGroupRows + 1234);
    VectorCache cache{64 << 20};
    MemoryFile file;
    PartInfo info;
    Source part;
    std::vector<model::Event> rows;  ///< Read back.

    Large() {
      const PartInput input{MemorySource::make(events, {.group_rows = 65'536}), kEver, kAlways};
      info = *write_part(file, "large", std::span(&input, 1), 0);
      part = *open_part(file, "large", cache);
      rows = *events_of(*part);
    }
  };
  static const Large& large() {
    static const Large kLarge;
    return kLarge;
  }
  const Source& part_ = large().part;
};

TEST_F(LargePartTest, HoldsSeveralRowGroups) {
  EXPECT_EQ(part_->groups(), 2U);
  EXPECT_EQ(part_->group_rows(0), kRowGroupRows);
  EXPECT_EQ(part_->group_rows(1), 1234U);
  EXPECT_EQ(sorted(lines_of(large().rows)), sorted(lines_of(large().events)));
}

TEST_F(PartTest, IsOrderedByTraceStartThenTraceThenTime) {
  const auto events = *events_of(*write(make_events(3, 5000)));

  std::set<model::TraceId> done;
  std::int64_t start = kEver;
  for (std::size_t i = 0; i < events.size();) {
    const auto key_of = [](const model::Event& event) {
      const auto* value = model::find_field(event, model::names::kTraceId);
      return value == nullptr ? model::TraceId{} : trace_key_of(std::get<std::string>(*value));
    };
    const model::TraceId key = key_of(events[i]);
    EXPECT_GE(events[i].time_ns, start);
    start = events[i].time_ns;
    std::size_t k = i + 1;
    if (key != model::TraceId{}) {
      EXPECT_TRUE(done.insert(key).second) << "rows of a trace lie apart";
      for (; k < events.size() && key_of(events[k]) == key; ++k) {
        EXPECT_GE(events[k].time_ns, events[k - 1].time_ns);
      }
    }
    i = k;
  }
}

TEST_F(PartTest, OfNoRowsIsAPart) {
  const Source part = write(std::vector<model::Event>());

  EXPECT_EQ(part->rows(), 0U);
  EXPECT_EQ(part->groups(), 0U);
  EXPECT_TRUE(part->columns().empty());
  EXPECT_TRUE(part->find_trace(*model::parse_trace_id("0123456789abcdef"))->empty());
  EXPECT_TRUE(read_part_catalogue(*part)->datasets.empty());
}

TEST_F(PartTest, TakesOnlyRowsOfTheWindow) {
  const auto events = make_events(4, 3000);
  const std::int64_t from = events[10].time_ns;
  const std::int64_t to = from + 900'000'000'000;
  std::vector<model::Event> inside;
  for (const auto& event : events) {
    if (event.time_ns >= from && event.time_ns < to) inside.push_back(event);
  }
  const PartInput input{MemorySource::make(events), from, to};

  const Source part = write(std::span(&input, 1));

  EXPECT_EQ(sorted(lines_of(*part)), sorted(lines_of(inside)));
  std::set<std::string> columns;
  for (const auto& event : inside) {
    for (const auto& field : event.fields) columns.insert(field.name);
  }
  const auto found = part->columns();
  EXPECT_EQ(std::set<std::string>(found.begin(), found.end()), columns);
}

TEST_F(PartTest, MergedFromSplitsEqualsWrittenAtOnce) {
  std::mt19937_64 random(5);
  for (int i = 0; i < 6; ++i) {
    auto events = make_events(random(), 2000);
    // Equal times would leave the order to the inputs.
    for (std::size_t k = 0; k < events.size(); ++k) {
      events[k].time_ns = events[k].time_ns / 10'000 * 10'000 + static_cast<std::int64_t>(k);
    }
    const Source whole = write(events, random_layout(random));
    std::vector<std::vector<model::Event>> splits(1 + random() % 5);
    for (const auto& event : events) splits[random() % splits.size()].push_back(event);
    std::vector<PartInput> inputs;
    for (const auto& split : splits) {
      const bool is_part = random() % 4 != 0;
      const auto source = MemorySource::make(split, random_layout(random));
      inputs.push_back({is_part ? write(split, random_layout(random)) : source, kEver, kAlways});
    }

    const Source merged = write(inputs, 1);

    EXPECT_EQ(lines_of(*merged), lines_of(*whole));
  }
}

TEST_F(PartTest, MergesLargePartsGroupByGroup) {
  const auto events = make_events(6, 36'000);
  const std::vector<model::Event> first(events.begin(), events.begin() + 20'000);
  const std::vector<model::Event> second(events.begin() + 20'000, events.end());
  const std::vector<PartInput> inputs = {{write(first), kEver, kAlways},
                                         {write(second), kEver, kAlways}};

  const Source merged = write(inputs, 1);

  EXPECT_EQ(sorted(lines_of(*merged)), sorted(lines_of(events)));
}

TEST_F(LargePartTest, FindsEveryRowOfATrace) {
  const auto& rows = large().rows;
  std::map<model::TraceId, std::size_t> counts;
  for (const auto& event : rows) {
    if (const auto* id = model::find_field(event, model::names::kTraceId)) {
      ++counts[trace_key_of(std::get<std::string>(*id))];
    }
  }

  for (const auto& [key, count] : counts) {
    // Some, the long ones among them: those are more likely to lie in two row groups.
    if (key.bytes[15] % 16 != 0 && count < 40) continue;
    std::size_t found = 0;
    const auto ranges = part_->find_trace(key);
    ASSERT_TRUE(ranges.ok());
    for (const RowRange& range : *ranges) {
      for (std::uint32_t row = 0; row < range.rows; ++row) {
        const auto& event = rows[std::size_t{range.group} * kRowGroupRows + range.first_row + row];
        const auto* id = model::find_field(event, model::names::kTraceId);
        if (id != nullptr && trace_key_of(std::get<std::string>(*id)) == key) ++found;
      }
    }
    ASSERT_EQ(found, count);
  }
}

TEST_F(LargePartTest, StatesBoundsThatHold) {
  const Source& part = part_;
  const auto memory = MemorySource::make(large().rows, {.group_rows = kRowGroupRows});

  EXPECT_EQ(part->time().min_ns, memory->time().min_ns);
  EXPECT_EQ(part->time().max_ns, memory->time().max_ns);
  EXPECT_EQ(part->time().max_end_ns, memory->time().max_end_ns);
  EXPECT_EQ(large().info.day, day_of(memory->time().min_ns));
  EXPECT_EQ(large().info.rows, large().rows.size());
  for (std::uint32_t group = 0; group < part->groups(); ++group) {
    EXPECT_EQ(part->group_time(group).max_end_ns, memory->group_time(group).max_end_ns);
    for (const std::string& column : part->columns()) {
      for (const StreamRef& stream : part->streams(column)) {
        ZoneMap want;
        for (const StreamRef& other : memory->streams(column)) {
          if (other.type == stream.type) want = memory->zone(other.id, group);
        }
        const ZoneMap got = part->zone(stream.id, group);
        EXPECT_EQ(got.present_rows, want.present_rows) << column;
        EXPECT_EQ(got.min_int, want.min_int) << column;
        EXPECT_EQ(got.max_int, want.max_int) << column;
        EXPECT_EQ(got.min_double, want.min_double) << column;
        EXPECT_EQ(got.max_double, want.max_double) << column;
      }
    }
  }
}

TEST_F(LargePartTest, SharesOneDictionaryWhereValuesRepeat) {
  const Source& part = part_;
  const StreamRef name = part->streams("name").front();
  const StreamRef unique = part->streams("request.id").front();

  const auto dictionary = part->dictionary(name.id);
  ASSERT_TRUE(dictionary.ok());
  EXPECT_EQ((*dictionary)->size(), 20U);
  EXPECT_EQ((*part->read(name.id, 0))->dictionary, *dictionary);
  EXPECT_EQ((*part->read(name.id, 1))->dictionary, *dictionary);
  EXPECT_EQ((*part->read(name.id, 0))->code_bytes, 1);
  EXPECT_EQ(*part->dictionary(unique.id), nullptr);
  EXPECT_EQ((*part->read(unique.id, 0))->code_bytes, 2);
  EXPECT_TRUE(part->may_contain_code(name.id, 0, 1));
  EXPECT_FALSE(part->may_contain_code(name.id, 0, 21));
}

TEST_F(PartTest, KnowsWhichDatasetHasWhichColumns) {
  const auto events = make_events(10, 5000);
  const auto catalogue = read_part_catalogue(*write(events));

  ASSERT_TRUE(catalogue.ok());
  std::map<std::string, std::map<std::string, std::uint8_t>> want;
  std::map<std::string, std::uint64_t> rows;
  const auto memory = MemorySource::make(events);
  for (const auto& event : events) {
    ++rows[event.dataset];
    const auto one = MemorySource::make(std::span(&event, 1));
    for (const std::string& column : one->columns()) {
      std::uint8_t& types = want[event.dataset][column];
      const auto type = static_cast<unsigned>(one->streams(column).front().type);
      types = static_cast<std::uint8_t>(types | 1U << type);
    }
  }
  ASSERT_EQ(catalogue->datasets.size(), want.size());
  for (const auto& [name, dataset] : catalogue->datasets) {
    EXPECT_EQ(dataset.rows, rows[name]);
    ASSERT_EQ(dataset.columns.size(), want[name].size());
    for (const auto& [column, facts] : dataset.columns) {
      EXPECT_EQ(facts.types, want[name][column]) << name << " " << column;
    }
  }
}

TEST_F(PartTest, ExplainsWhatEachStreamCosts) {
  const Source part = write(make_events(11, 5'000));
  const auto costs = explain_part(*part);

  ASSERT_TRUE(costs.ok());
  std::uint64_t bytes = 0;
  std::map<std::string, std::string> encodings;
  for (const StreamCost& cost : *costs) {
    bytes += cost.bytes;
    encodings[cost.column] = cost.encoding;
  }
  EXPECT_EQ(encodings["name"], "dictionary:offset/1");
  EXPECT_EQ(encodings["request.id"], "own dictionaries");
  EXPECT_EQ(encodings["trace.parent_id"], "row distances");
  EXPECT_LT(bytes, info_.bytes);
  EXPECT_GT(bytes, info_.bytes / 2);
  EXPECT_FALSE(explain_part(*MemorySource::make({})).ok());
}

TEST_F(PartTest, ReadsThousandsOfRareColumns) {
  std::vector<model::Event> events;
  for (std::int64_t i = 0; i < 6000; ++i) {
    model::Event event{"shop", i, 1, {}};
    event.fields.push_back({"key." + std::to_string(i % 3000), std::to_string(i)});
    events.push_back(event);
  }
  const Source part = write(events);

  EXPECT_EQ(part->columns().size(), 3000U);
  EXPECT_EQ(sorted(lines_of(*part)), sorted(lines_of(events)));
}

TEST_F(PartTest, LeavesNoFileBehindWhenTheDiskIsFull) {
  class FullDisk final : public FileSystem {
   public:
    class File final : public WritableFile {
     public:
      Status append(std::span<const std::string_view>) override {
        return Error{ErrorCode::kUnavailable, "disk is full"};
      }
      Status sync() override { return {}; }
      std::uint64_t size() const override { return 0; }
    };
    Result<std::unique_ptr<WritableFile>> create(const Path& path) override {
      created = path;
      return std::unique_ptr<WritableFile>(std::make_unique<File>());
    }
    Result<std::unique_ptr<ReadableFile>> open(const Path&) override {
      return Error{ErrorCode::kNotFound, ""};
    }
    Status rename(const Path&, const Path&) override { return {}; }
    Status remove(const Path& path) override {
      removed = path;
      return {};
    }
    Status truncate(const Path&, std::uint64_t) override { return {}; }
    Status create_directories(const Path&) override { return {}; }
    Status sync_directory(const Path&) override { return {}; }
    Result<std::vector<std::string>> list(const Path&) override {
      return std::vector<std::string>();
    }
    Path created, removed;
  } full;
  const PartInput input{MemorySource::make(make_events(12, 10)), kEver, kAlways};

  const auto info = write_part(full, "x", std::span(&input, 1), 0);

  EXPECT_EQ(info.error().code, ErrorCode::kUnavailable);
  EXPECT_EQ(full.removed, full.created);
}

}  // namespace
}  // namespace tracery::store
