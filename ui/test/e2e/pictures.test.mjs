// SPDX-License-Identifier: Apache-2.0
// J17: twelve screens in both themes look as they did. The data, the clock, the zone and the fonts are
// the same everywhere; what only this run can know (ports, measured times) is masked.
// TRACERY_NEW_PICTURES=1 takes the pictures anew; look at them before committing them.

import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { browserFlags, openBrowser, queryPath } from './browser.mjs';
import { fromMs, sendFixedData, shownTraceId, toMs } from './fixed_data.mjs';
import { sendFixedErrors } from './fixed_errors.mjs';
import { differingShare, readPng, writePng } from './png.mjs';
import { startServer } from './server.mjs';

const folder = path.resolve(path.dirname(fileURLToPath(import.meta.url)), 'pictures');
const takeNew = process.env.TRACERY_NEW_PICTURES === '1';
const tolerance = 0.002;
const looksMax = 20;

// Only one family of fonts, whatever else is installed, and no settings of the machine's own.
const families = { 'system-ui': 'DejaVu Sans', 'sans-serif': 'DejaVu Sans', monospace: 'DejaVu Sans Mono' };
const aliases = Object.entries(families).map(
  ([from, to]) => `<alias binding="same"><family>${from}</family><prefer><family>${to}</family></prefer></alias>`,
);
const fontConfig = `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>/usr/share/fonts/truetype/dejavu</dir>
  <cachedir prefix="xdg">fontconfig</cachedir>
  ${aliases.join('\n  ')}
  <match target="pattern"><edit name="family" mode="append_last"><string>DejaVu Sans</string></edit></match>
</fontconfig>
`;

const spec = {
  calculations: [{ op: 'HEATMAP', column: 'duration_ms' }, { op: 'P95', column: 'duration_ms' }],
  breakdowns: ['app.user_id'],
  filters: [{ column: 'app.user_id', op: 'exists' }],
  orders: [{ op: 'P95', column: 'duration_ms', order: 'descending' }],
};
const t = `t=${fromMs}..${toMs}`;
const query = (tab) => queryPath('__all__', spec, `&${t}&tab=${tab}`);

const screens = {
  home: [`/?${t}`, '.service-table'],
  send: ['/send?sdk=flask', '.live-line'],
  query: [query('overview'), '.results[data-state=done] table'],
  'query-events': [query('events'), 'table[aria-label=Events] tbody tr'],
  traces: [`/traces?${t}`, 'tr[data-trace-id]'],
  trace: [`/trace/${shownTraceId}`, '.field-list'],
  flame: [`/trace/${shownTraceId}?view=flame`, '.field-list'],
  errors: ['/errors', 'tr[data-item-counter]'],
  'error-item': ['/errors/1?project=backend-flask', '.frame-body'],
  boards: ['/boards', '.saved-list li'],
  preferences: ['/settings/preferences', '.preferences'],
  dataset: ['/settings/datasets?dataset=backend-flask', 'table[aria-label=Columns]'],
};

/** Ports in commands, how long a query took, and when errors came: the server's clock says that. */
const masked = ['.snippet pre', '.run-stats', '.item-table .sparkline', '.count-bars', '.occurrence-bar'];

let scratch;
let server;

before(async () => {
  scratch = mkdtempSync(path.join(os.tmpdir(), 'tracery-ui-pictures-'));
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(scratch, 'fonts.conf'), fontConfig);
  server = await startServer(['--retention', '20000']);
  await sendFixedData(server.base);
  await sendFixedErrors(server.base);
});

after(async () => {
  await server?.stop();
  rmSync(scratch, { recursive: true, force: true });
});

/** The picture once two in a row are the same. */
async function settledPicture(page) {
  const mask = masked.map((selector) => page.locator(selector));
  let last = null;
  for (let look = 0; look < looksMax; look += 1) {
    const now = await page.screenshot({ animations: 'disabled', mask, maskColor: '#808080' });
    if (last !== null && now.equals(last)) return now;
    last = now;
    await page.waitForTimeout(100);
  }
  throw new Error('the screen does not come to rest');
}

function compare(name, picture) {
  const file = path.join(folder, `${name}.png`);
  if (takeNew) return writeFileSync(file, writePng(readPng(picture)));
  assert.ok(existsSync(file), `no picture ${name} to compare with`);
  const share = differingShare(readPng(readFileSync(file)), readPng(picture));
  if (share <= tolerance) return undefined;
  const seen = path.join(os.tmpdir(), `tracery-${name}.png`);
  writeFileSync(seen, picture);
  return assert.fail(`${name} differs in ${(share * 100).toFixed(2)} % of its pixels, see ${seen}`);
}

for (const colorScheme of ['light', 'dark']) {
  test(`J17 twelve screens look as they did, ${colorScheme}`, async (context) => {
    const browser = await openBrowser(server.base, {
      colorScheme,
      viewport: { width: 1024, height: 600 },
      timezoneId: 'UTC',
      locale: 'en-US',
      reducedMotion: 'reduce',
      args: [...browserFlags, '--font-render-hinting=none', '--disable-lcd-text', '--force-color-profile=srgb'],
      env: { ...process.env, FONTCONFIG_FILE: path.join(scratch, 'fonts.conf'), XDG_CACHE_HOME: scratch },
    });
    const { page } = browser;
    await page.clock.setFixedTime(new Date(toMs + 300_000));
    for (const [name, [address, state]] of Object.entries(screens)) {
      await context.test(name, async () => {
        await page.goto(address);
        await page.waitForSelector(state);
        compare(`${name}-${colorScheme}`, await settledPicture(page));
      });
    }
    browser.expectClean();
    await browser.close();
  });
}
