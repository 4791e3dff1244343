// SPDX-License-Identifier: Apache-2.0
// A fresh Chromium that notes every console error and every request outside its own origin.

import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { chromium } from 'playwright-core';

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const axeTags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

export function chromiumPath() {
  if (process.env.CHROMIUM) return process.env.CHROMIUM;
  const found = (process.env.PATH ?? '')
    .split(path.delimiter)
    .flatMap((folder) => ['chromium', 'chromium-browser'].map((name) => path.join(folder, name)))
    .find((file) => existsSync(file));
  if (!found) throw new Error('no chromium on PATH; set CHROMIUM');
  return found;
}

export const browserFlags = [
  '--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
  '--disable-background-networking', '--disable-component-update', '--disable-sync',
];

/**
 * Opens a browser on `base`. `expectClean` fails on console errors, uncaught exceptions, CSP reports and
 * requests elsewhere since the last call.
 */
export async function openBrowser(base, options = {}) {
  const profile = mkdtempSync(path.join(os.tmpdir(), 'tracery-ui-chromium-'));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: chromiumPath(),
    headless: true,
    viewport: { width: 1440, height: 900 },
    baseURL: base,
    permissions: ['clipboard-read', 'clipboard-write'],
    args: browserFlags,
    ...options,
  });
  const faults = [];
  const page = context.pages()[0] ?? (await context.newPage());
  page.setDefaultTimeout(30_000);
  page.on('console', (message) => {
    if (message.type() === 'error') faults.push(`console: ${message.text()}`);
  });
  page.on('pageerror', (error) => faults.push(`exception: ${error.stack ?? error}`));
  context.on('request', (request) => {
    const url = request.url();
    if (!url.startsWith(`${base}/`) && !/^(data|blob):/.test(url)) faults.push(`request: ${url}`);
  });
  return {
    page,
    /** `expected` names the faults a test provoked on purpose. */
    expectClean(expected = /^$/) {
      assert.deepEqual(faults.splice(0).filter((fault) => !expected.test(fault)), []);
    },
    async close() {
      await context.close();
      rmSync(profile, { recursive: true, force: true });
    },
  };
}

/** Asserts that axe finds nothing wrong with what is on screen. */
export async function expectAccessible(page, where) {
  await page.waitForTimeout(200);
  if (!(await page.evaluate('typeof axe === "object"'))) await page.evaluate(axeSource);
  const violations = await page.evaluate(async (tags) => {
    const { violations: found } = await globalThis.axe.run(document, {
      runOnly: { type: 'tag', values: tags },
    });
    return found.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html.slice(0, 160)).join(' | ')}`);
  }, axeTags);
  assert.deepEqual(violations, [], `axe on ${where}`);
}

/** Waits until the results show what they were asked for. */
export async function settled(page) {
  await page.waitForSelector('.results[data-state=done], .results[data-state=empty], .results[data-state=error]');
}

export function queryPath(dataset, spec, more = '') {
  return `/query/${dataset}?query=${encodeURIComponent(JSON.stringify(spec))}${more}`;
}

/** Presses Tab until the focused element's name matches. */
export async function tabUntil(page, pattern, limit = 60) {
  for (let i = 0; i < limit; i += 1) {
    await page.keyboard.press('Tab');
    const name = await page.evaluate(() => {
      const element = document.activeElement;
      return element?.getAttribute('aria-label') ?? element?.textContent?.trim() ?? '';
    });
    if (pattern.test(name)) return;
  }
  assert.fail(`Tab never reached ${pattern}`);
}
