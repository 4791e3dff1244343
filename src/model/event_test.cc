// SPDX-License-Identifier: Apache-2.0
#include "model/event.h"

#include <array>

#include <gtest/gtest.h>

namespace tracery::model {
namespace {

TEST(EventList, KeepsTheFirstValuePutForAField) {
  EventList list;
  const FieldId name = list.field("name");
  list.begin_event(list.dataset("backend"), 7);
  list.put(name, "home");
  list.put(name, std::int64_t{3});
  list.end_event();

  ASSERT_EQ(list.events().size(), 1u);
  EXPECT_EQ(list.events()[0].fields, (std::vector<Field>{{"name", std::string("home")}}));
}

TEST(EventList, RendersIdsAsHex) {
  EventList list;
  const std::array<std::uint8_t, 8> id{0xb7, 0xad, 0, 0, 0, 0, 0, 1};
  list.begin_event(list.dataset("backend"), 7);
  list.put_id(list.field("trace.span_id"), id);
  list.end_event();

  EXPECT_EQ(*find_field(list.events()[0], "trace.span_id"), Value(std::string("b7ad000000000001")));
}

TEST(PushEvent, RoundTripsThroughAList) {
  const Event event{"api", 42, 5, {{"a", true}, {"b", 1.5}, {"c", std::string("x")}}};
  EventList list;
  push_event(event, list);

  EXPECT_EQ(list.events(), std::vector<Event>{event});
}

}  // namespace
}  // namespace tracery::model
