// SPDX-License-Identifier: Apache-2.0
#include "store/overflow_source.h"

#include <algorithm>
#include <map>
#include <mutex>
#include <utility>
#include <vector>

#include "base/hash.h"
#include "model/event.h"
#include "store/overflow_fields.h"

namespace tracery::store {
namespace {

using Vector = std::shared_ptr<const ColumnVector>;

/// Ids from here on are those of overflow fields: four for each name asked for.
constexpr std::uint32_t kFirstField = 1U << 30;
constexpr StreamType kFieldTypes[] = {StreamType::kBool, StreamType::kInt, StreamType::kDouble,
                                      StreamType::kString};
constexpr std::uint32_t kTypes = std::size(kFieldTypes);
/// Cache key of the set of fields that occur in a row group.
constexpr std::uint32_t kFieldSet = kFirstField - 1;

std::uint64_t field_hash(std::string_view name, StreamType type) {
  return hash64(name, static_cast<std::uint64_t>(type));
}

class TextList final : public StringDictionary {
 public:
  std::uint32_t size() const override { return static_cast<std::uint32_t>(texts_.size()); }
  std::string_view at(std::uint32_t index) const override { return texts_[index]; }

  std::uint32_t code_of(std::string_view text) {
    const auto [at, is_new] = codes_.try_emplace(std::string(text), size() + 1);
    if (is_new) {
      texts_.push_back(at->first);
      bytes_ += text.size() + 80;
    }
    return at->second;
  }
  std::size_t memory_bytes() const { return bytes_; }

 private:
  std::map<std::string, std::uint32_t, std::less<>> codes_;
  std::vector<std::string_view> texts_;
  std::size_t bytes_ = 0;
};

std::size_t slot_bytes(StreamType type) {
  if (type == StreamType::kBool) return 1;
  return type == StreamType::kString ? 4 : 8;
}

std::string_view text_at(const ColumnVector& overflow, std::uint32_t row) {
  const std::uint32_t code = overflow.code(row);
  return code == 0 ? std::string_view() : overflow.dictionary->at(code - 1);
}

/// One field of each row that has it, as a column.
class FieldVector {
 public:
  FieldVector(StreamType type, std::uint32_t rows) {
    vector_->type = type;
    vector_->rows = rows;
    vector_->data.resize(rows * slot_bytes(type));
    if (type == StreamType::kString) {
      vector_->code_bytes = 4;
      vector_->dictionary = texts_;
    } else if (type != StreamType::kBool) {
      vector_->present.resize((std::size_t{rows} + 63) / 64);
    }
  }

  void set(std::uint32_t row, const OverflowField& field) {
    const std::size_t bytes = slot_bytes(vector_->type);
    if (vector_->type == StreamType::kString) {
      const std::uint32_t code = texts_->code_of(field.value);
      std::memcpy(vector_->data.data() + row * bytes, &code, bytes);
      return;
    }
    std::memcpy(vector_->data.data() + row * bytes, field.value.data(), bytes);
    if (!vector_->present.empty()) vector_->present[row / 64] |= std::uint64_t{1} << (row % 64);
  }

  VectorCache::Loaded take() && { return {std::move(vector_), texts_->memory_bytes()}; }

 private:
  std::shared_ptr<TextList> texts_ = std::make_shared<TextList>();
  std::shared_ptr<ColumnVector> vector_ = std::make_shared<ColumnVector>();
};

class OverflowSource final : public RowSource {
 public:
  OverflowSource(std::shared_ptr<const RowSource> base, StreamId overflow,
                 std::shared_ptr<VectorCache> cache)
      : base_(std::move(base)), overflow_(overflow), cache_(std::move(cache)) {}
  ~OverflowSource() override { cache_->forget(id_); }

  std::string name() const override { return base_->name(); }
  std::uint64_t rows() const override { return base_->rows(); }
  std::uint32_t groups() const override { return base_->groups(); }
  std::uint32_t group_rows(std::uint32_t group) const override { return base_->group_rows(group); }
  TimeBounds group_time(std::uint32_t group) const override { return base_->group_time(group); }
  TimeBounds time() const override { return base_->time(); }
  StreamRef row_field(RowField field) const override { return base_->row_field(field); }
  Result<std::vector<RowRange>> find_trace(const model::TraceId& id) const override {
    return base_->find_trace(id);
  }

  std::vector<StreamRef> streams(std::string_view column) const override {
    if (column == kOverflowColumn) return {};
    std::vector<StreamRef> found = base_->streams(column);
    if (always_has_column(column)) return found;
    const std::uint32_t first = kFirstField + number_of(column) * kTypes;
    for (std::uint32_t i = 0; i < kTypes; ++i) {
      found.push_back({static_cast<StreamId>(first + i), kFieldTypes[i]});
    }
    return found;
  }

  std::vector<std::string> columns() const override {
    std::vector<std::string> columns = base_->columns();
    std::erase(columns, kOverflowColumn);
    return columns;
  }

  ZoneMap zone(StreamId stream, std::uint32_t group) const override {
    if (!is_field(stream)) return base_->zone(stream, group);
    ZoneMap zone;
    if (base_->zone(overflow_, group).present_rows == 0) return zone;
    // What cannot be known prunes nothing; reading the rows will say what is wrong.
    zone.present_rows = group_rows(group);
    const auto occurs = may_occur(stream, group);
    if (!occurs.ok()) return zone;
    if (!*occurs) return {};
    const auto vector = read(stream, group);
    if (!vector.ok()) return zone;
    zone.present_rows = 0;
    for (std::uint32_t row = 0; row < (*vector)->rows; ++row) {
      if ((*vector)->is_present(row)) ++zone.present_rows;
    }
    return zone;
  }

  Result<Vector> read(StreamId stream, std::uint32_t group) const override {
    if (!is_field(stream)) return base_->read(stream, group);
    const VectorCache::Key key{id_, static_cast<std::uint32_t>(stream), group};
    return cache_->get(key, [&]() -> Result<VectorCache::Loaded> {
      const auto field_here = field_of(stream);
      FieldVector vector(field_here.second, group_rows(group));
      const auto set = [&](std::uint32_t row, const OverflowField& field) {
        if (std::pair(field.name, field.type) == field_here) vector.set(row, field);
      };
      TRACERY_TRY(visit_fields(group, set));
      return std::move(vector).take();
    });
  }

  Result<std::shared_ptr<const StringDictionary>> dictionary(StreamId stream) const override {
    if (is_field(stream)) return std::shared_ptr<const StringDictionary>();
    return base_->dictionary(stream);
  }
  bool may_contain_code(StreamId stream, std::uint32_t group, std::uint32_t code) const override {
    return is_field(stream) || base_->may_contain_code(stream, group, code);
  }
  Result<bool> may_contain_words(StreamId stream, std::uint32_t group,
                                 std::span<const std::uint64_t> words) const override {
    if (is_field(stream)) return true;
    return base_->may_contain_words(stream, group, words);
  }

  Status visit_loose_fields(std::uint32_t group, std::span<const std::uint32_t> rows,
                            const LooseFieldVisitor& visit) const override {
    if (base_->zone(overflow_, group).present_rows == 0) return {};
    const Vector overflow = TRACERY_TRY(base_->read(overflow_, group));
    OverflowField field;
    for (std::size_t i = 0; i < rows.size(); ++i) {
      ByteReader rest(text_at(*overflow, rows[i]));
      while (next_overflow_field(rest, field)) {
        if (base_->streams(field.name).empty()) visit(i, field.name, value_of(field));
      }
    }
    return {};
  }

 private:
  static bool is_field(StreamId stream) {
    return static_cast<std::uint32_t>(stream) >= kFirstField;
  }

  static model::Value value_of(const OverflowField& field) {
    switch (field.type) {
      case StreamType::kBool: return field.value[0] == 2;
      case StreamType::kInt: return field.number<std::int64_t>();
      case StreamType::kDouble: return field.number<double>();
      default: return std::string(field.value);
    }
  }

  std::uint32_t number_of(std::string_view name) const {
    const std::lock_guard lock(mutex_);
    const auto found = numbers_.find(name);
    if (found != numbers_.end()) return found->second;
    const auto number = static_cast<std::uint32_t>(names_.size());
    names_.push_back(numbers_.emplace(std::string(name), number).first->first);
    return number;
  }

  std::pair<std::string_view, StreamType> field_of(StreamId stream) const {
    const std::uint32_t place = static_cast<std::uint32_t>(stream) - kFirstField;
    const std::lock_guard lock(mutex_);
    return {names_.at(place / kTypes), kFieldTypes[place % kTypes]};
  }

  template <typename Visit>
  Status visit_fields(std::uint32_t group, const Visit& visit) const {
    const Vector overflow = TRACERY_TRY(base_->read(overflow_, group));
    OverflowField field;
    for (std::uint32_t row = 0; row < overflow->rows; ++row) {
      ByteReader rest(text_at(*overflow, row));
      while (next_overflow_field(rest, field)) visit(row, field);
    }
    return {};
  }

  /// From the hashes of all fields of the group, which are kept sorted: most names that queries ask
  /// for are in no overflow string at all.
  Result<bool> may_occur(StreamId stream, std::uint32_t group) const {
    const Vector set =
        TRACERY_TRY(cache_->get({id_, kFieldSet, group}, [&] { return load_field_set(group); }));
    const auto [name, type] = field_of(stream);
    const auto* const hashes = set->as<std::uint64_t>();
    return std::binary_search(hashes, hashes + set->rows, field_hash(name, type));
  }

  Result<VectorCache::Loaded> load_field_set(std::uint32_t group) const {
    std::vector<std::uint64_t> hashes;
    TRACERY_TRY(visit_fields(group, [&](std::uint32_t, const OverflowField& field) {
      hashes.push_back(field_hash(field.name, field.type));
    }));
    std::sort(hashes.begin(), hashes.end());
    hashes.erase(std::unique(hashes.begin(), hashes.end()), hashes.end());
    auto set = std::make_shared<ColumnVector>();
    set->rows = static_cast<std::uint32_t>(hashes.size());
    set->data.resize(hashes.size() * sizeof(hashes[0]));
    if (!hashes.empty()) std::memcpy(set->data.data(), hashes.data(), set->data.size());
    return VectorCache::Loaded{std::move(set), 0};
  }

  const std::shared_ptr<const RowSource> base_;
  const StreamId overflow_;
  const std::shared_ptr<VectorCache> cache_;
  const std::uint64_t id_ = VectorCache::next_owner();

  mutable std::mutex mutex_;
  // Guarded by mutex_.
  mutable std::map<std::string, std::uint32_t, std::less<>> numbers_;
  mutable std::vector<std::string_view> names_;  ///< By number.
};

}  // namespace

std::shared_ptr<const RowSource> with_overflow_fields(std::shared_ptr<const RowSource> source,
                                                      std::shared_ptr<VectorCache> cache) {
  const auto overflow = source->streams(kOverflowColumn);
  // Always strings: the name is no sender's.
  if (overflow.empty()) return source;
  return std::make_shared<OverflowSource>(std::move(source), overflow.front().id, std::move(cache));
}

}  // namespace tracery::store
