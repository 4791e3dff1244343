// SPDX-License-Identifier: Apache-2.0
// J11: sampling rules and groups by keyboard only; what the doctor says; the test event.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { expectAccessible, openBrowser } from './browser.mjs';
import { startServer } from './server.mjs';
import { sendSegments, shopRequest } from './xray.mjs';

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

async function call(operation, body = {}) {
  const response = await fetch(`${server.base}/${operation}`, { method: 'POST', body: JSON.stringify(body) });
  return response.json();
}

async function rules() {
  const { SamplingRuleRecords } = await call('GetSamplingRules');
  return SamplingRuleRecords.map(({ SamplingRule }) => SamplingRule).sort((a, b) => a.Priority - b.Priority);
}

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

async function createRule(name, priority, rate) {
  await tabTo(/^New rule/);
  await page.keyboard.press('Enter');
  await page.getByRole('dialog', { name: 'New sampling rule' }).waitFor();
  await tabTo(/^Name/);
  await page.keyboard.type(name);
  await tabTo(/^Priority/);
  await page.keyboard.press('Control+a');
  await page.keyboard.type(priority);
  await tabTo(/^Fixed rate/);
  await page.keyboard.press('Control+a');
  await page.keyboard.type(rate);
  await tabTo(/^URL path/);
  await page.keyboard.press('Control+a');
  await page.keyboard.type(`/${name}/*`);
  await page.keyboard.press('Enter');
}

test('J11 a rule is made, refused while wrong, and moved, by keyboard', async () => {
  await page.goto('/settings/xray-sampling');
  const table = page.getByRole('table', { name: 'Sampling rules' });
  await table.getByText('Default').waitFor();
  await createRule('checkout', '0', '0.5');
  await page.getByText('a whole number from 1 to 9999').waitFor();
  await page.getByRole('textbox', { name: 'Priority' }).focus();
  await page.keyboard.press('Control+a');
  await page.keyboard.type('20');
  await page.keyboard.press('Enter');
  await table.getByText('checkout', { exact: true }).waitFor();
  await createRule('search', '30', '0.1');
  await table.getByText('search', { exact: true }).waitFor();
  assert.deepEqual((await rules()).map(({ RuleName }) => RuleName), ['checkout', 'search', 'Default']);
  assert.equal((await rules())[0].FixedRate, 0.5);

  await page.locator('tr[data-rule=search]').focus();
  await page.keyboard.press('Alt+ArrowUp');
  await page.waitForFunction(() => document.querySelector('tr[data-rule]')?.dataset.rule === 'search');
  assert.deepEqual((await rules()).map(({ RuleName }) => RuleName), ['search', 'checkout', 'Default']);
});

test('J11 clients are given quotas for the rule, and its counts show', async () => {
  const now = Date.now() / 1000;
  const { SamplingTargetDocuments } = await call('SamplingTargets', {
    SamplingStatisticsDocuments: [
      { RuleName: 'checkout', ClientID: '0123456789abcdef01234567', Timestamp: now, RequestCount: 110, SampledCount: 30, BorrowCount: 7 },
    ],
  });
  const target = SamplingTargetDocuments.find(({ RuleName }) => RuleName === 'checkout');
  assert.equal(target.FixedRate, 0.5);
  await page.reload();
  const row = page.locator('tr[data-rule=checkout]');
  await row.getByText('110').waitFor();
  assert.match(await row.innerText(), /110\s+30\s+7/);
});

test('a request is explained, rule by rule', async () => {
  await page.getByRole('combobox', { name: 'Service', exact: true }).fill('shop');
  await page.getByRole('textbox', { name: 'URL path' }).fill('/checkout/42');
  await page.keyboard.press('Enter');
  await page.getByText(/^checkout decides/).waitFor();
  await page.getByText('URLPath “/checkout/42” is not /search/*').waitFor();
});

test('a rule is moved by dragging and edited', async () => {
  await page.locator('tr[data-rule=checkout]').dragTo(page.locator('tr[data-rule=search]'));
  await page.waitForFunction(() => document.querySelector('tr[data-rule]')?.dataset.rule === 'checkout');
  await page.getByRole('button', { name: 'Edit checkout' }).click();
  await page.getByRole('textbox', { name: 'Fixed rate' }).fill('0.75');
  await page.getByRole('button', { name: 'Save rule' }).click();
  await page.locator('tr[data-rule=checkout]').getByText('75 %').waitFor();
  assert.equal((await rules())[0].FixedRate, 0.75);
});

test('J11 a group is made by keyboard and tried on the last day', async () => {
  await sendSegments(server.xray, [200, 500].flatMap((status, i) => shopRequest({ status, agoMs: 5000 + i * 100 })));
  await page.goto('/settings/xray-groups');
  await page.getByRole('table', { name: 'Groups' }).waitFor();
  await tabTo(/^New group/);
  await page.keyboard.press('Enter');
  await page.getByRole('dialog', { name: 'New group' }).waitFor();
  await tabTo(/^Name/);
  await page.keyboard.type('broken');
  await tabTo(/^Filter expression/);
  await page.keyboard.type('fault = maybe');
  await page.getByRole('alert').getByText(/position/).waitFor();
  await page.keyboard.press('Control+a');
  await page.keyboard.type('fault');
  await page.getByText('Selects 1 traces of the last day.').waitFor();
  await page.keyboard.press('Enter');
  await page.locator('tr[data-group=broken]').waitFor();
  const { Groups } = await call('Groups');
  assert.equal(Groups.find(({ GroupName }) => GroupName === 'broken').FilterExpression, 'fault');
  await page.goto('/map?group=broken');
  await page.getByText(/, 1 traces$/).waitFor();
});

test('the doctor counts what was refused and shows it', async () => {
  await sendSegments(server.xray, [{ name: 'half' }]);
  await page.goto('/settings/xray-doctor');
  const found = page.getByRole('table', { name: 'Rejected documents' });
  for (let i = 0; i < 20 && !(await found.isVisible()); i += 1) {
    await page.waitForTimeout(200);
    await page.getByRole('button', { name: 'Refresh' }).click();
  }
  await found.getByText(/half/).waitFor();
  await page.getByText(/^Rejected: /).first().waitFor();
});

test('the X-Ray snippets carry the daemon’s address, and a test segment arrives', async () => {
  await page.goto('/send?sdk=xray');
  await page.getByText(`AWS_XRAY_DAEMON_ADDRESS="${server.xray}"`).waitFor();
  await page.getByRole('button', { name: 'Send test event' }).click();
  await page.getByRole('link', { name: 'Open trace' }).click();
  await page.locator('.span-row').nth(2).waitFor();
  assert.match(await page.locator('.span-row .span-marks').first().textContent(), /X-Ray/);
});

test('settings are accessible in both themes, dialogs too', async () => {
  for (const colorScheme of ['light', 'dark']) {
    await page.emulateMedia({ colorScheme });
    await page.goto('/settings/xray-sampling');
    await page.locator('tr[data-rule=checkout]').waitFor();
    await expectAccessible(page, `sampling rules, ${colorScheme}`);
    await page.getByRole('button', { name: 'New rule' }).click();
    await page.getByRole('button', { name: 'Create rule' }).click();
    await expectAccessible(page, `rule dialog, ${colorScheme}`);
    await page.goto('/settings/xray-groups');
    await page.locator('tr[data-group=broken]').waitFor();
    await expectAccessible(page, `groups, ${colorScheme}`);
    await page.getByRole('button', { name: 'Edit broken' }).click();
    await expectAccessible(page, `group dialog, ${colorScheme}`);
    await page.goto('/settings/xray-doctor');
    await page.locator('.facts').waitFor();
    await expectAccessible(page, `doctor, ${colorScheme}`);
  }
});

test('the console stayed quiet', () => browser.expectClean());
