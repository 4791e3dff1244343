// SPDX-License-Identifier: Apache-2.0
#include "store/part_reader.h"

#include <algorithm>
#include <bit>
#include <utility>

#include "base/check.h"
#include "model/names.h"
#include "store/part.h"
#include "store/string_dictionary.h"

namespace tracery::store {
namespace {

/// Cache keys of things that are no row group of a stream.
constexpr std::uint32_t kDictionaryGroup = ~std::uint32_t{0};
constexpr std::uint64_t kAbsentPart = 0;

/// Sets `slot` unless another thread was first; gives what it holds then.
template <typename T>
const T* publish(std::atomic<const T*>& slot, T value) {
  auto made = std::make_unique<const T>(std::move(value));
  const T* expected = nullptr;
  if (slot.compare_exchange_strong(expected, made.get(), std::memory_order_acq_rel)) {
    return made.release();
  }
  return expected;
}

}  // namespace

Part::Part(std::unique_ptr<ReadableFile> file, Footer footer, std::string name, VectorCache& cache)
    : file_(std::move(file)),
      footer_(std::move(footer)),
      name_(std::move(name)),
      id_(VectorCache::next_owner()),
      cache_(cache),
      directories_(footer_.streams.size()),
      dictionaries_(footer_.streams.size()) {}

Part::~Part() {
  cache_.forget(id_);
  for (auto& slot : directories_) delete slot.load();
  delete trace_index_.load();
}

Result<std::shared_ptr<const Part>> Part::open(FileSystem& files, const std::filesystem::path& path,
                                               VectorCache& cache) {
  std::unique_ptr<ReadableFile> file = TRACERY_TRY(files.open(path));
  Result<Footer> footer = read_footer(*file);
  if (!footer.ok()) return std::move(footer).error().with("part: " + path.filename().string());
  constexpr std::array kFieldTypes = {StreamType::kInt, StreamType::kString, StreamType::kInt};
  for (std::size_t i = 0; i < kFieldTypes.size(); ++i) {
    const StreamFacts& stream = footer->streams[i];
    if (!stream.column.empty() || stream.type != kFieldTypes[i]) {
      return Error{ErrorCode::kCorrupt, "part without its row fields: " + path.filename().string()};
    }
  }
  return std::shared_ptr<const Part>(
      new Part(std::move(file), *std::move(footer), path.filename().string(), cache));
}

const StreamFacts& Part::facts(StreamId stream) const {
  TRACERY_CHECK(static_cast<std::size_t>(stream) < footer_.streams.size());
  return footer_.streams[static_cast<std::size_t>(stream)];
}

std::pair<std::size_t, std::size_t> Part::streams_between(std::string_view column) const {
  const auto below = [](const StreamFacts& s, std::string_view name) { return s.column < name; };
  const auto above = [](std::string_view name, const StreamFacts& s) { return name < s.column; };
  const auto& all = footer_.streams;
  const auto first = std::lower_bound(all.begin() + 3, all.end(), column, below);
  const auto last = std::upper_bound(first, all.end(), column, above);
  return {static_cast<std::size_t>(first - all.begin()),
          static_cast<std::size_t>(last - all.begin())};
}

std::vector<StreamRef> Part::streams(std::string_view column) const {
  const auto [first, last] = streams_between(column);
  std::vector<StreamRef> found;
  for (std::size_t i = first; i < last; ++i) {
    found.push_back({static_cast<StreamId>(i), footer_.streams[i].type});
  }
  return found;
}

StreamRef Part::row_field(RowField field) const {
  const auto number = static_cast<std::uint32_t>(field);
  return {static_cast<StreamId>(number), footer_.streams[number].type};
}

std::vector<std::string> Part::columns() const {
  std::vector<std::string> names;
  for (std::size_t i = 3; i < footer_.streams.size(); ++i) {
    const std::string& name = footer_.streams[i].column;
    if (names.empty() || names.back() != name) names.push_back(name);
  }
  return names;
}

Result<const StreamDirectory*> Part::directory(StreamId stream) const {
  const StreamFacts& known = facts(stream);
  auto& slot = directories_[static_cast<std::size_t>(stream)];
  if (const StreamDirectory* loaded = slot.load(std::memory_order_acquire)) return loaded;
  const std::string bytes = TRACERY_TRY(section(known.directory));
  return publish(slot, TRACERY_TRY(parse_directory(bytes, known.type, footer_.groups)));
}

Result<const ChunkFacts*> Part::chunk(StreamId stream, std::uint32_t group) const {
  TRACERY_CHECK(group < groups());
  const StreamDirectory* known = TRACERY_TRY(directory(stream));
  const auto found = std::lower_bound(
      known->chunks.begin(), known->chunks.end(), group,
      [](const ChunkFacts& chunk, std::uint32_t number) { return chunk.group < number; });
  if (found == known->chunks.end() || found->group != group) return nullptr;
  return &*found;
}

ZoneMap Part::zone(StreamId stream, std::uint32_t group) const {
  const auto found = chunk(stream, group);
  // What cannot be known prunes nothing; reading the rows will say what is wrong.
  if (!found.ok()) return {footer_.groups[group].rows, {}, {}, {}, {}};
  const ChunkFacts* facts_here = *found;
  if (facts_here == nullptr) return {};
  ZoneMap zone{facts_here->present_rows, {}, {}, {}, {}};
  if (!facts_here->has_bounds) return zone;
  const StreamType type = facts(stream).type;
  if (type == StreamType::kInt) {
    zone.min_int = static_cast<std::int64_t>(facts_here->lowest);
    zone.max_int = static_cast<std::int64_t>(facts_here->highest);
  } else if (type == StreamType::kDouble) {
    zone.min_double = std::bit_cast<double>(facts_here->lowest);
    zone.max_double = std::bit_cast<double>(facts_here->highest);
  }
  return zone;
}

bool Part::may_contain_code(StreamId stream, std::uint32_t group, std::uint32_t code) const {
  const auto found = chunk(stream, group);
  if (!found.ok()) return true;
  if (*found == nullptr) return false;
  return !(*found)->has_bounds || ((*found)->lowest <= code && code <= (*found)->highest);
}

Result<std::shared_ptr<const StringDictionary>> Part::dictionary(StreamId stream) const {
  using Dictionary = std::shared_ptr<const StringDictionary>;
  const StreamDirectory* known = TRACERY_TRY(directory(stream));
  if (known->dictionary.bytes == 0) return Dictionary();
  auto& slot = dictionaries_[static_cast<std::size_t>(stream)];
  {
    const std::lock_guard lock(dictionaries_mutex_);
    if (Dictionary held = slot.lock()) return held;
  }
  const VectorCache::Key key{id_, static_cast<std::uint32_t>(stream), kDictionaryGroup};
  const auto load = [&]() -> Result<VectorCache::Loaded> {
    const std::string bytes = TRACERY_TRY(section(known->dictionary));
    ByteReader in(bytes);
    const auto strings = TRACERY_TRY(get_sorted_strings(in));
    auto vector = std::make_shared<ColumnVector>();
    vector->type = StreamType::kString;
    vector->dictionary = strings;
    return VectorCache::Loaded{std::move(vector), strings->memory_bytes()};
  };
  const Vector holder = TRACERY_TRY(cache_.get(key, load));
  // Users compare pointers, so all get the one that is in use if there is one.
  const std::lock_guard lock(dictionaries_mutex_);
  if (Dictionary held = slot.lock()) return held;
  slot = holder->dictionary;
  return holder->dictionary;
}

Result<DecodedChunk> Part::decode(StreamId stream, const ChunkFacts& chunk) const {
  const StreamFacts& known = facts(stream);
  std::string presence;
  if (chunk.presence.bytes > 0) {
    presence = TRACERY_TRY(section(in_group(chunk.presence, chunk.group)));
  }
  const std::string values = TRACERY_TRY(section(in_group(chunk.values, chunk.group)));
  ChunkView view{known.type, footer_.groups[chunk.group].rows, chunk.present_rows, presence,
                 values};
  view.dictionary = [&]() -> Result<std::shared_ptr<const StringDictionary>> {
    auto shared = TRACERY_TRY(dictionary(stream));
    if (!shared) return Error{ErrorCode::kCorrupt, "column of a part without its dictionary"};
    return shared;
  };
  view.span_ids = [&]() -> Result<Vector> {
    for (const StreamRef& span : streams(model::names::kSpanId)) {
      if (span.type == StreamType::kId8 && span.id != stream) return read(span.id, chunk.group);
    }
    return Error{ErrorCode::kCorrupt, "parent ids of a part without span ids"};
  };
  return decode_chunk(view);
}

Result<Part::Vector> Part::absent(StreamType type, std::uint32_t rows) const {
  const VectorCache::Key key{kAbsentPart, static_cast<std::uint32_t>(type), rows};
  return cache_.get(key, [&]() -> Result<VectorCache::Loaded> {
    return VectorCache::Loaded{absent_vector(type, rows), 0};
  });
}

Result<Part::Vector> Part::read(StreamId stream, std::uint32_t group) const {
  const VectorCache::Key key{id_, static_cast<std::uint32_t>(stream), group};
  const ChunkFacts* found = TRACERY_TRY(chunk(stream, group));
  if (found == nullptr) return absent(facts(stream).type, group_rows(group));
  return cache_.get(key, [&]() -> Result<VectorCache::Loaded> {
    DecodedChunk decoded = TRACERY_TRY(decode(stream, *found));
    return VectorCache::Loaded{std::move(decoded.vector), decoded.own_dictionary_bytes};
  });
}

Result<Part::Vector> Part::read_uncached(StreamId stream, std::uint32_t group) const {
  const ChunkFacts* found = TRACERY_TRY(chunk(stream, group));
  if (found == nullptr) return absent(facts(stream).type, group_rows(group));
  return Vector(TRACERY_TRY(decode(stream, *found)).vector);
}

Result<const TraceIndex*> Part::trace_index() const {
  if (const TraceIndex* loaded = trace_index_.load(std::memory_order_acquire)) return loaded;
  const std::string bloom = TRACERY_TRY(section(footer_.bloom));
  const std::string directory_bytes = TRACERY_TRY(section(footer_.trace_directory));
  return publish(trace_index_, TRACERY_TRY(TraceIndex::parse(bloom, directory_bytes)));
}

Status Part::add_ranges(std::uint64_t first_row, std::uint64_t rows,
                        std::vector<RowRange>& ranges) const {
  if (first_row > footer_.rows || rows > footer_.rows - first_row) {
    return Error{ErrorCode::kCorrupt, "trace index names rows past the end of its part"};
  }
  // All row groups but the last are full.
  while (rows > 0) {
    const auto group = static_cast<std::uint32_t>(first_row / kRowGroupRows);
    const auto row = static_cast<std::uint32_t>(first_row % kRowGroupRows);
    const std::uint64_t here = std::min<std::uint64_t>(rows, kRowGroupRows - row);
    ranges.push_back({group, row, static_cast<std::uint32_t>(here)});
    first_row += here;
    rows -= here;
  }
  return {};
}

Result<std::vector<RowRange>> Part::find_trace(const model::TraceId& id) const {
  const TraceIndex* index = TRACERY_TRY(trace_index());
  std::vector<RowRange> ranges;
  if (!index->may_contain(id)) return ranges;
  std::vector<TraceRows> found;
  for (const TraceIndex::Bucket& bucket : index->buckets_of(id)) {
    const std::string bytes =
        TRACERY_TRY(file_->read(footer_.trace_buckets.offset + bucket.offset, bucket.bytes));
    TRACERY_TRY(find_in_bucket(bytes, bucket, id, found));
  }
  for (const TraceRows& trace : found) {
    TRACERY_TRY(add_ranges(trace.first_row, trace.rows, ranges));
  }
  return ranges;
}

Result<std::shared_ptr<const RowSource>> open_part(FileSystem& files,
                                                   const std::filesystem::path& path,
                                                   VectorCache& cache) {
  return std::shared_ptr<const RowSource>(TRACERY_TRY(Part::open(files, path, cache)));
}

}  // namespace tracery::store
