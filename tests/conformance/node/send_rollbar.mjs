// SPDX-License-Identifier: Apache-2.0
// Rollbar for Node: messages, errors with causes, a person, one after another.
// Usage: node send_rollbar.mjs URL TOKEN    Prints what the SDK was answered.
import Rollbar from "rollbar";

const [url, accessToken] = process.argv.slice(2);
const rollbar = new Rollbar({
  accessToken, endpoint: `${url}/api/1/item/`, environment: "production", captureUncaught: false,
  codeVersion: "1.2.3", verbose: false, payload: { person: { id: "7", username: "worf" } },
});

function loadCart(id) {
  const cause = new TypeError(`cart ${id} is undefined`);
  throw new Error("could not load the cart", { cause });
}

const answers = [];
const report = (level, ...what) => new Promise((done) => {
  rollbar[level](...what, (problem, answer) => {
    answers.push({ problem: problem ? String(problem) : null, answer });
    done();
  });
});

await report("info", "started");
for (const id of [1, 2, 3]) {
  try {
    loadCart(id);
  } catch (error) {
    await report("error", error, { cart: id, trace_id: "6f0c9d1b2a3e4f5061728394a5b6c7d8" });
  }
}
await report("critical", "out of żółć 🖖", { n: 1 });
await new Promise((done) => rollbar.wait(done));
console.log(JSON.stringify(answers));
