// SPDX-License-Identifier: Apache-2.0
// Property: any bytes are a source map or an Error; a map's answers are places in a file.
#include "base/check.h"
#include "protocols/rollbar/source_map.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tracery;
  const std::string_view json(reinterpret_cast<const char*>(data), size);
  const auto map = rollbar::SourceMap::read(json, {{"src/a.js", "one\ntwo"}});
  if (!map.ok()) return 0;
  TRACERY_CHECK(map->segments() <= size);
  for (const std::int64_t line : {0, 1, 2, 1'000'000}) {
    for (const std::int64_t column : {0, 1, 7, 1'000'000}) {
      const auto place = map->find(line, column);
      TRACERY_CHECK(!place || (place->lineno >= 1 && place->colno >= 1));
      TRACERY_CHECK(!place || (place->pre.size() <= 3 && place->post.size() <= 3));
    }
  }
  return 0;
}
