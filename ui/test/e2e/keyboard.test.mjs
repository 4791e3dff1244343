// SPDX-License-Identifier: Apache-2.0
// J16: the journeys of these screens without a mouse.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openBrowser, queryPath, settled, tabUntil } from './browser.mjs';
import { requestTrace, sendSpans } from './otlp.mjs';
import { startServer } from './server.mjs';

let server;
let browser;
let page;

before(async () => {
  server = await startServer();
  browser = await openBrowser(server.base);
  page = browser.page;
});

after(async () => {
  await browser?.close();
  await server?.stop();
});

const tabTo = (pattern, limit) => tabUntil(page, pattern, limit);

test('J16 J1: create a key and open the first trace', async () => {
  await page.goto('/');
  await page.getByText('Waiting for the first event').waitFor();
  await tabTo(/^Create ingest key/);
  await page.keyboard.press('Enter');
  await page.locator('[data-key]').waitFor();
  const trace = requestTrace({});
  await sendSpans(server.base, trace);
  await page.locator('[data-live=arrived]').waitFor();
  await tabTo(/^Open trace/);
  await page.keyboard.press('Enter');
  await page.waitForURL('**/trace/*');
});

test('J16 J2: build, edit and run a query; select in the heatmap', async () => {
  for (let i = 0; i < 30; i += 1) {
    await sendSpans(server.base, requestTrace({ agoMs: i * 100_000 + 1000, user: i % 3 ? 'alice' : 'bob', durationMs: 10 + i * 4 }));
  }
  await page.goto('/query/backend-flask');
  await page.getByRole('combobox', { name: 'Visualize' }).waitFor();
  await tabTo(/^Visualize$/);
  await page.keyboard.type('p95 dur');
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: /^P95\(duration_ms\);/ }).waitFor();
  await page.keyboard.press('Backspace');
  assert.equal(await page.getByRole('combobox', { name: 'Visualize' }).inputValue(), 'P95(duration_ms)');
  await page.keyboard.press('Control+a');
  await page.keyboard.type('heatmap dur');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await page.keyboard.type('count');
  await page.keyboard.press('Enter');
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('Delete');
  assert.equal(await page.locator('.builder .token').count(), 1);

  await tabTo(/^Where$/);
  await page.keyboard.type('app.user_id');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await page.keyboard.type('= bo');
  await page.getByRole('option', { name: /bob/ }).waitFor();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: /^app\.user_id = bob;/ }).waitFor();
  await page.keyboard.press('Control+Enter');
  await settled(page);
  assert.equal(await page.locator('.heatmap-canvas').getAttribute('data-total'), '10');

  await tabTo(/^Cells of the heatmap/);
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('Shift+ArrowLeft');
  await page.keyboard.press('Shift+ArrowUp');
  await page.waitForURL(/sel=/);
  await page.keyboard.press('Enter');
  await page.getByRole('menu', { name: 'Selection' }).waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('menu').waitFor({ state: 'detached' });
  await tabTo(/^Cells of the heatmap/, 120);
  await page.keyboard.press('Escape');
  await page.waitForURL((url) => !url.searchParams.has('sel'));
});

test('J16 J3: open a saved query by Ctrl K, use the value menu', async () => {
  await page.goto('/traces');
  await page.getByRole('table', { name: 'Traces' }).waitFor();
  await page.keyboard.press('Control+k');
  await page.keyboard.type('latency by');
  await page.getByRole('option', { name: /Latency by UserID/ }).waitFor();
  await page.keyboard.press('Enter');
  await page.waitForURL('**/query/__all__**');
  await settled(page);
  await page.locator('table[aria-label=Results] tbody tr').first().focus();
  await page.keyboard.press('.');
  await page.getByRole('menu', { name: 'Actions for app.user_id' }).waitFor();
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: /^app\.user_id = /, includeHidden: true }).waitFor();
});

test('J16 J4: move through a board and open a trace', async () => {
  await page.goto('/boards');
  await page.getByRole('link', { name: 'Getting started' }).waitFor();
  await tabTo(/^Getting started$/);
  await page.keyboard.press('Enter');
  const rows = page.locator('table[aria-label=Traces] tr[data-trace-id]');
  await rows.first().waitFor();
  await rows.first().focus();
  await page.keyboard.press('j');
  const second = await rows.nth(1).getAttribute('data-trace-id');
  await page.waitForFunction((id) => document.activeElement?.getAttribute('data-trace-id') === id, second);
  await page.keyboard.press('Enter');
  await page.waitForURL(`**/trace/${second}**`);
});

test('J16 shortcuts: go to, find, time, theme, help', async () => {
  await page.goto('/');
  await page.getByRole('heading', { name: 'Services' }).waitFor();
  await page.keyboard.press('g');
  await page.keyboard.press('b');
  await page.waitForURL('**/boards');
  await page.keyboard.press('g');
  await page.keyboard.press('t');
  await page.waitForURL('**/traces');
  await page.keyboard.press('t');
  await page.getByRole('dialog', { name: 'Time range' }).waitFor();
  await page.keyboard.press('Control+a');
  await page.keyboard.type('last 45m');
  await page.keyboard.press('Enter');
  await page.waitForURL(/t=45m/);
  await page.keyboard.press('?');
  await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
});

test('J16 tabs, events and their details by keyboard', async () => {
  await page.goto(queryPath('backend-flask', { calculations: [{ op: 'COUNT' }], breakdowns: ['name'] }));
  await settled(page);
  await page.getByRole('tab', { name: 'Overview' }).focus();
  await page.keyboard.press('ArrowRight');
  await page.getByRole('table', { name: 'Traces' }).waitFor();
  await page.keyboard.press('ArrowRight');
  await page.getByRole('table', { name: 'Events' }).waitFor();
  await page.locator('table[aria-label=Events] tbody tr').first().focus();
  await page.keyboard.press('Enter');
  await page.getByRole('complementary', { name: 'Event details' }).waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('complementary', { name: 'Event details' }).waitFor({ state: 'detached' });
});

test('J16 the console stayed quiet', () => browser.expectClean());
