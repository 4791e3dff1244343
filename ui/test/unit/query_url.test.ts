// SPDX-License-Identifier: Apache-2.0

import { describe, expect, test } from 'vitest';
import { queryHref, rangeOfSpec, readQueryParams, specWithRange } from '../../src/query/query_url.ts';
import { filterOps, listOps, valuelessOps, type Filter, type QuerySpec } from '../../src/query/spec.ts';
import { parseRange, printRange, shiftRange, type TimeRange } from '../../src/route/time_range.ts';
import { parseTypedTime } from '../../src/route/typed_time.ts';
import { redirectVendorLink } from '../../src/route/vendor_links.ts';
import { parseSelection, printSelection } from '../../src/query/selection.ts';
import { printViz, readViz, withLook } from '../../src/query/viz.ts';
import { pick, seeded } from './random.ts';

const texts = ['name', 'app.user id', 'ü/&=?#+%', '"quoted"', 'a,b', '<script>', '日本', ' x '];

function randomSpec(random: () => number): QuerySpec {
  const filters = Array.from({ length: Math.floor(random() * 4) }, (): Filter => {
    const op = pick(random, filterOps);
    const column = pick(random, texts);
    if (valuelessOps.has(op)) return { column, op };
    const value = pick(random, [1, -2.5, true, false, ...texts]);
    return { column, op, value: listOps.has(op) ? [value, 'x'] : value };
  });
  return {
    calculations: [{ op: 'P95', column: pick(random, texts) }],
    ...(filters.length ? { filters } : {}),
    ...(random() < 0.5 ? { filter_combination: 'OR' as const } : {}),
    ...(random() < 0.5 ? { breakdowns: [pick(random, texts)] } : {}),
    ...(random() < 0.5 ? { limit: 1 + Math.floor(random() * 999) } : {}),
  };
}

function randomRange(random: () => number): TimeRange {
  if (random() < 0.5) return { kind: 'relative', seconds: 1 + Math.floor(random() * 1e6) };
  const fromMs = Math.floor(random() * 1.8e12);
  return { kind: 'absolute', fromMs, toMs: fromMs + 1 + Math.floor(random() * 1e9) };
}

describe('query URL', () => {
  test('gives back what it was made of', () => {
    const random = seeded(7);
    for (let i = 0; i < 500; i += 1) {
      const spec = randomSpec(random);
      const range = randomRange(random);
      const url = new URL(queryHref('data set/ü', spec, range), 'http://x');
      const read = readQueryParams(url.searchParams);
      expect(read).toEqual({ spec, range, compare: null, error: null });
      expect(decodeURIComponent(url.pathname)).toBe('/query/data set/ü');
    }
  });

  test('lets t win over a time inside the spec', () => {
    const query = JSON.stringify({ calculations: [{ op: 'COUNT' }], time_range: 600 });
    const inSpec = readQueryParams(new URLSearchParams({ query }));
    expect(inSpec.range).toEqual({ kind: 'relative', seconds: 600 });
    expect(inSpec.spec).toEqual({ calculations: [{ op: 'COUNT' }] });
    const both = readQueryParams(new URLSearchParams({ query, t: '1d' }));
    expect(both.range).toEqual({ kind: 'relative', seconds: 86400 });
  });

  test.each(['{', '[]', '3', 'null', '"x"'])('says that %s is not a query', (query) => {
    expect(readQueryParams(new URLSearchParams({ query })).error).not.toBeNull();
  });

  test('turns ranges into epoch seconds that cover them', () => {
    const spec = specWithRange({}, { kind: 'absolute', fromMs: 1500, toMs: 1501 });
    expect(spec).toEqual({ start_time: 1, end_time: 2 });
    expect(rangeOfSpec({ start_time: 10, time_range: 5 })).toEqual({ kind: 'absolute', fromMs: 10_000, toMs: 15_000 });
    expect(rangeOfSpec({ end_time: 10, time_range: 5 })).toEqual({ kind: 'absolute', fromMs: 5000, toMs: 10_000 });
    expect(rangeOfSpec({})).toBeNull();
  });
});

describe('t', () => {
  test('gives back every range', () => {
    const random = seeded(3);
    for (let i = 0; i < 500; i += 1) {
      const range = randomRange(random);
      expect(parseRange(printRange(range))).toEqual(range);
    }
  });

  test.each(['', '0h', '2', 'h', '-2h', '2y', '5..5', '9..3', 'a..b', '1..2..3', '2h '])(
    'refuses %j',
    (text) => expect(parseRange(text)).toBeNull(),
  );

  test('shifts by half without passing now', () => {
    const now = 1_000_000;
    const range: TimeRange = { kind: 'absolute', fromMs: 0, toMs: 1000 };
    expect(shiftRange(range, 0.5, now)).toEqual({ kind: 'absolute', fromMs: 500, toMs: 1500 });
    expect(shiftRange({ kind: 'relative', seconds: 10 }, 0.5, now)).toEqual({
      kind: 'absolute',
      fromMs: now - 10_000,
      toMs: now,
    });
  });
});

describe('typed time', () => {
  const now = Date.UTC(2026, 0, 15, 12, 30);
  const at = (day: number, hour: number, minute = 0) => Date.UTC(2026, 0, day, hour, minute);

  test.each([
    ['45m', { kind: 'relative', seconds: 2700 }],
    ['last 45m', { kind: 'relative', seconds: 2700 }],
    ['last 2 hours', { kind: 'relative', seconds: 7200 }],
    ['Last hour', { kind: 'relative', seconds: 3600 }],
    ['3 days', { kind: 'relative', seconds: 259_200 }],
    ['yesterday 9-11', { kind: 'absolute', fromMs: at(14, 9), toMs: at(14, 11) }],
    ['today', { kind: 'absolute', fromMs: at(15, 0), toMs: now }],
    ['2026-01-10 14:00 to 2026-01-10 15:30', { kind: 'absolute', fromMs: at(10, 14), toMs: at(10, 15, 30) }],
    ['10:00 to 11:00', { kind: 'absolute', fromMs: at(15, 10), toMs: at(15, 11) }],
    ['1768480000', { kind: 'absolute', fromMs: 1768480000e3 - 1.8e6, toMs: 1768480000e3 + 1.8e6 }],
    ['1768480000000..1768480001000', { kind: 'absolute', fromMs: 1768480000000, toMs: 1768480001000 }],
  ])('reads %s', (text, expected) => expect(parseTypedTime(text, now)).toEqual(expected));

  test.each(['', 'soon', 'last', '12 parsecs', '2026-99-99', 'yesterday 11-9', '11:00 to 10:00'])(
    'refuses %j',
    (text) => expect(parseTypedTime(text, now)).toBeNull(),
  );
});

describe('vendor links', () => {
  const query = encodeURIComponent('{"limit":5}');

  test.each([
    ['/team/environments/prod/datasets/api', `?query=${query}`, '', `/query/api?query=${query}`],
    ['/team/datasets/api', '', '', '/query/api'],
    ['/team/datasets/api/trace', '?trace_id=abc&span=1&trace_start_ts=5', '', '/trace/abc?span=1'],
    ['/team/environments/prod/datasets/api/result/r1/', '', '', '/query/api?qid=r1'],
    ['/xray/home', '', '#xray:traces/1-5759e988-bd862e3fe1be46a994272793', '/trace/1-5759e988-bd862e3fe1be46a994272793'],
  ])('%s%s%s', (path, search, hash, expected) =>
    expect(redirectVendorLink(path, search, hash)).toBe(expected),
  );

  test.each(['/', '/query/api', '/trace/abc', '/settings/datasets', '/boards/x'])('%s is our own', (path) =>
    expect(redirectVendorLink(path, '', '')).toBeNull(),
  );
});

describe('sel and viz', () => {
  test('a selection survives', () => {
    const selection = { fromMs: 1_700_000_000_500, toMs: 1_700_000_100_000, low: 0.25, high: 1e6 };
    expect(parseSelection(printSelection(selection))).toEqual(selection);
  });

  test.each([null, '', '1,2,3', '1,2,3,x', '2,1,0,1', '1,2,5,5'])('%j is no selection', (text) =>
    expect(parseSelection(text)).toBeNull(),
  );

  test('looks survive, plain ones are left out', () => {
    const viz = withLook(withLook(null, 2, { log: true, omitMissing: true }), 0, { stacked: true });
    expect(viz).toBe('0:s,2:lo');
    expect(printViz(readViz(viz))).toBe(viz);
    expect(withLook('0:s', 0, { stacked: false })).toBe('');
    expect(readViz('x:y,3:q,,').size).toBe(0);
  });
});
