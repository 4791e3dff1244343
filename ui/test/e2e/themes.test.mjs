// SPDX-License-Identifier: Apache-2.0
// J17: every route and state in both themes, judged by axe; narrow screens lose nothing.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { expectAccessible, openBrowser, queryPath, settled } from './browser.mjs';
import { requestTrace, sendSpans } from './otlp.mjs';
import { browserError, flaskError, goError, messageItem, sendItem } from './rollbar_items.mjs';
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

const themes = ['light', 'dark'];
const spec = {
  calculations: [{ op: 'HEATMAP', column: 'duration_ms' }, { op: 'P95', column: 'duration_ms' }, { op: 'COUNT' }],
  breakdowns: ['name'],
  filters: [{ column: 'name', op: 'exists' }],
  havings: [{ calculate_op: 'COUNT', op: '>', value: 0 }],
};
const failing = { calculations: [{ op: 'P95', column: '' }] };

async function inBothThemes(where, show) {
  for (const colorScheme of themes) {
    await page.emulateMedia({ colorScheme });
    await show();
    assert.equal(await page.evaluate(() => document.documentElement.dataset.theme), colorScheme);
    await expectAccessible(page, `${where}, ${colorScheme}`);
  }
}

const open = (path, state) => async () => {
  await page.goto(path);
  await page.waitForSelector(state);
};

const emptyRoutes = [
  ['home', '/', '[data-state=empty]'],
  ['query', '/query/__all__', '.empty-state'],
  ['traces', '/traces', '.empty-state'],
  ['errors', '/errors', '.empty-state'],
  ['boards', '/boards', '.board-list li'],
  ['send', '/send?sdk=curl', '.live-line'],
  ['keys', '/settings/keys', '.settings-body .muted'],
  ['datasets', '/settings/datasets', '.settings-body a'],
];

for (const [name, path, state] of emptyRoutes) {
  test(`J17 ${name}, empty`, () => inBothThemes(`${name}, empty`, open(path, state)));
}

test('data arrives', async () => {
  for (let i = 0; i < 40; i += 1) {
    const user = ['alice', 'bob', 'carol'][i % 3];
    const trace = requestTrace({ agoMs: i * 90_000 + 1000, user, durationMs: 8 + ((i * 37) % 150), error: i % 9 === 0 });
    await sendSpans(server.base, trace);
    if (i % 9 === 0) await sendItem(server.base, flaskError({ traceId: trace[0].traceId }));
  }
  await sendItem(server.base, browserError());
  await sendItem(server.base, goError({ level: 'debug' }));
  await sendItem(server.base, messageItem('a message', { level: 'info' }));
  await sendItem(server.base, messageItem('another message'));
});

const loadedRoutes = [
  ['home', '/', '[data-state=done] .service-table'],
  ['query results', queryPath('__all__', spec), '.results[data-state=done] table'],
  ['query with a selection', queryPath('__all__', spec, `&sel=${Math.floor(Date.now() / 1000) - 3600},${Math.floor(Date.now() / 1000)},10,100`), '.selection-bar'],
  ['query traces', queryPath('__all__', spec, '&tab=traces'), 'table[aria-label=Traces]'],
  ['query events', queryPath('__all__', spec, '&tab=events'), 'table[aria-label=Events]'],
  ['query without matches', queryPath('__all__', { filters: [{ column: 'name', op: '=', value: 'no such' }] }), '.results[data-state=empty]'],
  ['query start', '/query/__all__?tab=overview', '.empty-state .button'],
  ['traces', '/traces', 'tr[data-trace-id]'],
  ['traces in an empty range', '/traces?t=1000..2000', '.empty-state'],
  ['errors', '/errors', 'tr[data-item-counter]'],
  ['errors filtered out', '/errors?level=critical&q=none', '.empty-state .button'],
  ['error item', '/errors/1?project=rollbar', '.frame-body'],
  ['error message', '/errors/4?project=rollbar', '.item-message'],
  ['error occurrences', '/errors/1?project=rollbar&tab=occurrences', 'tr[data-occurrence-id]'],
  ['error people', '/errors/1?project=rollbar&tab=people', '.top-list li'],
  ['error raw', '/errors/1?project=rollbar&tab=raw', '.raw-json'],
  ['send for Rollbar', '/send?sdk=rollbar', '.snippet'],
  ['datasets', '/settings/datasets?dataset=backend-flask', 'table[aria-label=Columns]'],
  ['preferences', '/settings/preferences', '.preferences'],
  ['server', '/settings/server', '.facts'],
  ['not found', '/no/such/page', '.empty-state'],
];

for (const [name, path, state] of loadedRoutes) {
  test(`J17 ${name}`, () => inBothThemes(name, open(path, state)));
}

test('J17 board', () =>
  inBothThemes('board', async () => {
    await page.goto('/boards');
    await page.getByRole('link', { name: 'Getting started' }).click();
    await page.waitForSelector('.tile tr[data-trace-id]');
    await page.waitForFunction(() => document.querySelectorAll('.tile .chart').length === 3);
  }));

test('J17 errors selected, and their dialogs', async () => {
  const overlays = [
    ['selection', '/errors', () => page.getByRole('checkbox', { name: 'Select all items shown' }).click(), '.bulk-bar'],
    ['level filter', '/errors', () => page.getByRole('button', { name: /^Level:/ }).click(), '.facet-menu'],
    ['merge', '/errors', async () => {
      await page.getByRole('checkbox', { name: 'Select all items shown' }).click();
      await page.getByRole('button', { name: 'Merge…' }).click();
    }, 'dialog[open]'],
    ['assign', '/errors/1?project=rollbar', async () => {
      await page.getByRole('button', { name: 'Assign' }).click();
      await page.getByRole('menuitem', { name: /Somebody new/ }).click();
    }, 'dialog[open]'],
    ['merge into', '/errors/1?project=rollbar', async () => {
      await page.getByRole('button', { name: 'More actions' }).click();
      await page.getByRole('menuitem', { name: /^Merge into/ }).click();
    }, 'dialog[open]'],
    ['undo', '/errors/4?project=rollbar', () => page.getByRole('button', { name: /^(Unmute|Mute)$/ }).click(), '.toast-action'],
  ];
  for (const [name, path, act, state] of overlays) {
    await inBothThemes(name, async () => {
      await page.goto(path);
      await page.waitForSelector('tr[data-item-counter], .item-page[data-state=done]');
      await act();
      await page.waitForSelector(state);
    });
  }
});

test('J17 reported errors in a trace', () =>
  inBothThemes('reported errors', async () => {
    await page.goto('/errors/1?project=rollbar');
    await page.getByRole('link', { name: 'Open trace' }).click();
    await page.waitForSelector('.span-row.selected .span-tag.reported');
    await page.getByRole('tab', { name: 'Errors' }).waitFor();
  }));

test('J17 errors that cannot be read', async () => {
  for (const [path, pattern] of [['/errors', '**/ui/api/v1/errors?*'], ['/errors/1?project=rollbar', '**/ui/api/v1/errors/*/occurrences/*']]) {
    await page.route(pattern, (route) => route.fulfill({ status: 400, json: { code: 'bad_request', message: 'no', hint: 'ask again' } }));
    await inBothThemes(`${path} fails`, open(path, '[data-state=error] .error-card'));
    await page.unroute(pattern);
  }
});

test('J17 query that fails', async () => {
  await inBothThemes('failed query', async () => {
    await page.goto(queryPath('__all__', failing));
    await page.waitForSelector('.results[data-state=error] .error-card');
  });
  await page.goto('/');
});

test('J17 dialogs and overlays', async () => {
  const overlays = [
    ['palette', () => page.keyboard.press('Control+k'), 'dialog[open]'],
    ['shortcuts', () => page.getByRole('button', { name: 'Keyboard shortcuts' }).click(), 'dialog[open]'],
    ['save', () => page.getByRole('button', { name: 'Save query' }).click(), 'dialog[open]'],
    ['history', () => page.getByRole('button', { name: 'History' }).click(), 'dialog[open] .history-entry'],
    ['json', () => page.getByRole('button', { name: 'JSON', exact: true }).click(), 'dialog[open]'],
    ['time', () => page.getByRole('button', { name: /^Time range/ }).click(), '.time-panel'],
    ['suggestions', () => page.getByRole('combobox', { name: 'Group by' }).focus(), '.listbox'],
    ['dataset menu', () => page.getByRole('button', { name: /^Dataset/ }).click(), '[role=menu]'],
    ['value menu', () => page.locator('table[aria-label=Results] .value').first().click(), '[role=menu]'],
  ];
  for (const [name, act, state] of overlays) {
    await inBothThemes(name, async () => {
      await page.goto(queryPath('__all__', spec));
      await settled(page);
      await act();
      await page.waitForSelector(state);
    });
  }
});

test('J17 event details and charts as tables', () =>
  inBothThemes('event details', async () => {
    await page.goto(queryPath('__all__', spec, '&tab=events'));
    await page.locator('table[aria-label=Events] tbody tr td').first().click();
    await page.waitForSelector('.event-panel');
    await page.getByRole('tab', { name: 'Overview' }).click();
    await page.getByRole('button', { name: 'View as table' }).first().click();
    await page.getByRole('table', { name: /over time/ }).waitFor();
  }));

test('J17 at 320 px nothing but tables and code scrolls sideways', async () => {
  await page.setViewportSize({ width: 320, height: 700 });
  for (const path of ['/', '/send', '/errors', '/errors/1?project=rollbar', '/boards', '/traces', '/settings/keys', queryPath('__all__', spec)]) {
    await page.goto(path);
    await page.waitForTimeout(500);
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    assert.ok(overflow <= 0, `${path.slice(0, 30)} is ${overflow} px too wide`);
  }
  await page.setViewportSize({ width: 1440, height: 900 });
});

test('J17 nothing was asked of any other host, and only the failing query was reported', () => {
  browser.expectClean(/the server responded with a status of 400/);
});
