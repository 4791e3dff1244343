// SPDX-License-Identifier: Apache-2.0
// What runs in the page: Rollbar for browsers, posting to another origin.
import Rollbar from "rollbar";

window.report = async (url, accessToken) => {
  const rollbar = new Rollbar({
    accessToken, endpoint: `${url}/api/1/item/`, environment: "production", captureUncaught: true,
    captureUnhandledRejections: true, codeVersion: "4f2c",
  });
  const answers = [];
  const send = (level, what) => new Promise((done) => {
    rollbar[level](what, (problem, answer) => {
      answers.push({ problem: problem ? String(problem) : null, answer });
      done();
    });
  });
  await send("warning", "the page is slow");
  await send("error", new RangeError("no such page"));
  // Not caught: the SDK sees it by itself.
  setTimeout(() => { throw new TypeError("clicked in vain"); }, 0);
  await new Promise((done) => setTimeout(done, 50));
  await new Promise((done) => rollbar.wait(done));
  return answers;
};
