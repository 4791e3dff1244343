// SPDX-License-Identifier: Apache-2.0
// The trace page against the real server, in the real browser.
import assert from 'node:assert/strict';
import { after, afterEach, before, describe, test } from 'node:test';
import { expectAccessible, openBrowser } from './browser.mjs';
import { startServer } from './server.mjs';
import { needleName, sendHugeTrace, sendOtlpJson, sendSmallTrace, span } from './trace_spans.mjs';

const smallId = 'a'.repeat(32);
const hugeId = 'b'.repeat(32);
const oddId = 'c'.repeat(32);
const hugeSpans = 100_000;

let server;
let browser;
let page;

before(async () => {
  server = await startServer();
  browser = await openBrowser(server.base);
  page = browser.page;
  await sendSmallTrace(server.base, smallId);
});

// No console error, exception, CSP report or request elsewhere, in any test.
afterEach(() => browser.expectClean(/404/));

after(async () => {
  await browser?.close();
  await server?.stop();
});

const grid = () => page.getByRole('treegrid', { name: 'Trace spans' });
const panel = () => page.getByRole('complementary', { name: 'Span details' });
const find = () => page.getByRole('searchbox', { name: 'Find spans' });
const rows = () => grid().locator('[data-span-id]:visible');
const selected = () => grid().locator('[aria-selected=true]');
const param = (name) => new URL(page.url()).searchParams.get(name);

async function open(path) {
  await page.goto(path);
  await grid().waitFor();
}

/** Waits until the address carries `name=value` (null: no such parameter). */
async function addressHas(name, value) {
  await page.waitForFunction(
    ([key, wanted]) => new URL(location.href).searchParams.get(key) === wanted,
    [name, value],
  );
}

async function textIs(locator, wanted) {
  await locator.filter({ hasText: wanted }).first().waitFor();
}

describe('a small trace', () => {
  test('shows its spans as a tree', async () => {
    await open(`/trace/${smallId}`);
    assert.equal(await rows().count(), 3);
    const shown = await rows().evaluateAll((list) =>
      list
        .sort((a, b) => a.ariaRowIndex - b.ariaRowIndex)
        .map((row) => [row.ariaLevel, row.ariaRowIndex, row.querySelector('.span-name').innerText]),
    );
    assert.deepEqual(
      shown.map(([level, index, text]) => [level, index, text.replace(/\s+/g, ' ').trim()]),
      [
        ['1', '2', 'frontend GET /home'],
        ['2', '3', 'backend GET /api has events'],
        ['3', '4', 'postgres SELECT users has events'],
      ],
    );
    assert.equal(await grid().getAttribute('aria-rowcount'), '4');
  });

  test('says that a span failed, not only by colour', async () => {
    await open(`/trace/${smallId}`);
    const failed = grid().getByRole('row', { name: /SELECT users.*error/s });
    assert.equal(await failed.count(), 1);
    await failed.click();
    await textIs(panel(), 'lock timeout');
  });

  test('shows the attributes of the selected span', async () => {
    await open(`/trace/${smallId}?span=0000000000000002`);
    await panel().getByText('app.user_id').waitFor();
    assert.equal(await selected().getAttribute('data-span-id'), '0000000000000002');
    await panel().getByRole('searchbox', { name: 'Search fields' }).fill('user');
    await panel().getByRole('button', { name: 'bob', exact: true }).click();
    await page.getByRole('menuitem', { name: 'Find in this trace' }).click();
    await textIs(page.locator('#find-count'), /^1 of 3$/);
    assert.equal(await find().inputValue(), 'app.user_id = bob');
  });

  test('shows the source document and copies ids in every spelling', async () => {
    await open(`/trace/${smallId}?span=0000000000000002`);
    await panel().getByRole('tab', { name: 'Source' }).click();
    await textIs(panel().locator('.source'), '"GET /api"');
    await panel().getByRole('button', { name: 'Copy', exact: true }).click();
    const items = await page.getByRole('menuitem').allInnerTexts();
    assert.deepEqual(items, ['JSON', 'Trace id', 'Span id', 'traceparent', 'X-Amzn-Trace-Id']);
    await page.keyboard.press('Escape');
  });

  test('shows the same trace as JSON and as a flame graph', async () => {
    await open(`/trace/${smallId}`);
    await page.getByRole('tab', { name: 'JSON' }).click();
    await textIs(page.getByRole('region', { name: 'Trace as JSON' }), 'app.user_id');
    await page.getByRole('searchbox', { name: 'Find in JSON' }).fill('SELECT users');
    await textIs(page.locator('.json-tools'), /^1 spans/);
    await page.getByRole('searchbox', { name: 'Find in JSON' }).fill('app.user_id');
    await textIs(page.locator('.json-tools'), /^1 spans/);
    await textIs(page.locator('.json-line.match'), '"app.user_id": "bob"');
    await page.getByRole('tab', { name: 'Flame' }).click();
    const times = page.getByRole('table', { name: 'Self time' });
    await times.waitFor();
    assert.equal(await times.locator('tbody tr').count(), 3);
    await page.getByRole('group', { name: 'Flame graph' }).press('ArrowDown');
    await textIs(panel(), 'GET /api');
  });

  test('opens by the X-Ray spelling of its id', async () => {
    await open(`/trace/1-${smallId.slice(0, 8)}-${smallId.slice(8)}`);
    assert.equal(await rows().count(), 3);
  });

  test('says when there is no such trace', async () => {
    await page.goto(`/trace/${'d'.repeat(32)}`);
    await page.getByRole('heading', { name: 'No such trace' }).waitFor();
  });
});

describe('odd data', () => {
  test('shows missing parents, skewed clocks and hostile text', async () => {
    const script = '<script>document.title="taken"</script>';
    await sendOtlpJson(server.base, {
      'سلام 👋': [
        span(oddId, 1, 0, script, 10, 50, { attributes: { [script]: script } }),
        span(oddId, 2, 1, 'early', 5, 20),
        span(oddId, 3, 0xdead, 'orphan', 30, 40),
      ],
    });
    await open(`/trace/${oddId}`);
    await textIs(page.locator('.trace-numbers'), 'Spans3');
    await textIs(page.locator('.trace-warnings'), '1 clock skew');
    await panel().getByText(script).first().waitFor();
    assert.notEqual(await page.title(), 'taken');
    await textIs(rows(), 'سلام 👋');
  });
});

describe('a missing parent', () => {
  test('has a row of its own, which the header counts and leads to', async () => {
    await open(`/trace/${oddId}`);
    assert.equal(await rows().count(), 4);
    const missing = grid().locator('[data-span-id="000000000000dead"]');
    await textIs(missing, 'missing span');
    assert.equal(await missing.getAttribute('aria-level'), '1');
    const orphan = rows().filter({ hasText: 'orphan' });
    assert.equal(await orphan.getAttribute('aria-level'), '2');
    await page.getByRole('button', { name: '1 missing parent' }).click();
    assert.equal(await selected().getAttribute('data-span-id'), '000000000000dead');
    await textIs(panel(), 'no such span is stored');
    await addressHas('span', '000000000000dead');
    await page.reload();
    await textIs(panel(), 'no such span is stored');
  });
});

describe('marks and colours', () => {
  test('draws a mark where each event happened, an exception in red', async () => {
    await open(`/trace/${smallId}`);
    const marksOf = (name) => rows().filter({ hasText: name }).locator('.span-events i');
    const names = await marksOf('GET /api').evaluateAll((all) => all.map((mark) => mark.title));
    assert.deepEqual(names, ['cache miss', 'retry']);
    const places = await marksOf('GET /api').evaluateAll((all) => all.map((mark) => mark.offsetLeft));
    const bar = await rows()
      .filter({ hasText: 'GET /api' })
      .locator('.span-bar')
      .evaluate((element) => ({ left: element.offsetLeft, width: element.offsetWidth }));
    const shares = places.map((x) => (x + 4 - bar.left) / bar.width);
    assert.ok(Math.abs(shares[0] - 2 / 26) < 0.02 && Math.abs(shares[1] - 18 / 26) < 0.02, String(shares));
    assert.equal(await marksOf('SELECT users').getAttribute('class'), 'failed');
    assert.equal(await marksOf('GET /home').count(), 0);
  });

  test('colours by any field, and the address keeps it', async () => {
    const colourOf = (name) =>
      rows()
        .filter({ hasText: name })
        .evaluate((row) => row.style.getPropertyValue('--c'));
    await open(`/trace/${smallId}?span=0000000000000002`);
    await panel().getByRole('button', { name: 'bob', exact: true }).click();
    await page.getByRole('menuitem', { name: 'Colour by app.user_id' }).click();
    const legend = page.getByRole('list', { name: 'Colours' });
    await legend.getByRole('button', { name: /bob/ }).waitFor();
    await addressHas('color', 'field:app.user_id');
    assert.match(await colourOf('GET /api'), /--s\d/);
    assert.equal(await colourOf('GET /home'), 'var(--text3)');
    await page.reload();
    await legend.getByRole('button', { name: /bob/ }).click();
    assert.equal(await find().inputValue(), 'app.user_id = bob');
    await page.getByRole('button', { name: 'Colour: app.user_id' }).click();
    await page.getByRole('menuitem', { name: 'A field …' }).click();
    await page.waitForFunction(() => document.activeElement.getAttribute('aria-label') === 'Find a field');
    await page.keyboard.type('service.na');
    await page.getByRole('dialog', { name: 'Colour by a field' }).getByText('service.name').waitFor();
    await page.keyboard.press('Enter');
    await addressHas('color', 'field:service.name');
    await legend.getByRole('button', { name: /postgres/ }).waitFor();
    await page.getByRole('button', { name: 'Colour: service.name' }).click();
    await page.getByRole('menuitemradio', { name: 'Status' }).click();
    await addressHas('color', 'status');
    assert.equal(await colourOf('GET /api'), 'var(--text3)');
  });
});

describe('a trace still arriving', () => {
  test('shows late spans by itself and keeps the selection', async () => {
    const lateId = 'e'.repeat(32);
    // Times count from ten minutes ago: this is a moment ago.
    const nowMs = 599_000;
    const root = span(lateId, 1, 0, 'root', nowMs, nowMs + 50);
    const child = span(lateId, 2, 1, 'first child', nowMs + 1, nowMs + 20);
    await sendOtlpJson(server.base, { late: [root, child] });
    await open(`/trace/${lateId}?span=0000000000000002`);
    assert.equal(await rows().count(), 2);
    await sendOtlpJson(server.base, { later: [span(lateId, 3, 1, 'late', nowMs, nowMs + 9)] });
    await rows().nth(2).waitFor({ timeout: 10_000 });
    await textIs(selected(), 'first child');
  });
});

describe('bad days', () => {
  test('says what is wrong with data it cannot read, and tries again', async () => {
    await page.route('**/cols', (route) => route.fulfill({ body: 'torn' }), { times: 1 });
    await page.goto(`/trace/${smallId}`);
    await page.getByRole('heading', { name: 'The trace could not be read' }).waitFor();
    await expectAccessible(page, 'error card');
    await page.getByRole('button', { name: 'Retry' }).click();
    await grid().waitFor();
    assert.equal(await rows().count(), 3);
  });
});

describe('a huge trace', () => {
  let needles;
  before(async () => (needles = await sendHugeTrace(server.base, hugeId, hugeSpans)));

  test('opens with every span counted', async () => {
    await open(`/trace/${hugeId}`);
    await textIs(page.locator('.trace-numbers'), '100,000');
    assert.equal(await grid().getAttribute('aria-rowcount'), String(hugeSpans + 1));
    assert.ok((await grid().locator('[role=row]').count()) < 100);
  });

  test('goes to the last span with End', async () => {
    await grid().press('End');
    await textIs(selected(), 'last');
    assert.equal(await selected().getAttribute('aria-rowindex'), String(hugeSpans + 1));
    assert.ok(await selected().isVisible());
  });

  test('finds exactly what is there', async () => {
    await find().fill(needleName);
    await textIs(page.locator('#find-count'), `${needles.toLocaleString('en-US')} of 100,000`);
    await page.getByRole('button', { name: 'Only matches' }).click();
    const shown = Number(await grid().getAttribute('aria-rowcount')) - 1;
    // Every needle lies in a group of its own but shares it with at most one more.
    assert.ok(shown > needles && shown <= 2 * needles + 1, `${shown} rows for ${needles} needles`);
    await find().press('Enter');
    await textIs(selected(), needleName);
    await page.getByRole('button', { name: 'Only matches' }).click();
    await grid().press('Shift+{');
    assert.equal(await rows().count(), 1);
    await grid().press('Shift+N');
    await textIs(selected(), needleName);
    assert.ok(Number(await selected().getAttribute('aria-rowindex')) > 10);
    await find().fill('');
    await page.getByRole('button', { name: 'Only matches' }).waitFor({ state: 'detached' });
  });
});

describe('a huge trace as JSON', () => {
  test('has every field of the spans one looks at, and stays where one looks', async () => {
    await open(`/trace/${hugeId}`);
    await page.getByRole('tab', { name: 'JSON' }).click();
    const box = page.getByRole('region', { name: 'Trace as JSON' });
    await textIs(box, '"service.name": "frontend"');
    await box.evaluate((element) => (element.scrollTop = element.scrollHeight / 2));
    await textIs(box.locator('.json-line'), '"library.name": "test"');
    const top = () =>
      box.evaluate((element) => {
        const { top: edge } = element.getBoundingClientRect();
        const first = [...element.querySelectorAll('.json-line')]
          .map((line) => ({ line, y: line.getBoundingClientRect().top - edge }))
          .filter(({ y, line }) => y >= 0 && line.textContent.includes('"span_id"'))
          .sort((a, b) => a.y - b.y)[0];
        return { id: first.line.textContent, y: Math.round(first.y) };
      });
    await page.waitForTimeout(300);
    const before = await top();
    await page.waitForTimeout(300);
    assert.deepEqual(await top(), before);
    await page.getByRole('searchbox', { name: 'Find in JSON' }).fill('last');
    await textIs(page.locator('.json-tools'), /^1 spans/);
    await page.keyboard.press('Enter');
    await textIs(box.locator('.json-line.current'), '"name": "last"');
    assert.equal(await page.getByRole('button', { name: 'Copy JSON' }).isDisabled(), true);
  });

  test('is saved whole', async () => {
    await open(`/trace/${smallId}`);
    await page.getByRole('tab', { name: 'JSON' }).click();
    await page.getByRole('button', { name: 'Copy JSON' }).click();
    await page.getByText('JSON copied').first().waitFor();
    const copied = JSON.parse(await page.evaluate(() => navigator.clipboard.readText()));
    assert.deepEqual(copied.spans.map(({ name }) => name), ['GET /home', 'GET /api', 'SELECT users']);
    assert.equal(copied.spans[1].fields['app.user_id'], 'bob');
    const arrives = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    assert.equal((await arrives).suggestedFilename(), `trace-${smallId}.json`);
  });
});

describe('the address', () => {
  test('leads from a vendor-shaped link to the span', async () => {
    const link = `/team/environments/prod/datasets/backend/trace?trace_id=${smallId}&span=0000000000000002`;
    await open(link);
    assert.equal(new URL(page.url()).pathname, `/trace/${smallId}`);
    assert.equal(await selected().getAttribute('data-span-id'), '0000000000000002');
    await open(`/team/datasets/backend/trace?trace_id=${smallId}`);
    assert.equal(await rows().count(), 3);
  });

  test('keeps everything through a reload', async () => {
    await open(`/trace/${smallId}`);
    await grid().press('ArrowDown');
    await grid().press('ArrowLeft');
    await find().fill('backend');
    await page.getByRole('button', { name: 'Only matches' }).click();
    await page.getByRole('button', { name: 'Critical path' }).click();
    await grid().focus();
    await page.keyboard.press('w');
    await addressHas('fold', '0000000000000002');
    await page.waitForFunction(() => new URL(location.href).searchParams.has('zoom'));
    const address = page.url();
    await page.reload();
    await grid().waitFor();
    assert.equal(await find().inputValue(), 'backend');
    assert.equal(await rows().count(), 2);
    assert.equal(await selected().getAttribute('data-span-id'), '0000000000000002');
    assert.equal(await selected().getAttribute('aria-expanded'), 'false');
    const path = page.getByRole('button', { name: 'Critical path' });
    assert.equal(await path.getAttribute('aria-pressed'), 'true');
    assert.equal(page.url(), address);
  });

  test('goes back and forward through six states', async () => {
    await open(`/trace/${smallId}`);
    const steps = ['Flame', 'JSON', 'Waterfall', 'JSON', 'Flame'];
    for (const step of steps) await page.getByRole('tab', { name: step }).click();
    const states = ['waterfall', ...steps.map((step) => step.toLowerCase())];
    const wanted = (state) => (state === 'waterfall' ? null : state);
    for (const state of states.slice(0, -1).reverse()) {
      await page.goBack();
      await addressHas('view', wanted(state));
      await textIs(page.locator('[role=tab][aria-selected=true]').first(), new RegExp(state, 'i'));
    }
    for (const state of states.slice(1)) {
      await page.goForward();
      await addressHas('view', wanted(state));
      await textIs(page.locator('[role=tab][aria-selected=true]').first(), new RegExp(state, 'i'));
    }
  });
});

describe('with the pointer', () => {
  const drag = async (box, from, to, y = 0.5) => {
    const { x, y: top, width, height } = await box.boundingBox();
    await page.mouse.move(x + width * from, top + height * y);
    await page.mouse.down();
    await page.mouse.move(x + width * ((from + to) / 2), top + height * y);
    await page.mouse.move(x + width * to, top + height * y);
    await page.mouse.up();
  };
  const zoomed = () =>
    page
      .waitForFunction(() => new URL(location.href).searchParams.has('zoom'))
      .then(() => {
        const [from, to] = param('zoom').split('-').map(Number);
        return { from, to };
      });

  test('zooms by dragging over the ruler, and back', async () => {
    await open(`/trace/${smallId}`);
    await drag(page.locator('.ruler'), 0.2, 0.5);
    const { from, to } = await zoomed();
    assert.ok(from > 3e6 && to < 20e6 && to - from > 5e6, `${from} to ${to}`);
    await page.getByRole('button', { name: 'Whole' }).click();
    await addressHas('zoom', null);
  });

  test('zooms on the minimap and moves its window', async () => {
    await open(`/trace/${smallId}`);
    await drag(page.locator('.minimap-hand'), 0.1, 0.4);
    const first = await zoomed();
    assert.ok(Math.abs(first.from - 3e6) < 1e6 && Math.abs(first.to - 12e6) < 1e6);
    await drag(page.locator('.minimap-window'), 0.5, 1.5);
    await page.waitForFunction((before) => !location.href.includes(before), param('zoom'));
    const second = await zoomed();
    assert.ok(Math.abs(second.from - first.to) < 1e6, `${second.from} after ${first.to}`);
  });

  test('folds at the caret and selects elsewhere', async () => {
    await open(`/trace/${smallId}`);
    await rows().filter({ hasText: 'GET /api' }).locator('.span-caret').click();
    assert.equal(await rows().count(), 2);
    assert.equal(
      await selected()
        .innerText()
        .then((text) => text.includes('GET /api')),
      true,
    );
  });

  test('makes the name column wider', async () => {
    await open(`/trace/${smallId}`);
    const splitter = page.getByRole('separator', { name: 'Width of the name column' });
    const before = Number(await splitter.getAttribute('aria-valuenow'));
    const { x, y, height } = await splitter.boundingBox();
    await page.mouse.move(x + 3, y + height / 2);
    await page.mouse.down();
    await page.mouse.move(x + 63, y + height / 2);
    await page.mouse.up();
    assert.equal(Number(await splitter.getAttribute('aria-valuenow')), before + 60);
  });
});

describe('with the keyboard alone', () => {
  test('moves, folds, zooms, finds, focuses and reads', async () => {
    await open(`/trace/${smallId}`);
    const press = async (...keys) => {
      for (const key of keys) await page.keyboard.press(key);
    };
    assert.equal(await grid().evaluate((element) => element === document.activeElement), true);
    await press('ArrowRight');
    await textIs(selected(), 'GET /api');
    await press('ArrowRight');
    await textIs(selected(), 'SELECT users');
    await press('ArrowLeft', 'ArrowLeft');
    assert.equal(await selected().getAttribute('aria-expanded'), 'false');
    assert.equal(await rows().count(), 2);
    await press('Shift+}');
    assert.equal(await rows().count(), 3);
    await press('[');
    assert.equal(await rows().count(), 2);
    await press(']');
    assert.equal(await rows().count(), 3);
    await press('Home', '/');
    await page.keyboard.type('select');
    await textIs(page.locator('#find-count'), /^1 of 3$/);
    await press('Enter');
    await textIs(selected(), 'SELECT users');
    await press('Escape', 'Escape');
    await press('Home', 'ArrowDown', 'f');
    await addressHas('root', '0000000000000002');
    assert.equal(await rows().count(), 2);
    await press('f');
    await addressHas('root', null);
    await press('w', 'd', 'a', 's', '0');
    await addressHas('zoom', null);
    await press('c');
    await addressHas('path', '1');
    await press('c', 'Enter');
    await page.waitForFunction(() => document.activeElement.id === 'span-details');
    await press('Escape');
    assert.equal(await panel().count(), 0);
  });

  test('reaches the views by their tabs', async () => {
    await open(`/trace/${smallId}`);
    await page.getByRole('tab', { name: 'Waterfall' }).focus();
    await page.keyboard.press('ArrowRight');
    await page.getByRole('group', { name: 'Flame graph' }).waitFor();
    await page.keyboard.press('ArrowRight');
    await page.getByRole('figure', { name: 'Service map' }).waitFor();
    await page.keyboard.press('ArrowRight');
    await page.getByRole('heading', { name: 'No log lines in this trace' }).waitFor();
    await page.keyboard.press('ArrowRight');
    await page.getByRole('region', { name: 'Trace as JSON' }).waitFor();
  });
});

describe('for everyone', () => {
  for (const colorScheme of ['light', 'dark']) {
    test(`axe finds nothing, ${colorScheme}`, async () => {
      await page.emulateMedia({ colorScheme });
      await open(`/trace/${smallId}?span=0000000000000003`);
      await panel().getByText('service.name').first().waitFor();
      await expectAccessible(page, 'waterfall');
      await find().fill('users');
      await textIs(page.locator('#find-count'), /^1 of 3$/);
      await expectAccessible(page, 'waterfall with matches');
      await panel().locator('.field-value').first().click();
      await expectAccessible(page, 'menu open');
      await page.keyboard.press('Escape');
      await panel().getByRole('tab', { name: 'Source' }).click();
      await expectAccessible(page, 'source document');
      await page.getByRole('tab', { name: 'Flame' }).click();
      await page.getByRole('table', { name: 'Self time' }).waitFor();
      await expectAccessible(page, 'flame graph');
      await page.getByRole('tab', { name: 'JSON' }).click();
      await expectAccessible(page, 'JSON');
      await open(`/trace/${oddId}`);
      await expectAccessible(page, 'warnings and tags');
      await open(`/trace/${hugeId}`);
      await expectAccessible(page, 'huge trace');
      await page.goto(`/trace/${'d'.repeat(32)}`);
      await page.getByRole('heading', { name: 'No such trace' }).waitFor();
      await expectAccessible(page, 'no such trace');
    });
  }
});
