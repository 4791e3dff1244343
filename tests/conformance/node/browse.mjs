// SPDX-License-Identifier: Apache-2.0
// Bundles page.mjs, serves it from an origin of its own, and lets Chromium send from it.
// Usage: node browse.mjs URL SERVICE SPANS    Prints what the exporter and the network saw.
import { createServer } from "node:http";
import { build } from "esbuild";
import { chromium } from "playwright-core";

const [url, service, spans] = process.argv.slice(2);
const bundle = await build({
  entryPoints: [new URL("page.mjs", import.meta.url).pathname], bundle: true, write: false,
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
  const results = await page.evaluate(([to, name, count]) => window.sendSpans(to, name, count),
    [url, service, Number(spans)]);
  console.log(JSON.stringify({ results, answers, problems, origin: new URL(page.url()).origin }));
} finally {
  await browser.close();
  site.close();
}
