// SPDX-License-Identifier: Apache-2.0
// J16: logs without a mouse. And J17: their screens in both themes, judged by axe.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { expectAccessible, openBrowser, tabUntil } from './browser.mjs';
import { appLine, makeStreams, putLines } from './cwlogs.mjs';
import { newId } from './otlp.mjs';
import { startServer } from './server.mjs';

let server;
let browser;
let page;
const traceId = newId(16);

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
const focusedText = () => page.evaluate(() => document.activeElement.querySelector('.log-message')?.textContent ?? '');
const listed = () => page.waitForSelector('.results[data-state=done] .log-row');
const query = 'stats count(*) as n, avg(duration_ms) as ms by bin(5m), status';
const insightsPath = `/logs/insights?groups=cruddur&q=${encodeURIComponent(query)}`;

async function inBothThemes(where, show) {
  for (const colorScheme of ['light', 'dark']) {
    await page.emulateMedia({ colorScheme });
    await show();
    await expectAccessible(page, `${where}, ${colorScheme}`);
  }
}

const open = (path, state) => async () => {
  await page.goto(path);
  await page.waitForSelector(state);
};

test('J17 logs, empty', async () => {
  await inBothThemes('groups, empty', open('/logs', '.empty-state'));
  await inBothThemes('group that does not exist', open('/logs/group/none', '.empty-state'));
  await inBothThemes('tail without groups', open('/logs/tail', '.empty-state'));
  await inBothThemes('insights without groups', open('/logs/insights', '[data-editor=ready]'));
  browser.expectClean(/status of 404/);
});

test('data arrives', async () => {
  await makeStreams(server.base, 'cruddur', ['web-1', 'web-2']);
  await makeStreams(server.base, 'empty', []);
  const now = Date.now();
  const events = Array.from({ length: 300 }, (_, n) => [now - n * 20_000 - 5000, appLine(n)]);
  await putLines(server.base, 'cruddur', 'web-2', events);
  await putLines(server.base, 'cruddur', 'web-1', [
    [now - 3000, `ERROR broken trace_id=${traceId}`],
    [now - 2000, '\x1b[32mgreen\x1b[33m yellow \x1b[34mblue\x1b[35m magenta \x1b[36mcyan\x1b[2m faint\x1b[0m'],
    [now - 1000, appLine(1, traceId)],
  ]);
});

test('J16 J7: from anywhere to a line, its details, its menu, the lines around it and its trace', async () => {
  await page.goto('/');
  await page.waitForSelector('main h1');
  await page.keyboard.press('g');
  await page.keyboard.press('l');
  await page.waitForURL('**/logs');
  await page.getByRole('link', { name: 'cruddur', exact: true }).waitFor();
  await tabTo(/^cruddur$/);
  await page.keyboard.press('Enter');
  await page.waitForURL('**/logs/group/cruddur');
  await listed();
  await page.keyboard.press('/');
  await page.keyboard.type('broken');
  await page.keyboard.press('Enter');
  await page.waitForFunction(() => document.querySelectorAll('.log-row').length === 1);
  await page.keyboard.press('Escape');
  await page.waitForFunction(() => document.querySelectorAll('.log-row').length > 20);
  await tabTo(/KeyError/);
  assert.match(await focusedText(), /KeyError/);
  await page.keyboard.press('j');
  await page.waitForFunction(() => document.activeElement.textContent.includes('magenta'));
  await page.keyboard.press('ArrowUp');
  await page.waitForFunction(() => document.activeElement.textContent.includes('KeyError'));
  await page.keyboard.press('Enter');
  await page.locator('.log-details').getByText('"route"').waitFor();
  await page.keyboard.press('.');
  await page.getByRole('menuitem', { name: 'Only this stream' }).waitFor();
  await page.keyboard.press('Escape');
  await page.waitForFunction(() => document.activeElement.matches('.log-row'));
  await page.keyboard.press('End');
  await page.waitForFunction(() => document.activeElement.dataset.index === '302');
  await page.keyboard.press('Home');
  await page.waitForFunction(() => document.activeElement.dataset.index === '0');
  await page.keyboard.press('c');
  await page.waitForURL('**at=**');
  await page.locator('.log-row.marked').waitFor();
  await page.waitForFunction(() => document.activeElement.matches('.log-row.marked'));
  await page.keyboard.press('o');
  await page.waitForURL(`**/trace/${traceId}**`);
  browser.expectClean();
});

test('J16 J7: a tail started and paused with Space', async () => {
  await page.goto('/logs/tail?groups=cruddur');
  await page.getByText('following').waitFor();
  await page.keyboard.press('Space');
  await page.getByRole('button', { name: 'Start tail' }).waitFor();
  await putLines(server.base, 'cruddur', 'web-1', ['INFO while paused']);
  await page.getByRole('button', { name: /^1 new/ }).waitFor();
  await page.keyboard.press('Space');
  await page.locator('.log-row').filter({ hasText: 'while paused' }).waitFor();
  browser.expectClean();
});

test('J16 J7: an Insights query typed, run, left with Tab', async () => {
  await page.goto('/logs/insights?groups=cruddur');
  await page.waitForSelector('[data-editor=ready]');
  await tabTo(/^Insights query$/);
  await page.keyboard.press('Control+a');
  await page.keyboard.type(query);
  await page.keyboard.press('Escape');
  await page.keyboard.press('Control+Enter');
  await page.getByRole('figure', { name: 'n over time' }).waitFor();
  await page.keyboard.press('Tab');
  assert.equal(await page.evaluate(() => document.activeElement.getAttribute('aria-label')), 'Find fields');
  browser.expectClean();
});

test('J17 logs, loaded', async () => {
  await inBothThemes('groups', open('/logs', 'table[aria-label="Log groups"]'));
  await inBothThemes('group', open('/logs/group/cruddur', '.results[data-state=done] .log-row'));
  await inBothThemes('group, wrapped', open('/logs/group/cruddur?wrap=1', '.results[data-state=done] .log-row'));
  await inBothThemes('group, empty', open('/logs/group/empty', '.empty-state'));
  await inBothThemes('group, nothing matches', open('/logs/group/cruddur?filter=nosuchword', '.empty-state'));
  await inBothThemes('insights', open(insightsPath, '.insights-results[data-state=done] table'));
  await inBothThemes('send', open('/send?sdk=cloudwatch', '.live-line'));
  await inBothThemes('log lines of a trace', open(`/trace/${traceId}?view=logs`, '.log-row'));
  browser.expectClean();
});

test('J17 logs: details, context, highlights, overlays', async () => {
  await inBothThemes('details', async () => {
    await open('/logs/group/cruddur', '.results[data-state=done] .log-row')();
    await page.locator('.log-row').filter({ hasText: 'KeyError' }).click();
    await page.locator('.log-details').getByText('"route"').waitFor();
  });
  await inBothThemes('context', async () => {
    await open('/logs/group/cruddur', '.results[data-state=done] .log-row')();
    await page.locator('.log-row').filter({ hasText: 'KeyError' }).focus();
    await page.keyboard.press('c');
    await page.locator('.log-row.marked').waitFor();
  });
  await inBothThemes('tail', async () => {
    await open('/logs/tail?groups=cruddur,empty&hl=GET,error,warn,status,user', '.live-dot.running')();
    await putLines(server.base, 'cruddur', 'web-1', Array.from({ length: 40 }, (_, n) => appLine(n)));
    await page.locator('.log-row').first().waitFor();
    await page.keyboard.press('Space');
    await page.waitForSelector('.tail-pill');
  });
  const overlays = [
    ['/logs', 'Create log group', 'dialog[open]'],
    ['/logs', /^Retention of cruddur/, '[role=menu]'],
    [insightsPath, /^Log groups/, '.group-picker'],
    [insightsPath, 'Templates', '[role=menu]'],
    [insightsPath, 'History', 'dialog[open] li'],
    [insightsPath, 'Saved queries', 'dialog[open]'],
    [insightsPath, 'Save query', 'dialog[open]'],
  ];
  for (const [path, name, state] of overlays) {
    await inBothThemes(String(name), async () => {
      await page.goto(path);
      await page.getByRole('button', { name }).first().click();
      await page.waitForSelector(state);
    });
  }
  browser.expectClean();
});

test('J17 logs: mistakes', async () => {
  const wrong = encodeURIComponent('{ $.status >= }');
  await inBothThemes('bad pattern', open(`/logs/group/cruddur?filter=${wrong}`, '.filter-problem'));
  await inBothThemes('bad pattern of a tail', open(`/logs/tail?groups=cruddur&filter=${wrong}`, '.filter-problem'));
  await inBothThemes('bad query', open('/logs/insights?groups=cruddur&q=stats%20cuont(x)', '.error-card'));
  browser.expectClean(/status of 400/);
});

test('J17 at 320 px nothing of the logs scrolls sideways but tables and code', async () => {
  await page.setViewportSize({ width: 320, height: 700 });
  for (const path of ['/logs', '/logs/group/cruddur', '/logs/tail?groups=cruddur', insightsPath]) {
    await page.goto(path);
    await page.waitForTimeout(500);
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    assert.ok(overflow <= 0, `${path.slice(0, 30)} is ${overflow} px too wide`);
  }
  await page.setViewportSize({ width: 1440, height: 900 });
});
