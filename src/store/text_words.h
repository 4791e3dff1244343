// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tracery::store {

/// The words of a text are its runs of ASCII letters and digits, case ignored. Each goes by a hash.
std::uint64_t hash_word(std::string_view word);

/// The words of `text`, once each, in no order.
std::vector<std::uint64_t> words_of(std::string_view text);

/// The words that every text with `needle` somewhere in it has: those of the needle that are whole,
/// whatever stands around it. Its first and its last may be pieces of longer words.
std::vector<std::uint64_t> inner_words_of(std::string_view needle);

/// Appends a filter over the words of all `texts`, for `may_have_words`.
void put_word_filter(std::string& out, std::span<const std::string_view> texts);

}  // namespace tracery::store
