// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/event_sink.h"
#include "protocols/otlp/any_value.h"

namespace tracery::otlp {

/// A value as a sink takes it; `text` points into the body or into the list that holds it.
struct Scalar {
  enum class Kind : std::uint8_t { kBool, kInt, kDouble, kString };
  Kind kind = Kind::kBool;
  union {
    bool truth = false;
    std::int64_t integer;
    double real;
  };
  std::string_view text;

  static Scalar of(bool truth);
  static Scalar of(std::int64_t integer);
  static Scalar of(double real);
  static Scalar of(std::string_view text);
};

void put_scalar(model::EventSink& sink, model::FieldId field, const Scalar& value);

struct Attribute {
  model::FieldId field;
  std::string_view key;
  Scalar value;
};

/// The values of the two attributes that give an event's weight, instead of becoming fields.
struct SampleRateAttributes {
  std::optional<Scalar> preferred;  ///< "sampleRate"
  std::optional<Scalar> other;      ///< "SampleRate"
};

/// Attributes made flat, ready to be put into events, some of them into many (a resource's).
///
/// Resolving a key costs a hash only when it differs from the key at the same position the time
/// before, which is rare in the spans of one scope. Scalars are not copied. The body must outlive
/// the list.
class AttributeList {
 public:
  explicit AttributeList(model::EventSink& sink) : sink_(&sink) {}

  void clear();
  /// Adds a serialized `KeyValue`: maps become `key.sub` up to five levels, arrays, bytes and what
  /// is deeper JSON text; empty keys and null values are left out. Source: husky,
  /// addAttributeToMap.
  void add(std::string_view key_value);
  /// The same with the key apart.
  void add_value(std::string_view key, const AnyValue& value);
  /// Adds one value under a name of ours.
  void add_scalar(std::string_view key, const Scalar& value);
  /// Adds the value as JSON text, whatever it is.
  void add_json(std::string_view key, const AnyValue& value);

  /// Puts all into the open event. Of equal keys the last added counts.
  void put_all() const;
  /// The value added last under a key, or nullptr.
  const Scalar* find(std::string_view key) const;
  const std::vector<Attribute>& attributes() const { return attributes_; }
  const SampleRateAttributes& sample_rate() const { return sample_rate_; }
  /// True once a value was nested too deeply to be kept whole.
  bool was_cut() const { return cut_; }

 private:
  struct KeyMemo {
    std::string_view key;
    model::FieldId field{};
  };

  bool take_sample_rate(std::string_view key, const Scalar& value);
  void add_flat(std::string_view key, const AnyValue& value, int depth);
  void add_map(std::string_view key, const AnyValue& value, int depth);
  void push(std::string_view key, const Scalar& value);
  std::string_view keep(std::string text);

  model::EventSink* sink_;
  std::vector<Attribute> attributes_;
  std::vector<KeyMemo> memo_;  ///< By position; outlives `clear`.
  std::deque<std::string> kept_;
  SampleRateAttributes sample_rate_;
  bool cut_ = false;
};

}  // namespace tracery::otlp
