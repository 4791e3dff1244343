// SPDX-License-Identifier: Apache-2.0
// J7's second half: Logs Insights; and J9, one trace from several sources.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openBrowser } from './browser.mjs';
import { appLine, callLogs, makeStreams, putLines } from './cwlogs.mjs';
import { requestTrace, sendSpans } from './otlp.mjs';
import { startServer } from './server.mjs';
import { sendSegments, shopRequest } from './xray.mjs';

let server;
let browser;
let page;
const lines = 900;

before(async () => {
  server = await startServer();
  browser = await openBrowser(server.base);
  page = browser.page;
  await makeStreams(server.base, 'cruddur', ['web-1']);
  await makeStreams(server.base, 'other', ['s']);
  const from = Date.now() - 3_600_000;
  const events = Array.from({ length: lines }, (_, n) => [from + n * 4000, appLine(n)]);
  await putLines(server.base, 'cruddur', 'web-1', events);
  await putLines(server.base, 'other', 's', ['INFO elsewhere']);
});

after(async () => {
  await browser?.close();
  await server?.stop();
});

const insights = (query, groups = 'cruddur') =>
  `/logs/insights?groups=${encodeURIComponent(groups)}${query ? `&q=${encodeURIComponent(query)}` : ''}`;
const editor = () => page.getByRole('textbox', { name: 'Insights query' });
const results = () => page.getByRole('table', { name: 'Results' });
const done = () => page.waitForSelector('.insights-results[data-state=done]');

async function ask(query) {
  await editor().click();
  await page.keyboard.press('Control+a');
  await page.keyboard.type(query);
  await page.keyboard.press('Escape');
  await page.keyboard.press('Control+Enter');
}

test('J7 stats by bin gives a table and a chart, whose sum is the number of events', async () => {
  await page.goto(insights(''));
  await ask('stats count() as n by bin(1m)');
  await done();
  await page.waitForURL('**q=stats**');
  await page.getByRole('figure', { name: 'n over time' }).waitFor();
  const counts = await results().locator('tbody td:nth-child(2)').allTextContents();
  const sum = counts.reduce((total, text) => total + Number(text.replace(/,/g, '')), 0);
  assert.equal(sum, lines);
  assert.match(await page.locator('.insights-results [role=status]').textContent(), /900 records scanned/);
  await page.reload();
  await page.getByRole('figure', { name: 'n over time' }).waitFor();
  assert.equal(await editor().textContent(), 'stats count() as n by bin(1m)');
  await page.getByRole('button', { name: 'Table', exact: true }).click();
  assert.equal(await page.getByRole('figure', { name: 'n over time' }).count(), 0);
  browser.expectClean();
});

test('a mistake is underlined where it is, with what the server says about it', async () => {
  await ask('filter status = 500 | stats cuont(*) by bin(5m)');
  const problem = page.getByRole('alert');
  await problem.getByText(/unknown function cuont/).waitFor();
  assert.match(await page.locator('.code-wrong').first().textContent(), /^cuont/);
  await page.keyboard.type(' ');
  await page.waitForFunction(() => document.querySelectorAll('.code-wrong').length === 0);
  browser.expectClean(/status of 400/);
});

test('completion offers what fits: commands, fields of the groups, functions', async () => {
  await editor().click();
  await page.keyboard.press('Control+a');
  await page.keyboard.type('fi');
  await page.getByRole('option', { name: /^filter/ }).waitFor();
  await page.keyboard.press('ArrowDown');
  await page.waitForTimeout(150);
  await page.keyboard.press('Enter');
  assert.match(await editor().textContent(), /^filter/);
  await page.keyboard.type(' dura');
  await page.getByRole('option', { name: /^duration_ms/ }).waitFor();
  await page.waitForTimeout(150);
  await page.keyboard.press('Enter');
  assert.equal(await editor().textContent(), 'filter duration_ms');
  browser.expectClean();
});

test('fields show their top values, which narrow the query', async () => {
  await page.goto(insights('fields @timestamp, @message'));
  await done();
  const fields = page.getByRole('region', { name: 'Discovered fields' });
  await fields.getByRole('button', { name: /^user\.id/ }).click();
  const top = page.getByRole('list', { name: 'Top values of user.id' });
  await top.getByRole('button').first().waitFor();
  const value = (await top.getByRole('button').first().locator('.ellipsis').textContent()).trim();
  await top.getByRole('button').first().click();
  await page.waitForURL((url) => url.searchParams.get('q')?.includes(`| filter user.id = "${value}"`));
  await done();
  assert.match(await results().locator('tbody tr').first().textContent(), new RegExp(value));
  browser.expectClean();
});

test('a row leads to the lines around it, a cell to a narrower query', async () => {
  await page.goto(insights('fields @timestamp, @message, status | filter status = 404'));
  await done();
  await results().locator('tbody tr').first().getByRole('button', { name: '404', exact: true }).click();
  await page.getByRole('menuitem', { name: 'Only rows without it' }).click();
  await page.waitForURL((url) => url.searchParams.get('q')?.endsWith('| filter status != 404'));
  await page.getByRole('heading', { name: 'No rows' }).waitFor();
  await page.goBack();
  await done();
  await results().locator('tbody tr').first().getByRole('link', { name: 'Lines around this one' }).click();
  await page.waitForURL('**/logs/group/cruddur?at=**');
  await page.locator('.log-row.marked').waitFor();
});

test('several groups, templates, history and saved queries', async () => {
  await page.goto(insights(''));
  await page.getByRole('button', { name: /^Log groups: cruddur/ }).click();
  await page.getByRole('checkbox', { name: /^other/ }).check();
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Templates' }).click();
  await page.getByRole('menuitem', { name: 'Busiest streams' }).click();
  await done();
  assert.equal(await results().locator('tbody tr').count(), 2);
  await page.getByRole('button', { name: 'Save query' }).click();
  await page.getByLabel('Name').fill('Busiest');
  await page.keyboard.press('Enter');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  const { queryDefinitions } = await callLogs(server.base, 'DescribeQueryDefinitions', {});
  assert.deepEqual(queryDefinitions.map(({ name, logGroupNames }) => [name, logGroupNames]), [['Busiest', ['cruddur', 'other']]]);
  await page.goto(insights('', 'other'));
  await page.getByRole('button', { name: 'Saved queries' }).click();
  await page.getByRole('button', { name: /^Busiest/ }).click();
  await done();
  await page.getByRole('button', { name: 'Log groups: cruddur and 1 more' }).waitFor();
  await page.getByRole('button', { name: 'History' }).click();
  await page.getByRole('dialog').getByRole('button', { name: /stats count\(\) as n by bin\(1m\)/ }).first().click();
  await page.getByRole('figure', { name: 'n over time' }).waitFor();
  browser.expectClean();
});

test('ten thousand rows come whole, and as CSV', async () => {
  const from = Date.now() - 1_800_000;
  await putLines(server.base, 'other', 's', Array.from({ length: 11_000 }, (_, n) => [from + n, `INFO number ${n} ${'padding '.repeat(12)}`]));
  await page.goto(insights('fields @timestamp, @message | limit 10000', 'other'));
  await done();
  await page.getByText('10,000 rows').waitFor();
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'CSV' }).click();
  assert.equal((await download).suggestedFilename(), 'insights.csv');
  browser.expectClean();
});

test('J9 one trace from spans, segments and log lines; the lines can be hidden', async () => {
  const segments = shopRequest({ agoMs: 3000, durationMs: 60 });
  const traceId = segments[0].trace_id.slice(2).replace('-', '');
  await sendSegments(server.xray, segments);
  const spans = requestTrace({ agoMs: 3000, durationMs: 60, traceId });
  await sendSpans(server.base, spans);
  await putLines(server.base, 'cruddur', 'web-1', [
    [Date.now() - 2980, JSON.stringify({ level: 'error', msg: 'user not found', trace_id: traceId, span_id: spans[1].spanId })],
    [Date.now() - 2970, `WARN retrying trace_id=${traceId}`],
  ]);
  await page.goto(`/trace/${traceId}`);
  const grid = page.getByRole('treegrid', { name: 'Trace spans' });
  const has = (text) => grid.getByRole('row').filter({ hasText: text }).first().waitFor();
  for (const text of ['home-activities-mock-data', 'X-Ray', 'user not found', 'WARN retrying']) await has(text);
  const toggle = page.getByRole('button', { name: 'Logs', exact: true });
  await toggle.click();
  await page.waitForURL('**hide=logs**');
  await grid.getByRole('row').filter({ hasText: 'WARN retrying' }).waitFor({ state: 'hidden' });
  await has('home-activities-mock-data');
  await page.reload();
  await has('home-activities-mock-data');
  assert.equal(await grid.getByRole('row').filter({ hasText: 'WARN retrying' }).count(), 0);
  await toggle.click();
  await has('WARN retrying');
  await page.getByRole('tab', { name: 'Logs' }).click();
  const table = page.getByRole('table', { name: 'Log events' });
  await table.locator('[data-id]').nth(1).waitFor();
  assert.equal(await table.locator('[data-id]').count(), 2);
  await table.locator('[data-id]').filter({ hasText: 'user not found' }).click();
  await table.getByRole('link', { name: 'Show lines around' }).click();
  await page.waitForURL('**/logs/group/cruddur?at=**');
  await page.locator('.log-row.marked').getByRole('link', { name: /^trace / }).click();
  await page.waitForURL(`**/trace/${traceId}**`);
  browser.expectClean();
});
