// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace tracery::honeycomb {

/// True for keys of Honeycomb's classic datasets: 32 lower-case hex digits, or "hc?ic_" and 58 of
/// 0-9a-z. Source: husky, IsClassicApiKey.
bool is_classic_key(std::string_view key);

/// The name of a dataset as it stands in API paths: lower case, everything but a-z 0-9 and '_'
/// becomes '-'.
std::string dataset_slug(std::string_view name);

}  // namespace tracery::honeycomb
