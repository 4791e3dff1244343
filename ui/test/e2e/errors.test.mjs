// SPDX-License-Identifier: Apache-2.0
// J6: an error is reported, seen, resolved, and comes back; by mouse and by keyboard alone.

import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import { openBrowser } from './browser.mjs';
import { newId, requestTrace, sendSpans } from './otlp.mjs';
import { browserError, createProject, flaskError, goError, messageItem, sendDeploy, sendItem } from './rollbar_items.mjs';
import { startServer } from './server.mjs';

let server;
let browser;
let page;

before(async () => {
  server = await startServer();
  browser = await openBrowser(server.base);
  page = browser.page;
});

afterEach(() => browser.expectClean());

after(async () => {
  await browser?.close();
  await server?.stop();
});

const rows = () => page.locator('tr[data-item-counter]');
const row = (counter) => page.locator(`tr[data-item-counter="${counter}"]`);

/** Sends a failed request's trace and the error in it; gives the trace and the span that failed. */
async function failingRequest(token, more = {}) {
  const spans = requestTrace({ agoMs: 1000, error: true });
  await sendSpans(server.base, spans);
  const { traceId } = spans[0];
  await sendItem(server.base, flaskError({ traceId, ...more }), token);
  return { traceId, spanId: spans[1].spanId };
}

async function project(name) {
  const token = await createProject(server.base, name);
  return { name, token, inbox: `/errors?project=${name}` };
}

async function items(name) {
  const answer = await fetch(`${server.base}/ui/api/v1/errors?project=${name}`);
  return (await answer.json()).items;
}

test('J6 an error is seen, leads to its span, is resolved and comes back', async () => {
  const { name, token, inbox } = await project('backend-flask');
  await page.goto(inbox);
  await page.getByRole('heading', { name: /No items match|Nothing is broken|No errors/ }).waitFor();
  const { spanId } = await failingRequest(token);

  // The list shows it by itself.
  const first = row(1);
  await first.waitFor({ timeout: 2500 });
  assert.match(await first.innerText(), /error[\s\S]*KeyError: 'user_handle'/);
  assert.deepEqual((await items(name)).map((item) => item.occurrences), [1]);

  await first.getByRole('link', { name: "KeyError: 'user_handle'" }).click();
  await page.waitForURL('**/errors/1?project=backend-flask');
  await page.getByRole('tab', { name: 'Traceback' }).waitFor();
  const heads = await page.locator('.frame-head').allInnerTexts();
  assert.match(heads[0], /services\/home_activities\.py:34\s*in\s*run/);
  assert.match(heads[1], /app\.py:71\s*in\s*data_home/);
  assert.match(heads[2], /2 library frames/);
  assert.match(await page.locator('.code-line.here').first().innerText(), /34\s+user = claims\['user_handle'\]/);
  assert.deepEqual(await page.locator('.exception h2').allInnerTexts().then((all) => all.map((text) => text.split(/\s/)[0])), ['KeyError', 'TokenVerifyError']);
  await page.getByText('now', { exact: true }).first().waitFor();

  await page.getByLabel('Newest first').uncheck();
  assert.match((await page.locator('.frame-head').allInnerTexts())[0], /2 library frames/);
  await page.getByLabel('Newest first').check();
  await page.getByLabel('In-app frames only').uncheck();
  assert.equal(await page.locator('.exception').first().locator('.frame[data-in-app=false]').count(), 2);
  await page.getByLabel('In-app frames only').check();

  await page.getByRole('link', { name: 'Open trace' }).click();
  const selected = page.locator('.span-row.selected');
  await page.waitForFunction((id) => document.querySelector('.span-row.selected')?.dataset.spanId === id, spanId);
  assert.match(await selected.locator('.span-tag.reported').innerText(), /#1/);
  await page.getByRole('tab', { name: 'Errors' }).waitFor();
  await page.getByRole('complementary', { name: 'Span details' }).getByRole('link', { name: /#1 KeyError/ }).click();
  await page.waitForURL('**/errors/1?project=backend-flask&occ=*');

  await page.getByRole('button', { name: 'Resolve' }).click();
  await page.getByRole('button', { name: 'Reopen' }).waitFor();
  await page.goto(inbox);
  await page.getByRole('heading', { name: 'No items match here' }).waitFor();
  await page.goto(`${inbox}&status=resolved`);
  await row(1).waitFor();

  await failingRequest(token);
  await page.goto(inbox);
  await row(1).waitFor();
  assert.match(await row(1).innerText(), /reactivated/);
  await row(1).getByRole('link').first().click();
  await page.getByText('2 in all').waitFor();
  await page.getByText('Happened again').waitFor();
});

test('J6 J16 by keyboard alone', async () => {
  const { name, token, inbox } = await project('keyboard');
  await failingRequest(token);
  await sendItem(server.base, messageItem('queue is full'), token);
  await page.goto('/');
  await page.locator('[data-state=done]').waitFor();
  await page.keyboard.press('g');
  await page.keyboard.press('e');
  await page.waitForURL('**/errors');
  await page.locator('.item-table').waitFor();
  await page.goto(inbox);
  await row(2).waitFor();

  await page.keyboard.press('j');
  await page.waitForFunction(() => document.activeElement?.dataset?.itemCounter === '2');
  await page.keyboard.press('j');
  await page.waitForFunction(() => document.activeElement?.dataset?.itemCounter === '1');
  await page.keyboard.press('m');
  await page.waitForFunction(() => !document.querySelector('tr[data-item-counter="1"]'));
  await page.waitForFunction(() => document.activeElement?.dataset?.itemCounter === '2');
  await page.keyboard.press('z');
  await row(1).waitFor();
  await page.keyboard.press('k');
  await page.keyboard.press('x');
  await page.keyboard.press('e');
  await page.waitForFunction(() => document.querySelectorAll('tr[data-item-counter]').length === 1);
  assert.equal((await items(name)).filter(({ status }) => status === 'resolved').length, 1);

  // The one that is left, from within.
  await page.waitForFunction(() => document.activeElement?.matches?.('tr[data-item-counter]'));
  await page.keyboard.press('Enter');
  await page.waitForURL('**/errors/*?project=keyboard');
  await page.getByRole('button', { name: 'Resolve' }).waitFor();
  await page.keyboard.press('e');
  await page.getByRole('button', { name: 'Reopen' }).waitFor();
  await page.keyboard.press('z');
  await page.getByRole('button', { name: 'Resolve' }).waitFor();
});

test('several at once: resolved, undone, assigned, merged, split', async () => {
  const { name, token, inbox } = await project('bulk');
  for (const text of ['disk is slow', 'cache is cold', 'mail is late', 'job was lost']) {
    await sendItem(server.base, messageItem(text), token);
  }
  await page.goto(inbox);
  await row(4).waitFor();
  await row(4).getByRole('checkbox').click();
  await row(2).getByRole('checkbox').click({ modifiers: ['Shift'] });
  const bar = page.getByRole('toolbar', { name: 'Selected items' });
  await bar.getByText('3 selected').waitFor();
  await bar.getByRole('button', { name: 'Resolve' }).click();
  await page.waitForFunction(() => document.querySelectorAll('tr[data-item-counter]').length === 1);
  await page.getByRole('button', { name: 'Undo' }).click();
  await page.waitForFunction(() => document.querySelectorAll('tr[data-item-counter]').length === 4);

  await page.getByRole('checkbox', { name: 'Select all items shown' }).click();
  await bar.getByRole('button', { name: 'Assign' }).click();
  await page.getByRole('menuitem', { name: /Somebody new/ }).click();
  await page.getByLabel('Name').fill('andrew');
  await page.getByRole('dialog').getByRole('button', { name: 'Assign' }).click();
  await row(1).getByText('andrew').waitFor();
  assert.ok((await items(name)).every(({ assignee }) => assignee?.name === 'andrew'));

  await page.getByRole('checkbox', { name: 'Select all items shown' }).click();
  await row(1).getByRole('checkbox').click();
  await row(2).getByRole('checkbox').click();
  await bar.getByRole('button', { name: 'Merge…' }).click();
  await page.getByRole('dialog').getByLabel(/#1 disk is slow/).check();
  await page.getByRole('dialog').getByRole('button', { name: 'Merge' }).click();
  await page.waitForFunction(() => document.querySelectorAll('tr[data-item-counter]').length === 3);

  await row(1).getByRole('link').first().click();
  await page.getByRole('button', { name: 'Split off cache is cold' }).click();
  await page.waitForFunction(() => !document.querySelector('.fingerprints'));
  assert.equal((await items(name)).length, 4);
});

test('the inbox is filtered, searched and sorted by its address', async () => {
  const { token, inbox } = await project('filters');
  await sendItem(server.base, browserError(), token);
  await sendItem(server.base, browserError(), token);
  await sendItem(server.base, goError(), token);
  await sendItem(server.base, messageItem('zebra crossing'), token);
  await page.goto(inbox);
  await row(3).waitFor();

  await page.getByRole('button', { name: /^Level:/ }).click();
  await page.getByRole('dialog', { name: 'Level' }).getByText('critical').click();
  await page.waitForURL('**level=critical**');
  await page.waitForFunction(() => document.querySelectorAll('tr[data-item-counter]').length === 1);
  assert.match(await rows().innerText(), /TypeError/);
  await page.keyboard.press('Escape');
  await page.goBack();
  await page.waitForFunction(() => document.querySelectorAll('tr[data-item-counter]').length === 3);

  await page.getByRole('columnheader', { name: 'Occurrences' }).getByRole('button').click();
  await page.waitForURL('**sort=count**');
  await page.waitForFunction(() => document.querySelector('tr[data-item-counter]')?.dataset.itemCounter === '1');
  await page.getByRole('columnheader', { name: 'Occurrences' }).getByRole('button').click();
  await page.waitForURL('**sort=-count**');

  await page.keyboard.press('/');
  await page.keyboard.type('zebra');
  await page.waitForURL('**q=zebra**');
  await page.waitForFunction(() => document.querySelectorAll('tr[data-item-counter]').length === 1);
  await page.getByRole('status').getByText('1 item').first().waitFor();
  await page.reload();
  await row(3).waitFor();
  assert.equal(await page.getByRole('searchbox', { name: 'Search items' }).inputValue(), 'zebra');
  await page.getByRole('searchbox', { name: 'Search items' }).fill('no such thing');
  await page.getByRole('heading', { name: 'No items match here' }).waitFor();
  await page.getByRole('button', { name: 'Clear filters' }).click();
  await rows().filter({ hasText: 'zebra' }).getByRole('button', { name: 'filters' }).click();
  await page.getByRole('menuitem', { name: 'Errors of this project' }).click();
  await page.waitForURL('**project=filters**');
});

test('an item tells who, where and what was sent, and takes notes', async () => {
  const { token } = await project('details');
  await sendItem(server.base, flaskError({ person: 'u-1' }), token);
  await sendItem(server.base, flaskError({ person: 'u-2', code_version: '51aa' }), token);
  await sendDeploy(server.base, { environment: 'production', revision: '51aa', local_username: 'andrew' }, token);
  await sendDeploy(server.base, { environment: 'staging', revision: '60bb' }, token);
  await page.goto('/errors/1?project=details');
  const mark = page.getByRole('list', { name: 'Marks' }).getByRole('listitem');
  await mark.getByText('deploy of 51aa by andrew').waitFor();
  assert.equal(await mark.count(), 1, 'those of its environment');
  await page.getByText('2 people').waitFor();
  await page.getByRole('region', { name: 'Telemetry' }).getByText('GET http://cognito/keys 502').waitFor();
  await page.getByRole('region', { name: 'Request' }).getByRole('button', { name: 'GET', exact: true }).click();
  await page.getByRole('menuitem', { name: 'Filter to this value' }).waitFor();
  await page.keyboard.press('Escape');

  await page.keyboard.press('[');
  await page.waitForURL('**occ=*');
  await page.locator('.occurrence-bar').getByText('u-1').waitFor();
  await page.keyboard.press(']');
  await page.locator('.occurrence-bar').getByText('u-2').waitFor();

  await page.getByRole('tab', { name: 'Occurrences' }).click();
  await page.waitForFunction(() => document.querySelectorAll('tr[data-occurrence-id]').length === 2);
  await page.locator('tr[data-occurrence-id]').last().getByRole('link').first().click();
  await page.locator('.occurrence-bar').getByText('u-1').waitFor();
  await page.getByRole('tab', { name: 'People / hosts / browsers' }).click();
  await page.getByRole('region', { name: 'Versions' }).getByText('51aa').waitFor();
  await page.getByRole('tab', { name: 'Raw JSON' }).click();
  const sent = JSON.parse(await page.locator('.raw-json').innerText());
  assert.equal(sent.body.trace_chain.length, 2);

  await page.getByLabel('Add a note').fill('see the runbook <b>');
  await page.keyboard.press('Control+Enter');
  await page.getByRole('region', { name: 'Notes' }).getByText('see the runbook <b>').waitFor();
  await page.getByRole('button', { name: 'Delete note' }).click();
  await page.waitForFunction(() => !document.querySelector('.notes li'));

  await page.getByRole('button', { name: 'More actions' }).click();
  await page.getByRole('menuitem', { name: 'Rename…' }).click();
  await page.getByLabel('Title').fill('Home fails for guests');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { level: 1, name: /Home fails for guests/ }).waitFor();
  await page.getByRole('button', { name: 'More actions' }).click();
  await page.getByRole('menuitem', { name: 'Resolve in a version…' }).click();
  await page.getByLabel('Version that has the fix').fill('60bb');
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Reopen' }).waitFor();
  await page.getByText('Resolved in 60bb').first().waitFor();

  await page.getByRole('link', { name: 'Logs around' }).click();
  await page.waitForURL('**/query/__all__?query=*tab=events*');
});

test('J14 texts of any kind are shown as they are', async () => {
  const { token } = await project('texts');
  const title = '<script>alert(1)</script> 👋 שלום';
  await sendItem(server.base, messageItem(title), token);
  const long = 'x'.repeat(300_000);
  await sendItem(server.base, { ...messageItem('long'), custom: { long, deep: { list: Array.from({ length: 300 }, (_, i) => i) } } }, token);
  await page.goto('/errors/1?project=texts');
  await page.locator('.item-message').getByText(title).waitFor();
  await page.goto('/errors/2?project=texts');
  await page.getByText('298,000 more characters').waitFor();
  await page.getByRole('tab', { name: 'Raw JSON' }).click();
  await page.getByRole('button', { name: /^Show all/ }).click();
  assert.ok((await page.locator('.raw-json').innerText()).length > 300_000);
});

test('J15 links of Rollbar, numbers and uuids lead to the item', async () => {
  const { token } = await project('linked');
  const uuid = await sendItem(server.base, flaskError(), token);
  const { last_occurrence_id: occurrence } = (await items('linked'))[0];
  for (const [from, to] of [
    ['/acme/linked/items/1/', /^\/errors\/1\?project=linked$/],
    [`/acme/linked/items/1/occurrences/${occurrence}/`, new RegExp(`^/errors/1\\?project=linked&occ=${occurrence}$`)],
    [`/item/uuid/?uuid=${uuid}`, new RegExp(`^/errors/1\\?project=linked&occ=${occurrence}$`)],
    [`/occurrence/uuid/?uuid=${uuid}`, new RegExp(`^/errors/1\\?project=linked&occ=${occurrence}$`)],
    ['/acme/linked/items/', /^\/errors\?project=linked$/],
  ]) {
    await page.goto(from);
    await page.waitForFunction((pattern) => new RegExp(pattern).test(location.pathname + location.search), to.source);
  }
  await page.goto('/errors/1');
  await page.getByText('Several projects have an item with this number.').waitFor();
  await page.getByRole('link', { name: /linked/ }).click();
  await page.waitForURL('**/errors/1?project=linked');

  await page.keyboard.press('Control+k');
  await page.keyboard.type('#1');
  await page.getByRole('option', { name: /KeyError.*linked/ }).click();
  await page.waitForURL('**/errors/1?project=linked');
  await page.keyboard.press('Control+k');
  await page.keyboard.type(uuid);
  await page.getByRole('option', { name: /Open occurrence/ }).waitFor();
  await page.keyboard.press('Enter');
  await page.waitForURL(`**/errors/1?project=linked&occ=${occurrence}`);
});

test('an item nobody has is said not to be there', async () => {
  await page.goto('/errors/4711');
  await page.getByRole('heading', { name: 'No such item' }).waitFor();
  await page.goto(`/errors/find?uuid=${'0'.repeat(8)}-0000-4000-8000-${'0'.repeat(12)}`);
  await page.getByRole('heading', { name: 'No such occurrence' }).waitFor();
  browser.expectClean(/404/);
});

test('exceptions of OpenTelemetry alone are items too, at the span that had them', async () => {
  const traceId = newId(16);
  const spanId = newId(8);
  const nowNs = BigInt(Date.now()) * 1_000_000n;
  const attribute = (key, value) => ({ key, value: { stringValue: value } });
  const span = {
    traceId, spanId, name: 'GET /otel', kind: 2, status: { code: 2 },
    startTimeUnixNano: String(nowNs - 5_000_000n), endTimeUnixNano: String(nowNs),
    events: [{
      name: 'exception', timeUnixNano: String(nowNs - 1_000_000n),
      attributes: [
        attribute('exception.type', 'NameError'),
        attribute('exception.message', "name 'reply' is not defined"),
        attribute('exception.stacktrace', 'Traceback (most recent call last):\n  File "/srv/app.py", line 71, in home\n    data()\nNameError: name \'reply\' is not defined\n'),
      ],
    }],
  };
  const body = {
    resourceSpans: [{
      resource: { attributes: [attribute('service.name', 'otel-only')] },
      scopeSpans: [{ spans: [span] }],
    }],
  };
  await fetch(`${server.base}/v1/traces`, {
    method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body),
  });
  await page.goto('/errors?project=otel-only');
  await row(1).getByText('OTel', { exact: true }).waitFor();
  await row(1).getByRole('link').first().click();
  await page.locator('.frame-head').getByText('/srv/app.py:71').waitFor();
  await page.getByRole('link', { name: 'Open trace' }).click();
  await page.waitForFunction((id) => document.querySelector('.span-row.selected .span-tag.reported')?.closest('.span-row').dataset.spanId === id, spanId);
  await page.getByRole('button', { name: '1', exact: true }).first().waitFor();
});

test('the guide for Rollbar sends a real error within a trace', async () => {
  await page.goto('/send?sdk=rollbar');
  await page.getByRole('button', { name: 'Project' }).click();
  await page.getByRole('menuitem', { name: /New project/ }).click();
  await page.getByLabel(/^Name/).fill('guided');
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Project guided' }).waitFor();
  const answer = await (await fetch(`${server.base}/ui/api/v1/errors/projects`)).json();
  const { tokens } = answer.projects.find((each) => each.name === 'guided');
  const token = tokens.find(({ scopes }) => scopes.includes('post_server_item')).token;
  assert.ok((await page.locator('.snippet pre').first().innerText()).includes(token));
  await page.getByRole('button', { name: 'Send test error' }).click();
  await page.getByRole('link', { name: 'Open the test error' }).click();
  await page.waitForURL('**/errors/1?project=guided&occ=*');
  await page.getByRole('link', { name: 'Open trace' }).click();
  await page.locator('.span-row.selected .span-tag.reported').waitFor();
});

test('home shows the newest errors', async () => {
  await page.goto('/');
  await page.getByRole('region', { name: 'Newest errors' }).getByRole('link', { name: /LookupError/ }).click();
  await page.waitForURL('**/errors/1?project=guided');
});
