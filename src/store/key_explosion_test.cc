// SPDX-License-Identifier: Apache-2.0
#include "store/key_explosion.h"

#include <gtest/gtest.h>

namespace tracery::store {
namespace {

TEST(KeyPattern, PutsOneSignForWhatLooksLikeAValue) {
  EXPECT_EQ(key_pattern("user.1234.seen"), "user.#.seen");
  EXPECT_EQ(key_pattern("order_0af7651916cd43dd"), "order_#");
  EXPECT_EQ(key_pattern("job-3f2b8c1e-0000-4abc-9def-abcdefabcdef"), "job-#");
  EXPECT_EQ(key_pattern("cart[17].sku"), "cart[#].sku");
  EXPECT_EQ(key_pattern("http.status_code"), "http.status_code");
  EXPECT_EQ(key_pattern(""), "");
}

TEST(FindKeyExplosions, NamesTheOffenderAndNothingElse) {
  Catalogue catalogue;
  auto& shop = catalogue.datasets["shop"].columns;
  for (int i = 0; i < 150; ++i) shop["user." + std::to_string(i) + ".seen"];
  for (int i = 0; i < 90; ++i) shop["step" + std::to_string(i)];
  shop["http.route"];
  catalogue.datasets["bank"].columns["user.1.seen"];

  const auto found = find_key_explosions(catalogue);

  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].dataset, "shop");
  EXPECT_EQ(found[0].pattern, "user.#.seen");
  EXPECT_EQ(found[0].columns, 150U);
  EXPECT_TRUE(shop.contains(found[0].example));
}

}  // namespace
}  // namespace tracery::store
