// SPDX-License-Identifier: Apache-2.0
// Part of minified_shop.mjs.
function priceOf(item) {
  if (!item.price) {
    throw new Error(`no price for ${item.name}`);
  }
  return item.price;
}

export function totalOf(items) {
  let total = 0;
  for (const item of items) total += priceOf(item);
  return total;
}
