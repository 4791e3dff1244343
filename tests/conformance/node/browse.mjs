// SPDX-License-Identifier: Apache-2.0
// Bundles a page's script, serves it from an origin of its own, and lets Chromium send from it.
// Usage: node browse.mjs URL SERVICE SPANS [SCRIPT FUNCTION]
// Calls FUNCTION(URL, SERVICE, SPANS) there; prints what it returned and what the network saw.
import { createServer } from "node:http";
import { build } from "esbuild";
import { chromium } from "playwright-core";

const [url, service, spans, file = "page.mjs", name = "sendSpans"] = process.argv.slice(2);
const bundle = await build({
  entryPoints: [new URL(file, import.meta.url).pathname], bundle: true, write: false,
  format: "iife", platform: "browser", target: "es2020",
});
const script = bundle.outputFiles[0].text;
const site = createServer((request, response) => {
  const isScript = request.url === "/page.js";
  response.setHeader("Content-Type", isScript ? "text/javascript" : "text/html");
  response.end(isScript ? script : "<!doctype html><title>shop</title><script src=/page.js></script>");
});
await new Promise((listening) => site.listen(0, "127.0.0.1", listening));

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync"],
});
try {
  const page = await browser.newPage();
  const answers = [];
  page.on("response", (response) => {
    if (response.url().startsWith(url)) {
      answers.push({ method: response.request().method(), status: response.status() });
    }
  });
  const problems = [];
  page.on("console", (message) => message.type() === "error" && problems.push(message.text()));
  await page.goto(`http://localhost:${site.address().port}/`);
  const results = await page.evaluate(([call, ...rest]) => window[call](...rest),
    [name, url, service, Number(spans)]);
  console.log(JSON.stringify({ results, answers, problems, origin: new URL(page.url()).origin }));
} finally {
  await browser.close();
  site.close();
}
