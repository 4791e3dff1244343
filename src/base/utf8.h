// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace tracery {

/// True when `text` is well-formed UTF-8 (no surrogates, no overlong forms).
bool is_utf8(std::string_view text);

/// `text` with each ill-formed sequence replaced by U+FFFD, as the Unicode standard recommends.
std::string replace_bad_utf8(std::string_view text);

/// The longest prefix of at most `bytes_max` bytes that does not cut a character.
std::string_view cut_utf8(std::string_view text, std::size_t bytes_max);

}  // namespace tracery
