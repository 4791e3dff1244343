// SPDX-License-Identifier: Apache-2.0
import './browser_globals.ts';
import { describe, expect, it } from 'vitest';
import { alignedCode, crashFrame, groupFrames, tracebackText } from '../../src/errors/frame_groups.ts';
import { inboxHref, isNarrowed, itemHref, parseInbox, requestOf, type InboxFilter } from '../../src/errors/inbox_url.ts';
import { keepOrder } from '../../src/errors/item_order.ts';
import { Selection } from '../../src/errors/selection.ts';
import { describeEntry } from '../../src/errors/telemetry.tsx';
import { levels, statuses, type Frame } from '../../src/errors/types.ts';
import { redirectVendorLink } from '../../src/route/vendor_links.ts';
import { seeded } from './random.ts';

function parse(href: string): InboxFilter {
  return parseInbox(new URL(href, 'http://localhost').searchParams);
}

describe('the inbox in the address', () => {
  it('shows what is active unless told otherwise', () => {
    expect(parse('/errors').status).toEqual(['active']);
    expect(parse('/errors?status=any').status).toEqual([]);
    expect(parse('/errors?status=muted,nonsense').status).toEqual(['muted']);
    expect(inboxHref(parse('/errors'))).toBe('/errors');
    expect(isNarrowed(parse('/errors?status=any'))).toBe(false);
    expect(isNarrowed(parse('/errors?t=2h'))).toBe(true);
  });

  it('comes back as it was written', () => {
    const random = seeded(4);
    const some = (values: readonly string[]) => values.filter(() => random() < 0.4);
    for (let round = 0; round < 300; round += 1) {
      const filter: InboxFilter = {
        status: some(statuses),
        level: some(levels),
        env: some(['production', 'a&b=c', 'ü %']),
        fw: some(['flask', 'browser-js']),
        project: some(['shop', 'x y']),
        assignee: random() < 0.5 ? '' : 'none',
        q: random() < 0.5 ? '' : '#42 a+b',
        sort: random() < 0.5 ? 'last' : 'count',
        backwards: random() < 0.5,
        seen: random() < 0.5 ? null : { kind: 'absolute', fromMs: 1, toMs: 2000 },
      };
      expect(parse(inboxHref(filter))).toEqual(filter);
    }
  });

  it('asks the server in its words', () => {
    const request = requestOf(parse('/errors?fw=flask&sort=-title&t=7d'));
    expect(request).toMatchObject({ status: 'active', framework: 'flask', sort: '-title', t: '7d' });
    expect(parse('/errors?sort=nonsense').sort).toBe('last');
  });

  it('names items with their project', () => {
    expect(itemHref({ counter: 7, project: 'a b' }, { occ: '9', tab: null })).toBe('/errors/7?project=a+b&occ=9');
  });
});

describe('rows while someone works with them', () => {
  it('stay in their order, with new facts; new ones wait', () => {
    const shown = [{ id: 1, n: 1 }, { id: 2, n: 1 }, { id: 3, n: 1 }];
    const fresh = [{ id: 9, n: 1 }, { id: 3, n: 2 }, { id: 1, n: 2 }];
    expect(keepOrder(shown, fresh)).toEqual({ rows: [{ id: 1, n: 2 }, { id: 3, n: 2 }], waiting: 1 });
  });

  it('are selected one by one, as a range and all at once', () => {
    const rows = [1, 2, 3, 4, 5].map((id) => ({ id }));
    const selection = new Selection();
    selection.toggle(rows, 1, false);
    selection.toggle(rows, 3, true);
    expect(selection.of(rows).map(({ id }) => id)).toEqual([2, 3, 4]);
    selection.toggle(rows, 2, false);
    expect(selection.of(rows).map(({ id }) => id)).toEqual([2, 4]);
    selection.keepOnly(rows.slice(0, 3));
    expect(selection.of(rows).map(({ id }) => id)).toEqual([2]);
    selection.toggleAll(rows);
    expect(selection.chosen.value.size).toBe(5);
    selection.toggleAll(rows);
    expect(selection.chosen.value.size).toBe(0);
  });
});

function frame(filename: string, inApp: boolean, more: Partial<Frame> = {}): Frame {
  return {
    filename, short: filename, lineno: 1, colno: null, method: 'f', code: '', pre: [], post: [],
    in_app: inApp, locals: {}, args: [], kwargs: {}, original: null, ...more,
  };
}

describe('frames', () => {
  const frames = [frame('lib/a', false), frame('lib/b', false), frame('app/c', true), frame('lib/d', false)];
  const shape = (order: { newestFirst: boolean; all: boolean }) =>
    groupFrames(frames, order).map((group) => (group.kind === 'own' ? group.own.index : group.frames.map(({ index }) => index)));

  it('put library frames together and keep the order', () => {
    expect(shape({ newestFirst: false, all: false })).toEqual([[0, 1], 2, [3]]);
    expect(shape({ newestFirst: true, all: false })).toEqual([[3], 2, [1, 0]]);
    expect(shape({ newestFirst: true, all: true })).toEqual([3, 2, 1, 0]);
  });

  it('are all listed when none is of the project', () => {
    const groups = groupFrames(frames.filter((each) => !each.in_app), { newestFirst: false, all: false });
    expect(groups.map(({ kind }) => kind)).toEqual(['own', 'own', 'own']);
  });

  it('start at the most recent call of the project', () => {
    expect(crashFrame(frames)).toBe(2);
    expect(crashFrame([frame('lib/a', false), frame('lib/b', false)])).toBe(1);
    expect(crashFrame([])).toBe(-1);
  });

  it('are text for a ticket, each cause after what it caused', () => {
    const text = tracebackText([
      { class: 'KeyError', message: "'a'", frames: [frame('app.py', true, { lineno: 7, method: 'home', code: '  x[a]' })] },
      { class: 'IOError', message: '', frames: [] },
    ]);
    expect(text).toBe("  app.py:7 in home\n    x[a]\nKeyError: 'a'\n\ncaused by\n\nIOError");
  });

  it('have their line as deep as its neighbours', () => {
    const lines = { pre: ['def f():', '    a = 1'], post: ['  return a'] };
    expect(alignedCode({ ...frame('a', true), ...lines, code: 'b = a' })).toBe('    b = a');
    expect(alignedCode({ ...frame('a', true), ...lines, code: '\tb = a' })).toBe('\tb = a');
  });
});

describe('telemetry', () => {
  it.each([
    [{ type: 'network', body: { method: 'GET', url: '/a', status_code: 500 } }, 'GET /a 500'],
    [{ type: 'navigation', body: { from: '/a', to: '/b' } }, '/a → /b'],
    [{ type: 'navigation', body: { subtype: 'load' } }, 'load'],
    [{ type: 'log', body: { message: 'hello' } }, 'hello'],
    [{ type: 'dom', body: { subtype: 'click', element: 'button#go' } }, 'click button#go'],
    [{ type: 'manual', body: { any: 1 } }, '{"any":1}'],
    [{}, '{}'],
  ])('is one line each', (entry, line) => expect(describeEntry(entry)).toBe(line));
});

describe('links of Rollbar', () => {
  it.each([
    ['/acme/shop/items/42/', '', '/errors/42?project=shop'],
    ['/acme/my%20shop/items/42', '', '/errors/42?project=my+shop'],
    ['/acme/shop/items/42/occurrences/77/', '', '/errors/42?project=shop&occ=77'],
    ['/acme/shop/items', '', '/errors?project=shop'],
    ['/item/uuid/', '?uuid=a-b', '/errors/find?uuid=a-b'],
    ['/occurrence/uuid/', '?uuid=a-b', '/errors/find?uuid=a-b'],
    ['/acme/shop/other/42', '', null],
    ['/errors/42', '', null],
  ])('%s', (path, search, href) => expect(redirectVendorLink(path, search, '')).toBe(href));
});
