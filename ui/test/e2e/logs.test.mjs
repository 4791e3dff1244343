// SPDX-License-Identifier: Apache-2.0
// J7: log groups, their lines, context and live tail.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openBrowser } from './browser.mjs';
import { appLine, callLogs, makeStreams, putLines } from './cwlogs.mjs';
import { newId } from './otlp.mjs';
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

const rows = () => page.getByRole('table', { name: 'Log events' }).locator('[data-id]');
const row = (text) => rows().filter({ hasText: text }).first();
const listed = () => page.waitForSelector('.results[data-state=done]');

async function messages() {
  const found = await rows().evaluateAll((all) =>
    all.map((one) => [Number(one.dataset.index), one.querySelector('.log-message').textContent]),
  );
  return found.sort(([a], [b]) => a - b).map(([, text]) => text);
}

test('J7 a new group appears with its stream and its events in order', async () => {
  await page.goto('/logs');
  await page.getByRole('heading', { name: 'No logs have arrived yet' }).waitFor();
  await makeStreams(server.base, 'cruddur', ['web-1']);
  await putLines(server.base, 'cruddur', 'web-1', ['INFO first', 'WARN second', 'ERROR third']);
  await page.getByRole('button', { name: 'Refresh' }).click();
  const groups = page.getByRole('table', { name: 'Log groups' });
  await groups.getByRole('link', { name: 'cruddur', exact: true }).click();
  await page.waitForURL('**/logs/group/cruddur');
  await listed();
  await page.getByRole('navigation', { name: 'Log streams' }).getByRole('button', { name: /^web-1/ }).waitFor();
  assert.deepEqual(await messages(), ['ERROR third', 'WARN second', 'INFO first']);
  await page.getByRole('button', { name: 'Oldest first' }).click();
  await page.waitForURL('**order=oldest**');
  await listed();
  assert.deepEqual(await messages(), ['INFO first', 'WARN second', 'ERROR third']);
  browser.expectClean();
});

test('retention is set where it is read, and the API knows', async () => {
  await page.getByRole('button', { name: /^Retention of cruddur/ }).click();
  await page.getByRole('menuitemradio', { name: '7 days', exact: true }).click();
  await page.getByRole('button', { name: 'Retention of cruddur: 7 days' }).waitFor();
  const { logGroups } = await callLogs(server.base, 'DescribeLogGroups', {});
  assert.equal(logGroups[0].retentionInDays, 7);
});

test('patterns, levels and streams narrow the lines; every state is an address', async () => {
  await callLogs(server.base, 'CreateLogStream', { logGroupName: 'cruddur', logStreamName: 'web-2' });
  await putLines(server.base, 'cruddur', 'web-2', [
    JSON.stringify({ level: 'error', status: 500, user: { id: 'bob' } }),
    JSON.stringify({ level: 'info', status: 200, user: { id: 'alice' } }),
  ]);
  await page.goto('/logs/group/cruddur');
  await listed();
  const box = page.getByRole('searchbox', { name: 'Filter pattern' });
  await box.fill('{ $.status >= 500 }');
  await box.press('Enter');
  await page.waitForURL('**filter=**');
  await row('"bob"').waitFor();
  await page.waitForFunction(() => document.querySelectorAll('.log-row').length === 1);
  await page.reload();
  await row('"bob"').waitFor();
  assert.equal(await rows().count(), 1);
  await box.fill('');
  await box.press('Enter');
  await page.getByRole('group', { name: 'Levels' }).getByRole('button', { name: 'error' }).click();
  await page.waitForURL('**level=error**');
  await page.waitForFunction(() => document.querySelectorAll('.log-row').length === 2);
  await page.goBack();
  await page.waitForFunction(() => document.querySelectorAll('.log-row').length === 5);
  browser.expectClean();
});

test('a bad pattern is pointed at, the lines stay, and text is one click away', async () => {
  const box = page.getByRole('searchbox', { name: 'Filter pattern' });
  await box.fill('{ $.status >= }');
  await box.press('Enter');
  const problem = page.getByRole('alert');
  await problem.waitFor();
  assert.match(await problem.textContent(), /expected a value at position 14/);
  assert.equal(await problem.locator('mark').textContent(), '}');
  assert.equal(await rows().count(), 5);
  await problem.getByRole('button', { name: 'Search for it as text' }).click();
  await page.getByRole('heading', { name: 'No lines match here' }).waitFor();
  await page.getByRole('button', { name: 'Show all lines' }).click();
  await page.waitForFunction(() => document.querySelectorAll('.log-row').length === 5);
  browser.expectClean(/status of 400/);
});

test('an opened line shows its fields, each with its menu, and filters by them', async () => {
  await row('"bob"').click();
  const details = row('"bob"').locator('.log-details');
  await details.getByText('"status": 500').waitFor();
  await details.getByRole('button', { name: 'bob', exact: true }).click();
  await page.getByRole('menuitem', { name: 'Only lines with this value' }).click();
  await page.waitForURL('**filter=**');
  assert.equal(new URL(page.url()).searchParams.get('filter'), '{ $.user.id = "bob" }');
  await page.waitForFunction(() => document.querySelectorAll('.log-row').length === 1);
});

test('thousands of lines load on while scrolling, each once and in order', async () => {
  await makeStreams(server.base, 'long', ['a']);
  const from = Date.now() - 3_600_000;
  await putLines(server.base, 'long', 'a', Array.from({ length: 4000 }, (_, n) => [from + n * 500, `line ${n} ${appLine(n)}`]));
  await page.goto('/logs/group/long?stream=a');
  await listed();
  assert.match((await messages())[0], /^line 3999 /);
  for (let end = 0; end < 40; end += 1) {
    await page.locator('.log-scroll').evaluate((box) => box.scrollTo(0, box.scrollHeight));
    await page.waitForTimeout(100);
    if (await page.getByText('That is the first line of this selection.').count()) break;
  }
  await page.locator('.log-scroll').evaluate((box) => box.scrollTo(0, box.scrollHeight));
  await page.getByText('4,000 lines loaded').waitFor();
  await row(/^.*line 0 /).waitFor();
  assert.ok((await rows().count()) < 100, 'only rows in view are in the document');
  const numbers = (await messages()).map((text) => Number(/^line (\d+)/.exec(text)[1]));
  assert.deepEqual(numbers, [...numbers].sort((a, b) => b - a));
  browser.expectClean();
});

test('context: the lines around one, growing both ways, at an address of its own', async () => {
  await page.goto('/logs/group/long?stream=a&filter=%22line%202000%20%22');
  await row('line 2000 ').locator('.log-toggle').click();
  await row('line 2000 ').getByRole('link', { name: 'Show lines around' }).click();
  await page.waitForURL('**at=**');
  await page.getByText(/^Lines around \d/).waitFor();
  const marked = page.locator('.log-row.marked');
  assert.match(await marked.textContent(), /line 2000 /);
  assert.match((await messages()).join('\n'), /line 2001 [\s\S]*line 2000 [\s\S]*line 1999 /);
  // What is read stays in place while newer lines come above it.
  await page.locator('.log-scroll').evaluate((box) => box.scrollTo(0, 0));
  await page.waitForFunction(() => document.querySelector('.log-scroll').scrollTop > 1000);
  await row('line 2060 ').waitFor();
  // Page by page, until the newest are there.
  await page.waitForFunction(() => {
    document.querySelector('.log-scroll').scrollTo(0, 0);
    const newest = document.querySelector('.log-row[data-index="0"] .log-message')?.textContent;
    return Number(/^line (\d+)/.exec(newest)?.[1]) > 2500;
  });
  await page.reload();
  await marked.waitFor();
  await page.getByRole('button', { name: 'Back to all lines' }).click();
  await page.waitForURL((url) => !url.searchParams.has('at'));
});

test('dragging over the histogram zooms into that time', async () => {
  await page.goto('/logs/group/long');
  const chart = page.getByRole('figure', { name: 'Log events over time' }).locator('.log-histogram');
  const box = await chart.boundingBox();
  await page.mouse.move(box.x + box.width * 0.6, box.y + 20);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * 0.7, box.y + 20, { steps: 4 });
  await page.mouse.up();
  await page.waitForURL(/t=\d+\.\.\d+/);
  const [, from, to] = /t=(\d+)\.\.(\d+)/.exec(page.url());
  assert.ok(Math.abs(to - from - 720_000) < 60_000, `${to - from}`);
});

test('colours, foreign scripts, markup, and 200 KB of text', async () => {
  await makeStreams(server.base, 'odd', ['s']);
  const markup = 'שלום 👩‍👩‍👧 مرحبا <script>document.title="broken"</script><img src=x onerror=alert(1)>';
  await putLines(server.base, 'odd', 's', ['\x1b[31mred\x1b[0m plain', markup, `big ${'x'.repeat(200 * 1024)} end`]);
  await page.goto('/logs/group/odd');
  await listed();
  assert.equal(await page.locator('.log-message .ansi-1').textContent(), 'red');
  assert.equal(await row('שלום').locator('.log-message').textContent(), markup);
  assert.equal(await page.locator('.log-message img, .log-message script').count(), 0);
  await row('big').click();
  const whole = row('big').getByRole('button', { name: /Show all 200 KiB/ });
  await whole.waitFor();
  assert.ok((await row('big').locator('pre').textContent()).length < 5000);
  await whole.click();
  assert.match(await row('big').locator('pre').textContent(), /x end$/);
  assert.notEqual(await page.title(), 'broken');
  browser.expectClean();
});

test("a line's trace is one click away", async () => {
  const traceId = newId(16);
  await putLines(server.base, 'odd', 's', [`ERROR request failed trace_id=${traceId}`]);
  await page.goto('/logs/group/odd');
  await row('request failed').getByRole('link', { name: /^trace / }).click();
  await page.waitForURL(`**/trace/${traceId}`);
});

test('J7 live tail: lines arrive, pause holds them, highlights stand out', async () => {
  await page.goto('/logs/group/cruddur');
  await page.getByRole('link', { name: 'Tail' }).click();
  await page.waitForURL('**/logs/tail?**');
  await page.getByText('following').waitFor();
  await page.getByRole('textbox', { name: 'Highlight a term' }).fill('pay');
  await page.keyboard.press('Enter');
  await putLines(server.base, 'cruddur', 'web-1', ['one', 'two pay', 'three', 'four', 'five']);
  await row('five').waitFor();
  assert.deepEqual(await messages(), ['one', 'two pay', 'three', 'four', 'five']);
  assert.equal(await page.locator('mark.term-0').textContent(), 'pay');
  await page.getByRole('button', { name: 'Pause tail' }).click();
  await putLines(server.base, 'cruddur', 'web-1', ['six', 'seven']);
  await page.getByRole('button', { name: /^2 new/ }).waitFor();
  assert.equal(await rows().count(), 5);
  await page.getByRole('button', { name: 'Start tail' }).click();
  await row('seven').waitFor();
  browser.expectClean();
});

test('a tail pauses when somebody scrolls up to read', async () => {
  await putLines(server.base, 'cruddur', 'web-1', Array.from({ length: 200 }, (_, n) => `filler ${n}`));
  await row('filler 199').waitFor();
  await page.locator('.log-scroll').hover();
  await page.mouse.wheel(0, -600);
  await page.getByRole('button', { name: 'Start tail' }).waitFor();
  await putLines(server.base, 'cruddur', 'web-1', ['while reading']);
  await page.getByRole('button', { name: /^1 new/ }).click();
  await row('while reading').waitFor();
  await page.getByRole('button', { name: 'Pause tail' }).waitFor();
  browser.expectClean();
});

test('log groups are created, found by the palette, and deleted', async () => {
  await page.goto('/logs');
  await page.getByRole('button', { name: 'Create log group' }).click();
  await page.getByLabel('Name').fill('made-here');
  await page.keyboard.press('Enter');
  await page.getByRole('link', { name: 'made-here', exact: true }).waitFor();
  await page.keyboard.press('Control+k');
  await page.getByRole('combobox', { name: 'Search or jump' }).fill('made-h');
  await page.getByRole('option', { name: /made-here/ }).waitFor();
  await page.keyboard.press('Enter');
  await page.waitForURL('**/logs/group/made-here');
  await page.getByRole('heading', { name: 'Nothing has been written to this group yet' }).waitFor();
  await page.getByRole('button', { name: 'More actions' }).click();
  await page.getByRole('menuitem', { name: /Delete log group/ }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
  await page.waitForURL('**/logs');
  await page.getByRole('table', { name: 'Log groups' }).waitFor();
  assert.equal(await page.getByRole('link', { name: 'made-here', exact: true }).count(), 0);
  browser.expectClean();
});

test('Send data: a test event for the Logs API arrives and leads to its lines', async () => {
  await page.goto('/send?sdk=cloudwatch');
  await page.getByRole('button', { name: 'Send test event' }).click();
  await page.getByRole('link', { name: 'Show the lines' }).click();
  await page.waitForURL('**/logs/group/tracery-test');
  await row('user not found').waitFor();
  assert.equal(await rows().count(), 3);
  browser.expectClean();
});
