// SPDX-License-Identifier: Apache-2.0
// J9: one request as OpenTelemetry spans, X-Ray segments, a reported error and log lines; each
// source is hidden and shown, by mouse and by keyboard.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { expectAccessible, openBrowser } from './browser.mjs';
import { makeStreams, putLines } from './cwlogs.mjs';
import { requestTrace, sendSpans } from './otlp.mjs';
import { createProject, flaskError, sendItem } from './rollbar_items.mjs';
import { startServer } from './server.mjs';
import { sendSegments, shopRequest } from './xray.mjs';

let server;
let browser;
let page;
let traceId;

const names = ['Spans', 'X-Ray', 'Errors', 'Logs'];
const toggles = () => page.getByRole('group', { name: 'Sources' });
const toggle = (name) => toggles().getByRole('button', { name, exact: true });
const rows = () => page.locator('.span-row:not([hidden])');

/** How much of each source is on screen, in the order of `names`. */
async function seen() {
  return page.evaluate(() => {
    const all = [...document.querySelectorAll('.span-row:not([hidden])')];
    const isLog = (row) => row.classList.contains('log');
    const isXray = (row) => row.querySelector('.span-marks').textContent.includes('X-Ray');
    return [
      all.filter((row) => !isLog(row) && !isXray(row)).length,
      all.filter((row) => !isLog(row) && isXray(row)).length,
      all.filter((row) => row.querySelector('.span-tag.reported')).length,
      all.filter(isLog).length,
    ];
  });
}

async function waitUntilSeen(expected) {
  for (let i = 0; i < 100; i += 1) {
    if (String(await seen()) === String(expected)) return;
    await page.waitForTimeout(50);
  }
  assert.deepEqual(await seen(), expected);
}

before(async () => {
  server = await startServer();
  browser = await openBrowser(server.base);
  page = browser.page;
  const segments = shopRequest({ agoMs: 3000, durationMs: 60 });
  traceId = segments[0].trace_id.slice(2).replace('-', '');
  const spans = requestTrace({ agoMs: 3000, durationMs: 60, traceId });
  await sendSegments(server.xray, segments);
  await sendSpans(server.base, spans);
  const token = await createProject(server.base, 'backend-flask');
  await sendItem(server.base, flaskError({ traceId, spanId: spans[1].spanId }), token);
  await makeStreams(server.base, 'cruddur', ['web-1']);
  await putLines(server.base, 'cruddur', 'web-1', [[Date.now() - 2970, `WARN retrying trace_id=${traceId}`]]);
});

after(async () => {
  await browser?.close();
  await server?.stop();
});

test('J9 one waterfall has all four sources; each is hidden and shown', async () => {
  await page.goto(`/trace/${traceId}`);
  await toggle('Errors').waitFor();
  const all = await seen();
  assert.ok(all.every((count) => count > 0), `${all}`);
  for (const [i, name] of names.entries()) {
    await toggle(name).click();
    await page.waitForURL(new RegExp(`hide=${['spans', 'xray', 'errors', 'logs'][i]}`));
    const without = all.map((count, k) => (k === i ? 0 : count));
    // A report stands on a span, and goes with it.
    if (name === 'Spans') without[2] = 0;
    await waitUntilSeen(without);
    await page.reload();
    await rows().first().waitFor();
    await waitUntilSeen(without);
    assert.equal(await toggle(name).getAttribute('aria-pressed'), 'false');
    await toggle(name).click();
    await waitUntilSeen(all);
  }
});

test('J16 J9 by keyboard: the sources are reached and switched', async () => {
  await page.goto(`/trace/${traceId}`);
  await toggle('Errors').waitFor();
  const all = await seen();
  await page.getByRole('button', { name: 'Critical path' }).focus();
  for (const [i, name] of names.entries()) {
    await page.keyboard.press('Tab');
    assert.equal(await page.evaluate(() => document.activeElement.textContent), name);
    await page.keyboard.press('Space');
    await page.waitForFunction((at) => document.activeElement.getAttribute('aria-pressed') === 'false', i);
    assert.equal((await seen())[i], 0);
    await page.keyboard.press('Space');
    await waitUntilSeen(all);
  }
});

test('the toggles are accessible in both themes', async () => {
  for (const colorScheme of ['light', 'dark']) {
    await page.emulateMedia({ colorScheme });
    await page.goto(`/trace/${traceId}?hide=xray,logs`);
    await toggle('Errors').waitFor();
    await expectAccessible(page, `trace with hidden sources, ${colorScheme}`);
  }
});

test('the console stayed quiet', () => browser.expectClean());
