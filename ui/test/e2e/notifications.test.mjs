// SPDX-License-Identifier: Apache-2.0
// Rules about who is told of errors: made, tried, changed and deleted, by keyboard and by mouse.

import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { after, afterEach, before, test } from 'node:test';
import { expectAccessible, openBrowser } from './browser.mjs';
import { createProject, messageItem, sendItem } from './rollbar_items.mjs';
import { startServer } from './server.mjs';

let server;
let browser;
let page;
let hook;

/** A web server that keeps what it is posted; `next` gives the oldest that was not taken yet. */
async function startHook() {
  const posted = [];
  const waiting = [];
  const listener = createServer((request, response) => {
    let text = '';
    request.on('data', (chunk) => (text += chunk));
    request.on('end', () => {
      posted.push(JSON.parse(text));
      waiting.shift()?.();
      response.end();
    });
  });
  await new Promise((resolve) => listener.listen(0, '127.0.0.1', resolve));
  const next = async () => {
    if (posted.length === 0) await new Promise((resolve) => waiting.push(resolve));
    return posted.shift();
  };
  return { url: `http://127.0.0.1:${listener.address().port}/hook`, next, stop: () => listener.close() };
}

before(async () => {
  server = await startServer();
  hook = await startHook();
  browser = await openBrowser(server.base);
  page = browser.page;
});

afterEach(() => browser.expectClean());

after(async () => {
  await browser?.close();
  await server?.stop();
  hook?.stop();
});

/** Presses Tab until the focused element's label or text matches. */
async function tabTo(pattern, limit = 60) {
  for (let i = 0; i < limit; i += 1) {
    await page.keyboard.press('Tab');
    const name = await page.evaluate(() => {
      const element = document.activeElement;
      return element?.getAttribute('aria-label') ?? element?.labels?.[0]?.textContent?.trim() ?? element?.textContent?.trim() ?? '';
    });
    if (pattern.test(name)) return;
  }
  assert.fail(`Tab never reached ${pattern}`);
}

const table = () => page.getByRole('table', { name: 'Notification rules' });

test('without a project there is nothing to tell of', async () => {
  await page.goto('/settings/notifications');
  await page.getByRole('heading', { name: 'No projects yet' }).waitFor();
  assert.ok(await page.getByRole('button', { name: 'New rule' }).isDisabled());
});

test('a rule is made by keyboard alone, and an error is told', async () => {
  const token = await createProject(server.base, 'shop');
  await page.goto('/settings/notifications');
  await table().waitFor();
  await tabTo(/^New rule/);
  await page.keyboard.press('Enter');
  await page.getByRole('dialog', { name: 'New rule' }).waitFor();
  await tabTo(/^Level, at least/);
  await page.keyboard.press('End');
  await tabTo(/^To$/);
  await page.keyboard.type('no address');
  await page.keyboard.press('Enter');
  await page.getByText('an http or https address').waitFor();
  await page.getByRole('textbox', { name: 'To' }).focus();
  await page.keyboard.press('Control+a');
  await page.keyboard.type(hook.url);
  await tabTo(/^Send a test/);
  await page.keyboard.press('Enter');
  await page.getByText('A test message was delivered.').waitFor();
  assert.equal((await hook.next()).event_name, 'test');
  await tabTo(/^Create rule/);
  await page.keyboard.press('Enter');
  await table().getByText('A new item').waitFor();

  await sendItem(server.base, messageItem('cart is empty'), token);
  const { event_name, data } = await hook.next();
  assert.equal(event_name, 'new_item');
  assert.equal(data.item.title, 'cart is empty');
  await page.goto(data.item.url);
  await page.getByRole('heading', { name: /cart is empty/ }).waitFor();
});

test('a rule is changed, tried in vain, and deleted', async () => {
  await page.goto('/settings/notifications');
  await table().getByText(/1 sent/).waitFor();
  await table().getByRole('button', { name: /^Edit the rule/ }).click();
  await page.getByRole('combobox', { name: 'When' }).selectOption('occurrence_rate');
  await page.getByRole('textbox', { name: 'Occurrences of one item' }).fill('50');
  await page.getByRole('combobox', { name: 'Within' }).selectOption('3600');
  await page.getByRole('combobox', { name: 'By' }).selectOption('email');
  await page.getByText('The server was started without --smtp.').waitFor();
  await page.getByRole('textbox', { name: 'To' }).fill('ana@shop.example');
  await page.getByRole('button', { name: 'Send a test' }).click();
  await page.getByRole('alert').getByText(/^Not delivered: no mail server/).waitFor();
  await page.getByRole('button', { name: 'Save rule' }).click();
  await table().getByText('50 occurrences within 1 hour').waitFor();

  page.once('dialog', (dialog) => dialog.accept());
  await table().getByRole('button', { name: /^Delete the rule/ }).click();
  await page.getByText('Deleted the rule').first().waitFor();
  await table().getByText('50 occurrences within 1 hour').waitFor({ state: 'detached' });
});

test('the rules and their dialog are accessible in both themes', async () => {
  for (const colorScheme of ['light', 'dark']) {
    await page.emulateMedia({ colorScheme });
    await page.goto('/settings/notifications');
    await table().waitFor();
    await expectAccessible(page, `notification rules, ${colorScheme}`);
    await page.getByRole('button', { name: 'New rule' }).click();
    await page.getByRole('combobox', { name: 'When' }).selectOption('occurrence_rate');
    await page.getByRole('button', { name: 'Create rule' }).click();
    await page.getByText('an http or https address').waitFor();
    await expectAccessible(page, `notification dialog, ${colorScheme}`);
  }
});
