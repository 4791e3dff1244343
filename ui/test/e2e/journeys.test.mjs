// SPDX-License-Identifier: Apache-2.0
// First data, a query, the starter board: what a newcomer does, in order.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { expectAccessible, openBrowser, queryPath, settled } from './browser.mjs';
import { requestTrace, sendSpans } from './otlp.mjs';
import { runQuery, startServer } from './server.mjs';

async function withServer(body) {
  const server = await startServer();
  const browser = await openBrowser(server.base);
  try {
    await body({ ...server, ...browser });
    browser.expectClean();
  } finally {
    await browser.close();
    await server.stop();
  }
}

test('J1 the first trace is announced on the empty home page', () =>
  withServer(async ({ base, page }) => {
    await page.goto('/');
    await page.getByRole('heading', { name: 'Send data' }).waitFor();
    await page.getByText('Waiting for the first event').waitFor();
    await expectAccessible(page, 'empty home');

    await page.getByRole('button', { name: 'Create ingest key' }).click();
    const key = await page.locator('[data-key]').innerText();
    const environment = await page.locator('pre').first().innerText();
    const endpoint = /OTEL_EXPORTER_OTLP_ENDPOINT="([^"]+)"/.exec(environment)[1];
    assert.ok(environment.includes(`x-honeycomb-team=${key}`));
    assert.equal(endpoint, base);

    const trace = requestTrace({});
    const sentAt = Date.now();
    await sendSpans(endpoint, trace, { 'x-honeycomb-team': key });
    await page.locator('[data-live=arrived]').waitFor({ timeout: 2000 });
    assert.ok(Date.now() - sentAt < 2500);
    await page.getByRole('link', { name: 'Open trace' }).click();
    await page.waitForURL(`**/trace/${trace[0].traceId}`);
  }));

test('J1 the test button sends a trace through the real port', () =>
  withServer(async ({ page }) => {
    await page.goto('/send');
    await page.getByText('Waiting for the first event').waitFor();
    await page.getByRole('button', { name: 'Send test event' }).click();
    await page.locator('[data-live=arrived]').getByText('tracery-test').first().waitFor();
  }));

test('J2 a query built by keyboard counts what the API counts, and survives a reload', () =>
  withServer(async ({ base, page }) => {
    for (let i = 0; i < 20; i += 1) {
      await sendSpans(base, requestTrace({ agoMs: 60_000 * i + 5000, durationMs: 20 + i * 3 }));
    }
    await page.goto('/query/backend-flask');
    const visualize = page.getByRole('combobox', { name: 'Visualize' });
    await visualize.focus();
    await page.keyboard.type('heatmap dur');
    await page.getByRole('option', { name: 'HEATMAP(duration_ms)' }).waitFor();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    const where = page.getByRole('combobox', { name: 'Where' });
    await where.focus();
    await page.keyboard.type('name = home-activities-mock-data');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Control+Enter');
    await settled(page);

    const figure = page.getByRole('figure', { name: 'Heatmap of duration_ms' });
    await figure.waitFor();
    const query = {
      calculations: [{ op: 'HEATMAP', column: 'duration_ms' }, { op: 'COUNT' }],
      filters: [{ column: 'name', op: '=', value: 'home-activities-mock-data' }],
      time_range: 7200,
    };
    const expected = (await runQuery(base, 'backend-flask', query)).total.values[1];
    assert.equal(expected, 20);
    const shown = () => page.locator('.heatmap-canvas').getAttribute('data-total');
    assert.equal(Number(await shown()), expected);
    assert.ok(new URL(page.url()).searchParams.get('query').includes('HEATMAP'));

    await page.reload();
    await figure.waitFor();
    assert.equal(Number(await shown()), expected);
    await page.getByRole('button', { name: /^HEATMAP\(duration_ms\);/ }).waitFor();
    await page.getByRole('button', { name: /^name = home-activities-mock-data;/ }).waitFor();
  }));

test('J3 the saved query Latency by UserID has a row per user, and a changed copy is found by Ctrl K', () =>
  withServer(async ({ base, page }) => {
    const users = { alice: 20, bob: 200, carol: 60 };
    for (const [user, durationMs] of Object.entries(users)) {
      for (let i = 0; i < 10; i += 1) {
        await sendSpans(base, requestTrace({ user, durationMs, agoMs: 30_000 * i + 2000 }));
      }
    }
    await page.goto('/');
    await page.getByRole('link', { name: 'Latency by UserID' }).click();
    await settled(page);
    const table = page.getByRole('table', { name: 'Results' });
    for (const [user, durationMs] of Object.entries(users)) {
      const row = table.getByRole('row').filter({ hasText: user });
      const p95 = Number(/([\d.]+) ms/.exec(await row.innerText())[1]);
      const sent = durationMs * 0.9;
      assert.ok(Math.abs(p95 - sent) / sent < 0.01, `${user}: ${p95} against ${sent}`);
    }
    assert.equal(await table.locator('tbody tr').count(), 3);

    await page.getByRole('combobox', { name: 'Visualize' }).focus();
    await page.keyboard.type('MAX(duration_ms)');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Control+Enter');
    await settled(page);
    await page.getByRole('button', { name: 'Save query' }).click();
    await page.getByRole('textbox', { name: 'Name' }).fill('Latency with the worst');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await page.goto('/traces');
    await page.keyboard.press('Control+k');
    await page.keyboard.type('latency worst');
    await page.getByRole('option', { name: /Latency with the worst/ }).waitFor();
    await page.keyboard.press('Enter');
    await page.waitForURL('**/query/**');
    await page.getByRole('button', { name: /^MAX\(duration_ms\);/ }).waitFor();
  }));

test('J4 the board tile Recent traces lists 25 traces newest first and opens one at its root', () =>
  withServer(async ({ base, page }) => {
    const traces = Array.from({ length: 25 }, (_, i) =>
      requestTrace({ agoMs: (25 - i) * 20_000, route: `/api/r/${i}`, durationMs: 10 + i }),
    );
    for (const trace of traces) await sendSpans(base, trace);
    await page.goto('/boards');
    await page.getByRole('link', { name: 'Getting started' }).click();
    const tile = page.locator('.tile').filter({ has: page.getByRole('link', { name: 'Recent traces' }) });
    const rows = tile.locator('tr[data-trace-id]');
    await rows.nth(24).waitFor();
    assert.equal(await rows.count(), 25);
    const newest = traces.at(-1);
    assert.equal(await rows.first().getAttribute('data-trace-id'), newest[0].traceId);
    assert.equal(await rows.last().getAttribute('data-trace-id'), traces[0][0].traceId);
    const text = await rows.first().innerText();
    assert.match(text, /GET \/api\/r\/24/);
    assert.match(text, /34 ms/);
    await rows.first().getByRole('link').click();
    await page.waitForURL(`**/trace/${newest[0].traceId}?span=${newest[0].spanId}`);
  }));
