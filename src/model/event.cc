// SPDX-License-Identifier: Apache-2.0
#include "model/event.h"

#include <algorithm>

#include "base/hex.h"

namespace tracery::model {
namespace {

/// Index of `name` in `names`, added when new. Linear: these lists are short.
std::uint32_t index_of(std::vector<std::string>& names, std::string_view name) {
  const auto found = std::find(names.begin(), names.end(), name);
  const auto index = static_cast<std::uint32_t>(found - names.begin());
  if (found == names.end()) names.emplace_back(name);
  return index;
}

}  // namespace

const Value* find_field(const Event& event, std::string_view name) {
  for (const Field& field : event.fields) {
    if (field.name == name) return &field.value;
  }
  return nullptr;
}

FieldId EventList::field(std::string_view name) { return FieldId{index_of(field_names_, name)}; }

DatasetId EventList::dataset(std::string_view name) {
  return DatasetId{index_of(dataset_names_, name)};
}

void EventList::begin_event(DatasetId dataset, std::int64_t time_ns) {
  open_ = Event{dataset_names_.at(static_cast<std::size_t>(dataset)), time_ns, 1, {}};
}

void EventList::set_sample_rate(std::uint32_t rate) { open_.sample_rate = rate; }

void EventList::put_value(FieldId field, Value value) {
  const std::string& name = field_names_.at(static_cast<std::size_t>(field));
  if (find_field(open_, name) != nullptr) return;
  open_.fields.push_back({name, std::move(value)});
}

void EventList::put(FieldId field, bool value) { put_value(field, value); }
void EventList::put(FieldId field, std::int64_t value) { put_value(field, value); }
void EventList::put(FieldId field, double value) { put_value(field, value); }
void EventList::put(FieldId field, std::string_view value) { put_value(field, std::string(value)); }

void EventList::put_id(FieldId field, std::span<const std::uint8_t> id) {
  put_value(field, to_hex(id));
}

void EventList::end_event() { events_.push_back(std::move(open_)); }

void push_event(const Event& event, EventSink& sink) {
  struct Put {
    EventSink& sink;
    FieldId field;
    void operator()(std::monostate) const {}
    void operator()(bool value) const { sink.put(field, value); }
    void operator()(std::int64_t value) const { sink.put(field, value); }
    void operator()(double value) const { sink.put(field, value); }
    void operator()(const std::string& value) const { sink.put(field, std::string_view(value)); }
  };
  sink.begin_event(sink.dataset(event.dataset), event.time_ns);
  sink.set_sample_rate(event.sample_rate);
  for (const Field& field : event.fields) {
    std::visit(Put{sink, sink.field(field.name)}, field.value);
  }
  sink.end_event();
}

}  // namespace tracery::model
