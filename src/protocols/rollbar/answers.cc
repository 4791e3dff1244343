// SPDX-License-Identifier: Apache-2.0
#include "protocols/rollbar/answers.h"

#include "base/json_writer.h"

namespace tracery::rollbar {

std::string encode_result(std::string_view json) {
  JsonWriter out;
  return out.begin_object().field("err", 0).key("result").raw(json).end_object().take();
}

std::string encode_error(std::string_view message) {
  JsonWriter out;
  return out.begin_object().field("err", 1).field("message", message).end_object().take();
}

std::string encode_accepted(std::string_view uuid) {
  JsonWriter out;
  out.begin_object().field("err", 0).key("result").begin_object().key("id").null();
  return out.field("uuid", uuid).end_object().end_object().take();
}

}  // namespace tracery::rollbar
