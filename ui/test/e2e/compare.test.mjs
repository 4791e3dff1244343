// SPDX-License-Identifier: Apache-2.0
// Comparing with an earlier time, and formulas, from the builder to the table.

import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import { expectAccessible, openBrowser, queryPath, settled } from './browser.mjs';
import { fromMs, sendFixedData, toMs } from './fixed_data.mjs';
import { runQuery, startServer } from './server.mjs';

const hourMs = 3_600_000;
const lastHour = `&t=${fromMs + hourMs}..${toMs}`;
const spec = {
  calculations: [{ op: 'COUNT' }, { op: 'P95', column: 'duration_ms' }],
  breakdowns: ['app.user_id'],
  filters: [{ column: 'app.user_id', op: 'exists' }],
};

let server;
let browser;
let page;

before(async () => {
  server = await startServer(['--retention', '20000']);
  await sendFixedData(server.base);
  browser = await openBrowser(server.base, { timezoneId: 'UTC', locale: 'en-US' });
  page = browser.page;
});

afterEach(() => browser.expectClean());

after(async () => {
  await browser?.close();
  await server?.stop();
});

const param = (name) => new URL(page.url()).searchParams.get(name);
const table = () => page.getByRole('table', { name: 'Results' });
const headers = () => table().getByRole('columnheader').allInnerTexts();

/** COUNT by user over an hour, as the API tells it. */
async function countsOf(startMs) {
  const query = { ...spec, start_time: startMs / 1000, end_time: (startMs + hourMs) / 1000 };
  const { rows } = await runQuery(server.base, '__all__', query);
  return new Map(rows.map(({ group, values }) => [group[0], values[0]]));
}

test('compares with an hour earlier: dashed lines, a change column, and the address', async () => {
  await page.goto(queryPath('__all__', spec, lastHour));
  await settled(page);
  await page.getByRole('button', { name: 'Compare' }).click();
  await page.getByRole('menuitemradio', { name: '1 hour earlier' }).click();
  await page.getByRole('columnheader', { name: 'COUNT change' }).waitFor();
  assert.equal(param('cmp'), '3600');
  const [now, then] = [await countsOf(fromMs + hourMs), await countsOf(fromMs)];
  for (const [user, count] of now) {
    const change = table().getByRole('row', { name: user }).locator('.change-cell').first();
    const percent = Math.round((100 * (count - then.get(user))) / then.get(user));
    const shown = Number((await change.innerText()).replace('−', '-').replace(' %', ''));
    assert.ok(Math.abs(shown - percent) < 1, `${user}: ${shown} for ${percent} %`);
    assert.match(await change.locator('span').getAttribute('title'), new RegExp(`: ${then.get(user)}$`));
  }
  const figure = page.getByRole('figure', { name: 'COUNT over time' });
  await figure.getByRole('button', { name: 'View as table' }).click();
  await figure.getByRole('columnheader', { name: /, 1 hour earlier$/ }).first().waitFor();
  await expectAccessible(page, 'a comparison');
  await page.reload();
  await page.getByRole('columnheader', { name: 'COUNT change' }).waitFor();
  await page.getByRole('button', { name: 'Compared with 1 hour earlier' }).click();
  await page.getByRole('menuitemradio', { name: 'Off' }).click();
  await page.getByRole('columnheader', { name: 'COUNT change' }).waitFor({ state: 'detached' });
  assert.equal(param('cmp'), null);
});

test('a formula is typed beside the calculations and becomes the result', async () => {
  await page.goto(queryPath('__all__', spec, lastHour));
  await settled(page);
  const visualize = page.getByRole('combobox', { name: 'Visualize' });
  await visualize.fill('per_second = $COUNT / 3600');
  await visualize.press('Enter');
  await page.getByRole('button', { name: /^per_second = / }).waitFor();
  const order = page.getByRole('combobox', { name: 'Order by' });
  await order.fill('per_second desc');
  await order.press('Enter');
  await page.getByRole('button', { name: 'Run Query' }).click();
  await table().getByRole('columnheader', { name: 'per_second', exact: true }).waitFor();
  assert.equal((await headers()).includes('COUNT'), false);
  const counts = await countsOf(fromMs + hourMs);
  const first = (await table().locator('tbody tr').first().innerText()).split(/\s+/).filter(Boolean);
  assert.equal(counts.get(first[0]), Math.max(...counts.values()));
  assert.ok(Math.abs(Number(first[1]) - counts.get(first[0]) / 3600) < 1e-4, first.join(' '));
  await page.getByRole('figure', { name: 'per_second over time' }).waitFor();
  await expectAccessible(page, 'a formula');
});
