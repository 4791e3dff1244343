// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { durationNs, findLocal, parseFind, tokenize, union } from '../../src/trace/find.ts';
import { makeTrace, random } from './trace_make.ts';

const kTrace = makeTrace([
  { parent: -1, start: 0, dur: 9e6, svc: 0, name: 0 },
  { parent: 0, start: 1, dur: 2e6, svc: 1, name: 1, flags: 1 },
  { parent: 1, start: 1, dur: 1e6, svc: 2, name: 1 },
]);

function found(text: string): { rows: number[]; complete: boolean } {
  const { rows, complete } = findLocal(kTrace, parseFind(text));
  return { rows: [...rows], complete };
}

describe('parseFind', () => {
  it.each([
    ['home', [{ word: 'home' }]],
    ['get home', [{ word: 'get' }, { word: 'home' }]],
    ['"GET /home"', [{ word: 'GET /home' }]],
    ['http.status_code>=500', [{ field: 'http.status_code', op: '>=', value: '500' }]],
    [
      'app.user_id = "a b" slow',
      [{ field: 'app.user_id', op: '=', value: 'a b' }, { word: 'slow' }],
    ],
    ['name contains qu', [{ field: 'name', op: 'contains', value: 'qu' }]],
    ['db.system exists', [{ field: 'db.system', op: 'exists', value: '' }]],
    ['a !=', [{ word: 'a' }, { word: '!=' }]],
    ['"unclosed quote', [{ word: 'unclosed quote' }]],
    ['wow!', [{ word: 'wow' }, { word: '!' }]],
    ['', []],
  ])('reads %j', (text, clauses) => {
    expect(parseFind(text)).toEqual(clauses);
  });

  it('never fails, whatever is typed', () => {
    const next = random(11);
    const letters = 'ab= !<>"\\contains ';
    for (let i = 0; i < 2000; i++) {
      const text = Array.from(
        { length: Math.floor(next() * 20) },
        () => letters[Math.floor(next() * letters.length)],
      ).join('');
      expect(() => findLocal(kTrace, parseFind(text))).not.toThrow();
      expect(tokenize(text).length).toBeLessThanOrEqual(text.length + 1);
    }
  });
});

describe('findLocal', () => {
  it('finds words in service and name, whatever their case, and leaves other values to the server', () => {
    expect(found('QUERY')).toEqual({ rows: [1, 2], complete: false });
    expect(found('query post')).toEqual({ rows: [2], complete: false });
  });

  it('answers the fields it has by itself', () => {
    expect(found('service.name = backend')).toEqual({ rows: [1], complete: true });
    expect(found('service.name starts-with back error = true')).toEqual({
      rows: [1],
      complete: true,
    });
    expect(found('error != true')).toEqual({ rows: [0, 2], complete: true });
    expect(found('duration_ms >= 2')).toEqual({ rows: [0, 1], complete: true });
    expect(found('duration < 1.5ms')).toEqual({ rows: [2], complete: true });
    expect(found('name does-not-contain query')).toEqual({ rows: [0], complete: true });
  });

  it('claims nothing about fields it does not have', () => {
    expect(found('http.method = GET')).toEqual({ rows: [], complete: false });
    expect(found('duration > soon')).toEqual({ rows: [], complete: false });
  });

  it('finds nothing when nothing is asked', () => {
    expect(found('  ')).toEqual({ rows: [], complete: true });
  });
});

describe('durationNs', () => {
  it('reads units and bare numbers', () => {
    expect(durationNs('120ms', '')).toBe(120e6);
    expect(durationNs('1.5 s', '')).toBe(1.5e9);
    expect(durationNs('7', 'ms')).toBe(7e6);
    expect(durationNs('7', '')).toBeNull();
    expect(durationNs('-7', 'ms')).toBeNull();
  });
});

describe('union', () => {
  it('merges without doubles', () => {
    expect([...union(Uint32Array.of(1, 3, 5), Uint32Array.of(0, 3, 9))]).toEqual([0, 1, 3, 5, 9]);
    expect([...union(new Uint32Array(0), Uint32Array.of(2))]).toEqual([2]);
  });
});
