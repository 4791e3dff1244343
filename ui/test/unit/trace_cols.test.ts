// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import {
  decodeTraceCols,
  Flag,
  isMissing,
  marksOf,
  nameAt,
  rowOfSpan,
  rowsOfSpans,
  spanIdHex,
  TraceFormatError,
} from '../../src/trace/cols.ts';
import { encode, makeTrace, random, randomRows } from './trace_make.ts';

const kRows = [
  { parent: -1, start: 0, dur: 100, flags: 1, id: 0xfedcba9876543210n },
  { parent: 0, start: 10, dur: 20, svc: 1, name: 1, kind: 1 },
  { parent: 0, start: 50, dur: 70, svc: 2, name: 2 },
];

describe('decodeTraceCols', () => {
  it('gives back what was encoded', () => {
    const cols = makeTrace(kRows);
    expect(cols.n).toBe(3);
    expect(cols.t0Ns).toBe(1700000000000000000n);
    expect(cols.durNs).toBe(120);
    expect([...cols.parent]).toEqual([-1, 0, 0]);
    expect([...cols.end]).toEqual([3, 2, 3]);
    expect([...cols.depth]).toEqual([0, 1, 1]);
    expect(cols.services[cols.svc[2]!]).toBe('postgres');
    expect(spanIdHex(cols, 0)).toBe('fedcba9876543210');
  });

  it('tells the marks of each row', () => {
    const cols = makeTrace([
      { parent: -1, start: 0, dur: 100, marks: [5, 60] },
      { parent: 0, start: 10, dur: 20 },
      { parent: 0, start: 50, dur: 70, marks: [55] },
    ]);
    expect([0, 1, 2].map((row) => marksOf(cols, row))).toEqual([
      [0, 2],
      [2, 2],
      [2, 3],
    ]);
    expect([...cols.markAt]).toEqual([5, 60, 55]);
    const lost = encode(kRows, (header) => (header['marks'] = 2));
    expect(() => decodeTraceCols(lost)).toThrow(/mark_row/);
  });

  it('names rows that stand for a missing span', () => {
    const cols = makeTrace([{ parent: -1, start: 0, dur: 9, flags: Flag.missing }]);
    expect([isMissing(cols, 0), nameAt(cols, 0)]).toEqual([true, 'missing span']);
  });

  it('opens an empty trace', () => {
    expect(decodeTraceCols(encode([])).n).toBe(0);
  });

  it('shows a span that ends before it starts as a moment', () => {
    const cols = makeTrace([{ parent: -1, start: 5, dur: -3 }]);
    expect([cols.dur[0], cols.durNs]).toEqual([0, 5]);
    expect(() => makeTrace([{ parent: -1, start: 5, dur: Number.NaN }])).toThrow(/usable time/);
  });

  it('opens a trace deeper than depths can tell', () => {
    const rows = Array.from({ length: 70_000 }, (_, i) => ({ parent: i - 1, start: i, dur: 1 }));
    expect(makeTrace(rows).depth[69_999]).toBe(0xffff);
  });

  it('ignores columns it does not know', () => {
    const buffer = encode(kRows, (header) => {
      (header['cols'] as unknown[]).push({ k: 'weight', type: 'f32', off: 0, len: 12 });
    });
    expect(decodeTraceCols(buffer).n).toBe(3);
  });

  it('refuses every cut of a good file', () => {
    const buffer = encode(kRows);
    for (let size = 0; size < buffer.byteLength - 8; size++) {
      expect(() => decodeTraceCols(buffer.slice(0, size)), `cut at ${size}`).toThrow(
        TraceFormatError,
      );
    }
  });

  it('opens or refuses, and never fails otherwise, whatever byte is flipped', () => {
    const next = random(7);
    for (let round = 0; round < 3000; round++) {
      const buffer = encode(randomRows(round % 5, 12));
      const bytes = new Uint8Array(buffer);
      const flips = 1 + Math.floor(next() * 3);
      for (let k = 0; k < flips; k++)
        bytes[Math.floor(next() * bytes.length)]! ^= 1 << Math.floor(next() * 8);
      try {
        const cols = decodeTraceCols(buffer);
        for (let i = 0; i < cols.n; i++) expect(cols.end[i]!).toBeGreaterThan(i);
      } catch (error) {
        expect(error).toBeInstanceOf(TraceFormatError);
      }
    }
  });

  it.each([
    ['a later version', (h: Record<string, unknown>) => (h['v'] = 2), /version 2/],
    [
      'more rows than the columns hold',
      (h: Record<string, unknown>) => (h['n'] = 4),
      /start has 24 bytes, not 32/,
    ],
    ['a missing column', (h: Record<string, unknown>) => (h['cols'] = []), /missing: start/],
    ['no dictionary', (h: Record<string, unknown>) => delete h['dict'], /dictionaries/],
    [
      'a code past its dictionary',
      (h: Record<string, unknown>) => ((h['dict'] as { service: string[] }).service = []),
      /outside the dictionaries/,
    ],
    ['a bad time', (h: Record<string, unknown>) => (h['t0_ns'] = 'soon'), /start time/],
  ])('names what is wrong: %s', (_, change, message) => {
    expect(() => decodeTraceCols(encode(kRows, change))).toThrow(message);
  });

  it('refuses rows that do not nest', () => {
    const buffer = encode(kRows);
    const cols = decodeTraceCols(buffer);
    cols.parent[2] = 1;
    expect(() => decodeTraceCols(buffer)).toThrow(/row 2 does not fit the tree/);
  });
});

describe('rowsOfSpans', () => {
  it('finds rows by hex id and skips unknown ones', () => {
    const cols = makeTrace(kRows);
    expect(
      rowsOfSpans(cols, ['0000000000000003', 'ffffffffffffffff', 'x', 'FEDCBA9876543210']),
    ).toEqual([2, 0]);
    expect(rowOfSpan(cols, '00')).toBe(-1);
  });
});
