// SPDX-License-Identifier: Apache-2.0
// J15: links of other vendors land on the right screen; Back and Forward restore every state.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openBrowser, settled } from './browser.mjs';
import { requestTrace, sendSpans } from './otlp.mjs';
import { startServer } from './server.mjs';

let server;
let browser;

before(async () => {
  server = await startServer();
  browser = await openBrowser(server.base);
  for (let i = 0; i < 6; i += 1) {
    await sendSpans(server.base, requestTrace({ agoMs: i * 60_000 + 1000, user: 'alice' }));
  }
  for (const linked of [traceId, xrayId]) {
    await sendSpans(server.base, requestTrace({ traceId: linked.replace(/^1-|-/g, '') }));
  }
});

after(async () => {
  await browser?.close();
  await server?.stop();
});

const query = encodeURIComponent(JSON.stringify({ calculations: [{ op: 'COUNT' }], breakdowns: ['name'], time_range: 3600 }));
const traceId = '0af7651916cd43dd8448eb211c80319c';
const spanId = 'b7ad6b7169203331';
const xrayId = '1-5759e988-bd862e3fe1be46a994272793';

for (const [from, to] of [
  [`/team/environments/prod/datasets/backend-flask?query=${query}`, /^\/query\/backend-flask\?query=/],
  [`/team/datasets/backend-flask?query=${query}`, /^\/query\/backend-flask\?query=/],
  [
    `/team/environments/prod/datasets/backend-flask/trace?trace_id=${traceId}&span=${spanId}&trace_start_ts=1&trace_end_ts=2`,
    new RegExp(`^/trace/${traceId}\\?span=${spanId}$`),
  ],
  [`/team/datasets/backend-flask/trace?trace_id=${traceId}`, new RegExp(`^/trace/${traceId}$`)],
  [`/#xray:traces/${xrayId}`, new RegExp(`^/trace/${xrayId}$`)],
]) {
  test(`J15 ${from.split('?')[0].slice(0, 60)} is rewritten`, async () => {
    const { page } = browser;
    await page.goto(from);
    await page.waitForFunction((pattern) => new RegExp(pattern).test(location.pathname + location.search), to.source);
  });
}

test('J15 a Honeycomb query link runs with its own time', async () => {
  const { page } = browser;
  await page.goto(`/team/environments/prod/datasets/backend-flask?query=${query}`);
  await settled(page);
  await page.getByRole('button', { name: /^name; Enter edits/ }).waitFor();
  assert.ok((await page.getByRole('table', { name: 'Results' }).locator('tbody tr').count()) >= 2);
});

test('J15 Back and Forward go through six states', async () => {
  const { page } = browser;
  const counted = encodeURIComponent(JSON.stringify({ calculations: [{ op: 'COUNT' }] }));
  const states = ['/', '/traces', '/boards', `/query/backend-flask?query=${counted}`, '/send', '/settings/keys'];
  const headings = ['Services', 'Recent traces', 'Boards', 'Query backend-flask', 'Send data', 'Keys'];
  const showing = (name) => page.getByRole('heading', { level: 1, name, exact: true }).waitFor({ state: 'attached' });
  await page.goto(states[0]);
  await showing(headings[0]);
  for (let i = 1; i < states.length; i += 1) {
    await page.evaluate((href) => {
      const anchor = document.createElement('a');
      anchor.href = href;
      document.body.append(anchor);
      anchor.click();
      anchor.remove();
    }, states[i]);
    await showing(headings[i]);
  }
  for (let i = states.length - 2; i >= 0; i -= 1) {
    await page.goBack();
    await showing(headings[i]);
  }
  for (let i = 1; i < states.length; i += 1) {
    await page.goForward();
    await showing(headings[i]);
  }
});

test('J15 the time range in the address is restored and can be shifted', async () => {
  const { page } = browser;
  await page.goto('/traces?t=30m');
  await page.getByRole('button', { name: 'Time range: Last 30 minutes' }).waitFor();
  await page.getByRole('button', { name: 'Earlier by half the range' }).click();
  await page.waitForURL(/t=\d+\.\.\d+/);
  await page.goBack();
  await page.getByRole('button', { name: 'Time range: Last 30 minutes' }).waitFor();
});

test('J15 a heatmap selection is part of the address', async () => {
  const { page } = browser;
  const spec = encodeURIComponent(JSON.stringify({ calculations: [{ op: 'HEATMAP', column: 'duration_ms' }] }));
  await page.goto(`/query/backend-flask?query=${spec}`);
  await settled(page);
  const canvas = page.locator('.heatmap-canvas');
  const box = await canvas.boundingBox();
  await page.mouse.move(box.x + box.width * 0.5, box.y + 10);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width - 12, box.y + box.height - 26, { steps: 4 });
  await page.mouse.up();
  await page.waitForURL(/sel=/);
  const selection = new URL(page.url()).searchParams.get('sel').split(',').map(Number);
  assert.equal(selection.length, 4);
  assert.ok(selection[0] < selection[1] && selection[2] < selection[3]);
  await page.reload();
  await page.getByRole('group', { name: 'Selection' }).waitFor();
});

test('J18 nothing was asked of any other host, and the console stayed quiet', () => {
  browser.expectClean();
});
