// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import type { QueryResult } from '../../src/api/types.ts';
import { changeOf, describeOffset, offsetFits, readOffset } from '../../src/query/compare.ts';
import { resultAsCsv } from '../../src/query/download.ts';
import { linesOf } from '../../src/query/lines.ts';
import { queryHref, readQueryParams, specWithRange } from '../../src/query/query_url.ts';

describe('the offset', () => {
  it('is one of those the query API takes', () => {
    expect(readOffset('86400')).toBe(86_400);
    expect([readOffset('86401'), readOffset(null), readOffset('day')]).toEqual([null, null, null]);
    expect(describeOffset(604_800)).toBe('7 days earlier');
  });

  it('stands in the address, not in the spec', () => {
    const href = queryHref('a', { breakdowns: ['x'], compare_time_offset_seconds: 86_400 });
    const { params } = { params: new URL(href, 'http://h').searchParams };
    expect(params.get('cmp')).toBe('86400');
    expect(readQueryParams(params)).toMatchObject({ spec: { breakdowns: ['x'] }, compare: 86_400 });
  });

  it('is left out of a query whose range it would overlap', () => {
    const day = { kind: 'relative', seconds: 86_400 } as const;
    expect(specWithRange({}, day, 86_400).compare_time_offset_seconds).toBe(86_400);
    expect(specWithRange({}, day, 7200).compare_time_offset_seconds).toBe(undefined);
    expect(offsetFits(1800, 1801)).toBe(false);
  });
});

describe('a change', () => {
  it('is told as a share, or in a word where there is none', () => {
    const told = (now: number | null, before: number | null) => changeOf(now, before).text;
    expect(told(112, 100)).toBe('+12 %');
    expect(told(99.5, 100)).toBe('−0.5 %');
    expect(told(1400, 100)).toBe('14×');
    expect(told(100, 100)).toBe('0 %');
    expect(told(1, null)).toBe('new');
    expect(told(1, 0)).toBe('new');
    expect(told(null, 1)).toBe('gone');
    expect(told(0, 5)).toBe('−100 %');
    expect(told(null, null)).toBe('–');
  });
});

const result = {
  breakdowns: ['user'],
  calculations: [{ key: 'COUNT', op: 'COUNT', column: null }],
  rows: [
    { group: ['bob'], values: [4] },
    { group: ['eve'], values: [2] },
  ],
  series: {
    times_ms: [0, 1000],
    rows: [[[1, 3]], [[2, null]]],
    total: [[3, 3]],
  },
  compare: {
    offset_s: 3600,
    rows: [{ values: [8] }, null],
    total: { values: [8] },
    series: { times_ms: [-3600_000, -3599_000], rows: [[[8, null]], null], total: [[8, null]] },
  },
} as unknown as QueryResult;

describe('a compared result', () => {
  it('gives each line its earlier twin, where its group had one', () => {
    const [bob, eve] = linesOf(result, 0, false);
    expect(bob!.compared).toEqual([8, 0]);
    expect(linesOf(result, 0, true)[0]!.compared).toEqual([8, null]);
    expect(eve!.compared).toBe(undefined);
  });

  it('is downloaded with both values', () => {
    expect(resultAsCsv(result)).toBe(
      'user,COUNT,"COUNT, 1 hour earlier"\r\nbob,4,8\r\neve,2,\r\n',
    );
  });
});
