// SPDX-License-Identifier: Apache-2.0
// Reports an error of its own to Rollbar; to be minified first, with its source map.
// Usage: node FILE URL TOKEN PACKAGES    PACKAGES is a file beside whose node_modules rollbar is.
import { createRequire } from "node:module";

import { totalOf } from "./shop_cart.mjs";

const [url, accessToken, packages] = process.argv.slice(2);
const Rollbar = createRequire(packages)("rollbar");
const rollbar = new Rollbar({
  accessToken, endpoint: `${url}/api/1/item/`, environment: "production", captureUncaught: false,
  codeVersion: "4f2c", verbose: false,
});

function checkOut(items) {
  return totalOf(items);
}

try {
  checkOut([{ name: "tea", price: 0 }]);
} catch (error) {
  rollbar.error(error);
}
await new Promise((done) => rollbar.wait(done));
