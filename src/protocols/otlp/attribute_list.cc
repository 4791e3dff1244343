// SPDX-License-Identifier: Apache-2.0
#include "protocols/otlp/attribute_list.h"

#include <cstring>

#include "base/utf8.h"

namespace tracery::otlp {
namespace {

/// Levels of maps that become "key.sub"; husky's maxDepth.
constexpr int kFlattenDepthMax = 5;
/// A sink cuts names here; cutting prefixes too keeps deep maps with long keys from costing more.
constexpr std::size_t kNameBytesMax = 256;

constexpr std::string_view kSampleRatePreferred = "sampleRate";
constexpr std::string_view kSampleRateOther = "SampleRate";

/// Reads a varint that ends exactly at `end`.
bool read_last_varint(const unsigned char* p, const unsigned char* end, std::uint64_t& out) {
  if (end - p > 10) return false;
  std::uint64_t value = 0;
  for (unsigned shift = 0; p < end; shift += 7, ++p) {
    value |= static_cast<std::uint64_t>(*p & 0x7fU) << shift;
    if (*p < 0x80) {
      out = value;
      return p + 1 == end;
    }
  }
  return false;
}

/// The value of an AnyValue of at most 127 bytes that holds exactly one scalar.
bool read_short_scalar(const unsigned char* p, std::size_t size, Scalar& value) {
  if (size < 2) return false;
  switch (p[0]) {
    case 0x0a:
      if (p[1] != size - 2) return false;
      value = Scalar::of(std::string_view(reinterpret_cast<const char*>(p + 2), size - 2));
      return true;
    case 0x10:
      if (size != 2 || p[1] > 1) return false;
      value = Scalar::of(p[1] == 1);
      return true;
    case 0x18: {
      std::uint64_t bits = 0;
      if (!read_last_varint(p + 1, p + size, bits)) return false;
      value = Scalar::of(static_cast<std::int64_t>(bits));
      return true;
    }
    case 0x21: {
      if (size != 9) return false;
      double real = 0;
      std::memcpy(&real, p + 1, sizeof(real));
      value = Scalar::of(real);
      return true;
    }
    default: return false;
  }
}

/// The form every SDK writes: key, then value, both under 128 bytes, the value one scalar. Anything
/// else, good or bad, is left to `read_key_value`.
bool read_plain_key_value(std::string_view bytes, std::string_view& key, Scalar& value) {
  const auto* p = reinterpret_cast<const unsigned char*>(bytes.data());
  const std::size_t size = bytes.size();
  if (size < 4 || p[0] != 0x0a || p[1] >= 0x80) return false;
  const std::size_t key_size = p[1];
  const std::size_t value_at = 4 + key_size;
  if (value_at > size || p[value_at - 2] != 0x12) return false;
  const std::size_t value_size = p[value_at - 1];
  if (value_size >= 0x80 || value_at + value_size != size) return false;
  key = bytes.substr(2, key_size);
  return read_short_scalar(p + value_at, value_size, value);
}

}  // namespace

Scalar Scalar::of(bool truth) {
  Scalar scalar;
  scalar.kind = Kind::kBool;
  scalar.truth = truth;
  return scalar;
}

Scalar Scalar::of(std::int64_t integer) {
  Scalar scalar;
  scalar.kind = Kind::kInt;
  scalar.integer = integer;
  return scalar;
}

Scalar Scalar::of(double real) {
  Scalar scalar;
  scalar.kind = Kind::kDouble;
  scalar.real = real;
  return scalar;
}

Scalar Scalar::of(std::string_view text) {
  Scalar scalar;
  scalar.kind = Kind::kString;
  scalar.text = text;
  return scalar;
}

void put_scalar(model::EventSink& sink, model::FieldId field, const Scalar& value) {
  switch (value.kind) {
    case Scalar::Kind::kBool: sink.put(field, value.truth); break;
    case Scalar::Kind::kInt: sink.put(field, value.integer); break;
    case Scalar::Kind::kDouble: sink.put(field, value.real); break;
    case Scalar::Kind::kString: sink.put(field, value.text); break;
  }
}

void AttributeList::clear() {
  attributes_.clear();
  if (!kept_.empty()) kept_.clear();
  sample_rate_ = {};
}

void AttributeList::add(std::string_view key_value) {
  std::string_view key;
  Scalar value;
  if (!read_plain_key_value(key_value, key, value)) {
    const KeyValue entry = read_key_value(key_value);
    add_value(entry.key, entry.value);
    return;
  }
  if (key.empty() || take_sample_rate(key, value)) return;
  const std::size_t position = attributes_.size();
  if (position >= memo_.size()) memo_.resize(position + 1);
  KeyMemo& memo = memo_[position];
  if (memo.key != key) memo = {key, sink_->field(key)};
  attributes_.push_back({memo.field, key, value});
}

void AttributeList::add_value(std::string_view key, const AnyValue& value) {
  if (!key.empty()) add_flat(key, value, 0);
}

void AttributeList::add_scalar(std::string_view key, const Scalar& value) { push(key, value); }

void AttributeList::add_json(std::string_view key, const AnyValue& value) {
  push(key, Scalar::of(keep(to_json_text(value, 0, cut_))));
}

void AttributeList::put_all() const {
  for (auto it = attributes_.rbegin(); it != attributes_.rend(); ++it) {
    put_scalar(*sink_, it->field, it->value);
  }
}

const Scalar* AttributeList::find(std::string_view key) const {
  for (auto it = attributes_.rbegin(); it != attributes_.rend(); ++it) {
    if (it->key == key) return &it->value;
  }
  return nullptr;
}

bool AttributeList::take_sample_rate(std::string_view key, const Scalar& value) {
  if (key.size() != kSampleRatePreferred.size()) return false;
  if (key == kSampleRatePreferred) {
    sample_rate_.preferred = value;
    return true;
  }
  if (key != kSampleRateOther) return false;
  sample_rate_.other = value;
  return true;
}

void AttributeList::add_flat(std::string_view key, const AnyValue& value, int depth) {
  switch (value.kind) {
    case ValueKind::kNone: break;
    case ValueKind::kString: push(key, Scalar::of(value.text)); break;
    case ValueKind::kBool: push(key, Scalar::of(value.truth)); break;
    case ValueKind::kInt: push(key, Scalar::of(value.integer)); break;
    case ValueKind::kDouble: push(key, Scalar::of(value.real)); break;
    case ValueKind::kArray:
    case ValueKind::kBytes: push(key, Scalar::of(keep(to_json_text(value, depth, cut_)))); break;
    case ValueKind::kMap: add_map(key, value, depth); break;
  }
}

void AttributeList::add_map(std::string_view key, const AnyValue& value, int depth) {
  if (depth >= kFlattenDepthMax) {
    push(key, Scalar::of(keep(to_json_text(value, depth, cut_))));
    return;
  }
  const std::string_view prefix = cut_utf8(key, kNameBytesMax);
  for (const KeyValue& entry : read_map(value.message)) {
    std::string name(prefix);
    name += '.';
    name += cut_utf8(entry.key, kNameBytesMax);
    add_flat(keep(std::move(name)), entry.value, depth + 1);
  }
}

void AttributeList::push(std::string_view key, const Scalar& value) {
  if (!take_sample_rate(key, value)) attributes_.push_back({sink_->field(key), key, value});
}

std::string_view AttributeList::keep(std::string text) {
  return kept_.emplace_back(std::move(text));
}

}  // namespace tracery::otlp
