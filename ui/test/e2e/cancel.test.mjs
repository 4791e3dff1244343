// SPDX-License-Identifier: Apache-2.0
// J13: a query that takes seconds shows how far it is and stops when told to.

import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import { expectAccessible, openBrowser } from './browser.mjs';
import { startServer } from './server.mjs';

const batches = 60;
const batchEvents = 10_000;

let server;
let browser;
let page;

before(async () => {
  server = await startServer();
  await sendEvents();
  browser = await openBrowser(server.base);
  page = browser.page;
});

afterEach(() => browser.expectClean());

after(async () => {
  await browser?.close();
  await server?.stop();
});

/** Every value is another one: no dictionary shortens the search. */
async function sendEvents() {
  const headers = { 'content-type': 'application/json', 'x-honeycomb-team': 'any' };
  for (let i = 0; i < batches; i += 1) {
    const user = (k) => `user-${i * batchEvents + k}-of-the-slow-dataset`;
    const body = JSON.stringify(Array.from({ length: batchEvents }, (_, k) => ({ data: { user: user(k) } })));
    const response = await fetch(`${server.base}/1/batch/slow`, { method: 'POST', headers, body });
    assert.equal(response.status, 200);
    await response.arrayBuffer();
  }
}

/** Sixty counts, each with 28 searches in text: seconds of work, in what a query may weigh. */
function slowSpec() {
  const search = (i, k) => ({ column: 'user', op: 'contains', value: `${i}-${k}` });
  const count = (i) => ({
    op: 'COUNT',
    name: `c${i}`,
    filters: Array.from({ length: 28 }, (_, k) => search(i, k)),
    filter_combination: 'OR',
  });
  return { calculations: Array.from({ length: 60 }, (_, i) => count(i)) };
}

/** Opens the query by a stored id, as it is too long for an address; gives the id of its run. */
async function openSlowQuery() {
  const headers = { 'content-type': 'application/json' };
  const body = JSON.stringify(slowSpec());
  const stored = await fetch(`${server.base}/1/queries/slow`, { method: 'POST', headers, body });
  const { id: qid } = await stored.json();
  const started = page.waitForResponse((response) => response.url().endsWith('/ui/api/v1/query'));
  await page.goto(`/query/slow?qid=${qid}`);
  return (await (await started).json()).id;
}

async function endOf(id) {
  const text = await (await fetch(`${server.base}/ui/api/v1/query/${id}/stream`)).text();
  const [, name, data] = /event: (done|error)\ndata: (.*)/.exec(text);
  return { name, data: JSON.parse(data) };
}

const results = (state) => page.locator(`.results[data-state=${state}]`);
const cancel = () => page.getByRole('button', { name: 'Cancel query' });

test('J13 a long query shows how far it is and what it has, and stops when cancelled', async () => {
  const id = await openSlowQuery();
  await page.getByRole('progressbar', { name: 'Rows scanned' }).waitFor();
  await page.getByText(/^\d[\d.]* ?k? of 600k rows$/).waitFor();
  await results('partial').getByText('partial', { exact: true }).waitFor();
  await expectAccessible(page, 'a running query');
  await cancel().click();
  await results('error').waitFor();
  await page.getByRole('heading', { name: 'Cancelled' }).waitFor();
  assert.equal(await cancel().count(), 0);
  const { name, data } = await endOf(id);
  assert.deepEqual([name, data.code], ['error', 'cancelled']);
});

test('J13 a query that was cancelled can be run again, and leaving the page cancels it', async () => {
  const again = page.waitForResponse((response) => response.url().endsWith('/ui/api/v1/query'));
  await page.getByRole('button', { name: 'Retry' }).click();
  const { id } = await (await again).json();
  await cancel().waitFor();
  await page.getByRole('link', { name: 'Boards' }).first().click();
  const { name, data } = await endOf(id);
  assert.deepEqual([name, data.code], ['error', 'cancelled']);
});
