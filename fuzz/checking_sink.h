// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/check.h"
#include "base/hash.h"
#include "model/event_sink.h"

namespace tracery::fuzz {

/// Aborts when a decoder breaks the contract of EventSink, and keeps a digest of all it was told,
/// by which two runs can be compared.
class CheckingSink final : public model::EventSink {
 public:
  model::FieldId field(std::string_view name) override {
    TRACERY_CHECK(!name.empty());
    const auto next = static_cast<std::uint32_t>(names_.size());
    return model::FieldId{names_.try_emplace(std::string(name), next).first->second};
  }
  model::DatasetId dataset(std::string_view name) override {
    add(hash64(name));
    return model::DatasetId{datasets_++};
  }
  void begin_event(model::DatasetId dataset, std::int64_t time_ns) override {
    TRACERY_CHECK(!is_open_);
    TRACERY_CHECK(static_cast<std::uint32_t>(dataset) < datasets_);
    is_open_ = true;
    ++events_;
    add(static_cast<std::uint64_t>(time_ns));
  }
  void set_sample_rate(std::uint32_t rate) override {
    TRACERY_CHECK(is_open_ && rate >= 1);
    add(rate);
  }
  using EventSink::put;
  void put(model::FieldId field, bool value) override { take(field, value ? 1 : 0); }
  void put(model::FieldId field, std::int64_t value) override {
    take(field, static_cast<std::uint64_t>(value));
  }
  void put(model::FieldId field, double value) override {
    take(field, hash64({reinterpret_cast<const char*>(&value), sizeof(value)}));
  }
  void put(model::FieldId field, std::string_view value) override { take(field, hash64(value)); }
  void put_id(model::FieldId field, std::span<const std::uint8_t> id) override {
    TRACERY_CHECK(id.size() == 8 || id.size() == 16);
    take(field, hash64({reinterpret_cast<const char*>(id.data()), id.size()}));
  }
  void end_event() override {
    TRACERY_CHECK(is_open_);
    is_open_ = false;
  }

  bool is_open() const { return is_open_; }
  std::uint64_t events() const { return events_; }
  std::uint64_t digest() const { return digest_; }

 private:
  void take(model::FieldId field, std::uint64_t value) {
    TRACERY_CHECK(is_open_ && static_cast<std::uint32_t>(field) < names_.size());
    add(static_cast<std::uint64_t>(field));
    add(value);
  }
  void add(std::uint64_t value) { digest_ = mix64(digest_ + value + 1); }

  std::unordered_map<std::string, std::uint32_t> names_;
  std::uint32_t datasets_ = 0;
  std::uint64_t events_ = 0;
  std::uint64_t digest_ = 0;
  bool is_open_ = false;
};

}  // namespace tracery::fuzz
