// SPDX-License-Identifier: Apache-2.0
// J8 and J10: the map of X-Ray segments and of spans, its panels, tables and traces.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { expectAccessible, openBrowser } from './browser.mjs';
import { newId, nsAgo, requestTrace, sendSpans } from './otlp.mjs';
import { startServer } from './server.mjs';
import { newXrayTraceId, sendSegments, shopRequest } from './xray.mjs';

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

const node = (name, kind = 'service') => page.locator(`[data-node="${name}"][data-kind=${kind}]`);
const panel = () => page.getByRole('complementary', { name: 'Details' });
const expression = () => page.getByRole('combobox', { name: 'Filter expression' });

async function openMap(more = '') {
  await page.goto(`/map${more}`);
  await page.waitForSelector('.map-page[data-state=done]');
}

async function waitForTraces(count) {
  for (let i = 0; i < 100; i += 1) {
    const end_ms = Date.now();
    const response = await fetch(`${server.base}/ui/api/v1/map`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ start_ms: end_ms - 7_200_000, end_ms }),
    });
    if ((await response.json()).traces >= count) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  assert.fail(`the map never had ${count} traces`);
}

test('an empty server says so, accessible in both themes', async () => {
  for (const colorScheme of ['light', 'dark']) {
    await page.emulateMedia({ colorScheme });
    await page.goto('/map');
    await page.getByRole('heading', { name: 'No data has arrived yet' }).waitFor();
    await expectAccessible(page, `empty map, ${colorScheme}`);
  }
});

test('J8 segments become nodes, edges, rings and a table that agrees', async () => {
  const requests = [200, 200, 200, 500].map((status, i) =>
    shopRequest({ agoMs: 60_000 + i * 1000, durationMs: 40 + i * 20, status }),
  );
  await sendSegments(server.xray, requests.flat());
  await waitForTraces(4);
  await openMap();
  await page.getByRole('figure', { name: 'Service map' }).waitFor();
  for (const [name, kind] of [['frontend', 'service'], ['frontend', 'client'], ['backend-flask', 'service'], ['cruddur@postgres', 'inferred'], ['users', 'inferred']]) {
    assert.equal(await node(name, kind).count(), 1, `${name} ${kind}`);
  }
  assert.equal(await page.locator('[data-edge="frontend backend-flask"]').count(), 1);
  assert.equal(await page.locator('[data-edge="backend-flask users"]').count(), 1);
  assert.match(await node('backend-flask').getByRole('button').getAttribute('aria-label'), /4 requests.*25 % fault/);
  assert.equal(await node('backend-flask').locator('.map-ring.fault').count(), 1);
  assert.equal(await node('backend-flask').locator('.map-worst').textContent(), '25 % fault');
  assert.equal(await node('users', 'inferred').locator('.map-inferred').count(), 1);

  await page.getByRole('button', { name: 'Table', exact: true }).click();
  await page.waitForURL(/view=table/);
  const row = page.locator('tr[data-node-row="backend-flask"]');
  assert.match(await row.innerText(), /service\s+4\s.*75 %.*25 %/s);
  await page.reload();
  await page.getByRole('table', { name: 'Nodes' }).waitFor();
});

test('J8 a node fills the expression, its traces show the segments and their document', async () => {
  await openMap();
  await node('backend-flask').click();
  await panel().getByRole('heading', { name: 'backend-flask' }).waitFor();
  assert.match(await expression().inputValue(), /^service\(id\(name: "backend-flask"/);
  await panel().getByRole('figure', { name: /Requests by outcome/ }).waitFor();
  await panel().getByRole('table', { name: 'Top operations' }).getByText('/api/activities/home').waitFor();
  await panel().getByRole('link', { name: 'Faulty traces' }).click();
  await page.waitForURL(/\/traces\?.*filter=/);
  await page.locator('tr[data-trace-id]').first().waitFor();
  assert.equal(await page.locator('tr[data-trace-id]').count(), 1);
  assert.match(await expression().inputValue(), /backend-flask.*\{ fault \}$/);

  await page.locator('tr[data-trace-id] a').first().click();
  await page.getByRole('treegrid', { name: 'Trace spans' }).waitFor();
  await page.locator('.span-row').nth(4).waitFor();
  assert.ok((await page.locator('.span-row .span-marks').allTextContents()).some((text) => text.includes('X-Ray')));
  await page.locator('.span-row').first().click();
  await page.getByRole('tab', { name: 'Source' }).click();
  const document = JSON.parse(await page.locator('pre.source').textContent());
  assert.equal(document.name, 'frontend');
  assert.match(document.trace_id, /^1-[0-9a-f]{8}-[0-9a-f]{24}$/);
  assert.equal(document.subsegments[0].namespace, 'remote');

  await page.getByRole('tab', { name: 'Map' }).click();
  await page.waitForURL(/view=map/);
  await node('backend-flask').waitFor();
  await page.getByRole('table', { name: 'Edges' }).waitFor();
});

test('a range of the histogram leads to its traces', async () => {
  await openMap();
  await node('backend-flask').click();
  const bars = panel().locator('.latency-bars');
  await bars.scrollIntoViewIfNeeded();
  const box = await bars.boundingBox();
  await page.mouse.move(box.x + box.width * 0.85, box.y + 30);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width - 2, box.y + 30);
  await page.mouse.up();
  await panel().getByText(/1 requests$/).first().waitFor();
  await panel().getByRole('button', { name: 'Traces' }).click();
  await page.waitForURL(/responsetime/);
  await page.locator('tr[data-trace-id]').first().waitFor();
  assert.equal(await page.locator('tr[data-trace-id]').count(), 1);
});

test('a wrong expression is marked where it goes wrong; a right one narrows the map', async () => {
  await openMap();
  await expression().fill('fault AND latency > 5');
  const problem = page.getByRole('alert');
  await problem.getByText(/position 11/).waitFor();
  assert.equal(await problem.locator('mark').textContent(), 'latency');
  await expression().fill('fault');
  await page.getByRole('button', { name: 'Apply' }).click();
  await page.waitForURL(/filter=fault/);
  await page.getByText(/, 1 traces$/).waitFor();
});

test('an expression is completed by keyboard: words, annotations and services', async () => {
  await openMap();
  await page.keyboard.press('/');
  await page.keyboard.type('serv');
  await page.getByRole('option', { name: /^service\("/ }).waitFor();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await page.keyboard.type('backend');
  await page.getByRole('option', { name: /^backend-flask/ }).waitFor();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await page.keyboard.type(') AND annotation.us');
  await page.getByRole('option', { name: /^annotation\.user/ }).waitFor();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Tab');
  await page.keyboard.type(' = "bob"');
  assert.equal(await expression().inputValue(), 'service("backend-flask") AND annotation.user = "bob"');
  await page.keyboard.press('Enter');
  await page.waitForURL(/filter=service/);
  await page.getByText(/, 4 traces$/).waitFor();
});

test('J10 the edge from browser to backend shows the network between', async () => {
  const traceId = newId(16);
  const [client, backend] = [newId(8), newId(8)];
  const startNs = nsAgo(30_000);
  await sendSpans(server.base, [
    { service: 'web', traceId, spanId: client, name: 'GET /api/cart', kind: 'client', startNs, durationMs: 120, attributes: { 'http.method': 'GET' } },
    { service: 'shop-api', traceId, spanId: backend, parentId: client, name: 'GET /api/cart', kind: 'server', startNs: startNs + 20_000_000n, durationMs: 83, attributes: { 'http.method': 'GET', 'http.route': '/api/cart', 'http.status_code': 200 } },
  ]);
  await openMap();
  const edge = page.locator('[data-edge="web shop-api"]');
  await edge.waitFor();
  assert.match(await edge.textContent(), /network 37 ms/);
  await edge.locator('.map-edge-reach').click({ force: true });
  const shown = Number(await panel().locator('[data-network-p50]').getAttribute('data-network-p50'));
  assert.ok(Math.abs(shown - 37) <= 1, `${shown}`);

  await page.goto('/boards');
  await page.getByRole('link', { name: 'Getting started' }).click();
  await page.getByRole('table', { name: 'Network latency' }).getByText('shop-api').waitFor();
});

test('J16 J10 by keyboard: from the table of calls to the network between', async () => {
  await openMap('?view=table');
  const isInTable = () => page.evaluate(() => Boolean(document.activeElement?.closest('[aria-label=Edges] tbody tr')));
  for (let i = 0; i < 60 && !(await isInTable()); i += 1) await page.keyboard.press('Tab');
  const call = page.locator('[aria-label=Edges] tbody tr').filter({ hasText: /^web\s*shop-api/ });
  const isOnCall = () => call.evaluate((row) => row.contains(document.activeElement));
  for (let i = 0; i < 20 && !(await isOnCall()); i += 1) await page.keyboard.press('ArrowDown');
  assert.ok(await isOnCall());
  await page.keyboard.press('Enter');
  const network = panel().locator('[data-network-p50]');
  await network.waitFor();
  const shown = Number(await network.getAttribute('data-network-p50'));
  assert.ok(Math.abs(shown - 37) <= 1, `${shown}`);
});

test('J16 J8 by keyboard: from map to node, to traces, to a segment', async () => {
  await page.goto('/');
  await page.getByRole('heading', { name: 'Services' }).waitFor();
  await page.keyboard.press('g');
  await page.keyboard.press('m');
  await page.waitForSelector('.map-page[data-state=done]');
  for (let i = 0; i < 40 && (await page.evaluate(() => !document.activeElement?.closest('[data-node]'))); i += 1) {
    await page.keyboard.press('Tab');
  }
  for (let i = 0; i < 4; i += 1) await page.keyboard.press('ArrowUp');
  const focused = () => page.evaluate(() => document.activeElement?.getAttribute('data-id'));
  const first = await focused();
  assert.ok(first);
  await page.keyboard.press('ArrowRight');
  assert.notEqual(await focused(), first);
  await page.keyboard.press('Enter');
  await page.waitForURL(/node=/);
  await page.keyboard.press('Escape');
  await page.waitForURL((url) => !url.searchParams.has('node'));
  await node('backend-flask').getByRole('button').focus();
  await page.keyboard.press('Enter');
  const bars = panel().locator('.latency-bars');
  await bars.waitFor();
  await bars.focus();
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('Shift+ArrowRight');
  await panel().locator('.latency-choice').waitFor();
  await page.keyboard.press('Escape');
  await panel().getByRole('link', { name: 'View traces' }).focus();
  await page.keyboard.press('Enter');
  await page.waitForURL(/\/traces\?.*filter=/);
  await page.locator('tr[data-trace-id]').first().focus();
  await page.keyboard.press('Enter');
  await page.getByRole('treegrid', { name: 'Trace spans' }).waitFor();
});

test('J16 J10 by keyboard: the edge from browser to backend in the table', async () => {
  await page.goto('/map?view=table');
  const edges = page.getByRole('table', { name: 'Edges' });
  await edges.getByRole('row', { name: /^web shop-api / }).focus();
  await page.keyboard.press('Enter');
  const shown = panel().locator('[data-network-p50]');
  await shown.waitFor();
  assert.ok(Math.abs(Number(await shown.getAttribute('data-network-p50')) - 37) <= 1);
});

test('an X-Ray trace id in the command palette opens the trace', async () => {
  const traceId = newXrayTraceId(5000);
  await sendSegments(server.xray, shopRequest({ traceId, agoMs: 5000 }));
  await waitForTraces(6);
  await page.goto('/');
  await page.keyboard.press('Control+k');
  await page.keyboard.type(traceId);
  await page.keyboard.press('Enter');
  await page.waitForURL(`**/trace/${traceId}**`);
  await page.locator('.span-row').first().waitFor();
});

test('the same request traced by OpenTelemetry and X-Ray is shown as one', async () => {
  const path = '/api/stitched';
  const agoMs = 20_000;
  const [, segment] = shopRequest({ agoMs, durationMs: 50, path });
  delete segment.parent_id;
  const startNs = BigInt(Math.round(segment.start_time * 1e6)) * 1000n;
  const traceId = newId(16);
  const span = {
    service: 'backend-flask', traceId, spanId: newId(8), name: path, kind: 'server', startNs: startNs + 1_000_000n, durationMs: 39,
    attributes: { 'http.method': 'GET', 'http.target': path, 'http.url': `http://backend-flask.test${path}`, 'http.status_code': 200 },
  };
  await sendSegments(server.xray, [segment]);
  await sendSpans(server.base, [span]);
  await waitForTraces(7);
  await page.goto(`/trace/${traceId}`);
  const banner = page.getByRole('region', { name: 'Same request' });
  await banner.getByText(/begun/).waitFor();
  assert.match(await banner.textContent(), /X-Ray.*http\.method = GET/s);
  const alone = await page.locator('.span-row:not([hidden])').count();
  await banner.getByRole('button', { name: 'Show as one' }).click();
  await page.waitForURL(/stitch=1/);
  await page.waitForFunction((n) => document.querySelectorAll('.span-row:not([hidden])').length > n, alone);
  await expectAccessible(page, 'stitched trace');
});

test('map, table, panel and problem are accessible in both themes', async () => {
  for (const colorScheme of ['light', 'dark']) {
    await page.emulateMedia({ colorScheme });
    await openMap();
    await expectAccessible(page, `map, ${colorScheme}`);
    await node('backend-flask').click();
    await panel().getByRole('table', { name: 'Top operations' }).waitFor();
    await expectAccessible(page, `map with a panel, ${colorScheme}`);
    await expression().fill('nonsense(');
    await page.getByRole('alert').waitFor();
    await expectAccessible(page, `map with a problem, ${colorScheme}`);
    await openMap('?view=table');
    await expectAccessible(page, `map as a table, ${colorScheme}`);
    await page.goto('/traces?filter=fault');
    await page.locator('tr[data-trace-id]').first().waitFor();
    await expectAccessible(page, `traces by expression, ${colorScheme}`);
  }
});

test('200 services stay usable', async () => {
  const traces = Array.from({ length: 200 }, (_, i) => {
    const [root, backend] = requestTrace({ agoMs: 10_000 + i * 10 });
    root.service = `caller-${i % 14}`;
    backend.service = `service-${i}`;
    return [root, backend];
  });
  await sendSpans(server.base, traces.flat());
  await waitForTraces(200);
  await openMap();
  await page.waitForFunction(() => document.querySelectorAll('[data-node]').length >= 200);
  assert.equal(await page.locator('[data-node] [tabindex="0"]').count(), 1);
  await node('service-137').scrollIntoViewIfNeeded();
  await node('service-137').click();
  await panel().getByRole('heading', { name: 'service-137' }).waitFor();
  await page.getByRole('button', { name: 'Fit' }).click();
  const fits = await page.evaluate(() => {
    const box = document.querySelector('.map-box');
    return box.scrollWidth <= box.clientWidth + 1;
  });
  assert.ok(fits);
});

test('the console stayed quiet', () => browser.expectClean());
