// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace tracery::rollbar {

/// `{"err":0,"result":<json>}`; `json` is one JSON value.
std::string encode_result(std::string_view json);

/// `{"err":1,"message":"…"}`.
std::string encode_error(std::string_view message);

/// The answer to an accepted item: `{"err":0,"result":{"id":null,"uuid":"…"}}`.
std::string encode_accepted(std::string_view uuid);

}  // namespace tracery::rollbar
