// SPDX-License-Identifier: Apache-2.0
#include "protocols/rollbar/source_map.h"

#include <gtest/gtest.h>

namespace tracery::rollbar {
namespace {

// What `esbuild main.js --bundle --minify --sourcemap` (0.25) makes of two small files:
// (()=>{function f(r){if(!r.price)throw new Error("no price for "+r.name);return r.price}function
// t(r){let o=0;for(let e of r)o+=f(e);return o}globalThis.checkOut=r=>t(r);})();
constexpr const char* kSources = R"("version": 3, "sources": ["../cart.js", "../main.js"])";
constexpr const char* kCart =
    R"("function priceOf(item) {\n  if (!item.price) {\n    throw new Error('no price for ' + item.name);\n  }\n  return item.price;\n}\n\nexport function totalOf(items) {\n  let total = 0;\n  for (const item of items) total += priceOf(item);\n  return total;\n}\n")";
constexpr const char* kMappings =
    R"("mappings": "MAAA,SAASA,EAAQC,EAAM,CACrB,GAAI,CAACA,EAAK,MACR,MAAM,IAAI,MAAM,gBAAkBA,EAAK,IAAI,EAE7C,OAAOA,EAAK,KACd,CAEO,SAASC,EAAQC,EAAO,CAC7B,IAAIC,EAAQ,EACZ,QAAWH,KAAQE,EAAOC,GAASJ,EAAQC,CAAI,EAC/C,OAAOG,CACT,CCVA,WAAW,SAAYC,GAAUC,EAAQD,CAAK",
  "names": ["priceOf", "item", "totalOf", "items", "total", "items", "totalOf"])";

std::string esbuild_map() {
  return std::string("{") + kSources + R"(, "sourcesContent": [)" + kCart + ", null], " +
         kMappings + "}";
}

std::string map_with(std::string_view mappings) {
  return R"({"version":3,"sources":["a.js"],"names":["n"],"mappings":")" + std::string(mappings) +
         "\"}";
}

TEST(SourceMap, LeadsEsbuildsOutputBack) {
  const auto map = SourceMap::read(esbuild_map());
  ASSERT_TRUE(map.ok()) << map.error().message;

  // The places V8 names in the stack of the error thrown.
  const auto thrown = map->find(1, 39);
  const auto called = map->find(1, 128);
  const auto outermost = map->find(1, 165);

  ASSERT_TRUE(thrown && called && outermost);
  EXPECT_EQ(thrown->filename, "../cart.js");
  EXPECT_EQ(thrown->lineno, 3);
  EXPECT_EQ(thrown->colno, 11);
  EXPECT_EQ(thrown->code, "    throw new Error('no price for ' + item.name);");
  EXPECT_EQ(thrown->pre,
            (std::vector<std::string>{"function priceOf(item) {", "  if (!item.price) {"}));
  EXPECT_EQ(thrown->post, (std::vector<std::string>{"  }", "  return item.price;", "}"}));
  EXPECT_EQ(called->lineno, 10);
  EXPECT_EQ(called->name, "priceOf");
  EXPECT_EQ(outermost->filename, "../main.js");
  EXPECT_EQ(outermost->lineno, 2);
  EXPECT_EQ(outermost->name, "totalOf");
  EXPECT_EQ(outermost->code, "");
}

TEST(SourceMap, TakesSourcesThatWereUploadedBesideIt) {
  const auto map = SourceMap::read(std::string("{") + kSources + "," + kMappings + "}",
                                   {{"src/cart.js", "1\n2\nthird\n"}, {"main.js", "x\r\ny\r\n"}});
  ASSERT_TRUE(map.ok());
  EXPECT_EQ(map->find(1, 39)->code, "third");
  EXPECT_EQ(map->find(1, 165)->code, "y");
}

TEST(SourceMap, KnowsNoPlaceBeforeTheFirstSegmentNorOutsideTheFile) {
  const auto map = SourceMap::read(esbuild_map());
  EXPECT_FALSE(map->find(1, 1));
  EXPECT_FALSE(map->find(0, 1));
  EXPECT_FALSE(map->find(1, 0));
  EXPECT_FALSE(map->find(2, 1));
}

TEST(SourceMap, LeavesCodeOfNoSourceAlone) {
  const auto map = SourceMap::read(map_with("AAAA,IAAAA,I"));
  ASSERT_TRUE(map.ok());
  EXPECT_EQ(map->find(1, 1)->name, "");
  EXPECT_EQ(map->find(1, 5)->name, "n");
  EXPECT_FALSE(map->find(1, 9));
}

TEST(SourceMap, CountsLinesOfTheMinifiedFile) {
  const auto map = SourceMap::read(map_with("AAAA;;IACA;"));
  ASSERT_TRUE(map.ok());
  EXPECT_FALSE(map->find(2, 1));
  EXPECT_EQ(map->find(3, 5)->lineno, 2);
  EXPECT_FALSE(map->find(4, 1));
}

TEST(SourceMap, PutsTheRootBeforeRelativeSources) {
  const auto map = SourceMap::read(
      R"({"version":3,"sourceRoot":"/srv","sources":["a.js","https://x/b.js"],"names":[],)"
      R"("mappings":"AAAA,CCAA"})");
  ASSERT_TRUE(map.ok());
  EXPECT_EQ(map->find(1, 1)->filename, "/srv/a.js");
  EXPECT_EQ(map->find(1, 2)->filename, "https://x/b.js");
}

TEST(SourceMap, SkipsTheLineThatGuardsJson) {
  EXPECT_TRUE(SourceMap::read(")]}'\n" + esbuild_map()).ok());
  EXPECT_FALSE(SourceMap::read(")]}'").ok());
}

TEST(SourceMap, RefusesWhatIsNone) {
  for (const char* bad : {"", "[]", "{\"version\":3}", "{\"mappings\":\"\"}"}) {
    EXPECT_FALSE(SourceMap::read(bad).ok()) << bad;
  }
  EXPECT_EQ(SourceMap::read(R"({"version":2,"mappings":""})").error().code,
            ErrorCode::kUnsupported);
  EXPECT_EQ(SourceMap::read(R"({"version":3,"sections":[]})").error().code,
            ErrorCode::kUnsupported);
  // No digit; cut short; too long; two or six numbers; a source, name or column out of range.
  for (const char* bad : {"A!AA", "AAAg", "ggggggggggA", "AA", "AAAAAA", "ACAA", "AAAAC", "D"}) {
    const auto map = SourceMap::read(map_with(bad));
    ASSERT_FALSE(map.ok()) << bad;
    EXPECT_EQ(map.error().code, ErrorCode::kMalformed) << bad;
  }
}

}  // namespace
}  // namespace tracery::rollbar
