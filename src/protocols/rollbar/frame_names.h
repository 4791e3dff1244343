// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace tracery::rollbar {

/// A frame's file without what changes between deploys and machines: the root, a URL's scheme, host
/// and query, release folders, versions, digests in names, temporary folders. Parts that change
/// become '*'.
///
/// `Digests::kHexAndMixed` knows fewer bundlers' digests; it is for the first grouping version.
enum class Digests : bool { kHexAndMixed, kBase32Too };
std::string normalize_filename(std::string_view name, std::string_view root,
                               Digests digests = Digests::kBase32Too);

/// A frame's function without what compilers number: closures, lambdas, blocks, template arguments,
/// clones. Functions without a name are all "<anonymous>".
std::string normalize_method(std::string_view method);

/// True for files of a language's own library or of an installed package.
bool is_library_file(std::string_view name);

/// `name` without `root` before it; `name` when it lies elsewhere.
std::string_view without_root(std::string_view name, std::string_view root);

}  // namespace tracery::rollbar
