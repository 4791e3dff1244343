// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { foldIdsMax, formatFold, parseFold } from '../../src/trace/fold_url.ts';
import { isParent, setAllFolded } from '../../src/trace/tree.ts';
import { makeTrace, random, randomTrace } from './trace_make.ts';

describe('fold in the URL', () => {
  it('comes back as written, for any few folded rows', () => {
    for (let seed = 0; seed < 200; seed++) {
      const cols = randomTrace(seed, 1 + (seed % 60));
      const next = random(seed);
      const share = next();
      const folded = Uint8Array.from({ length: cols.n }, (_, row) =>
        isParent(cols, row) && next() < share ? 1 : 0,
      );
      const { text, left } = formatFold(cols, folded);
      expect(left).toBe(0);
      expect([...parseFold(cols, text)], `seed ${seed}: ${text}`).toEqual([...folded]);
    }
  });

  it('says everything in a few letters when everything is folded', () => {
    const rows = [{ parent: -1, start: 0, dur: 9 }];
    for (let i = 0; i < 1000; i++) {
      rows.push({ parent: 0, start: i, dur: 1 }, { parent: rows.length, start: i, dur: 1 });
    }
    const cols = makeTrace(rows);
    const folded = new Uint8Array(cols.n);
    setAllFolded(cols, folded, 1);
    expect(formatFold(cols, folded)).toEqual({ text: 'd0', left: 0 });
    folded[0] = 0;
    expect(formatFold(cols, folded)).toEqual({ text: 'd1', left: 0 });
    folded[1] = 0;
    expect(formatFold(cols, folded)).toEqual({ text: 'd1,0000000000000002', left: 0 });
  });

  it('tells how many rows it had to leave out', () => {
    const rows = [{ parent: -1, start: 0, dur: 9 }];
    for (let i = 0; i < 1000; i++) {
      rows.push({ parent: 0, start: i, dur: 1 }, { parent: rows.length, start: i, dur: 1 });
    }
    const cols = makeTrace(rows);
    const folded = Uint8Array.from({ length: cols.n }, (_, row) => (row % 4 === 1 ? 1 : 0));
    const { text, left } = formatFold(cols, folded);
    expect(text.split(',').length).toBe(foldIdsMax);
    expect(left).toBe(500 - foldIdsMax);
  });

  it('ignores what it does not understand', () => {
    const cols = randomTrace(1, 20);
    for (const text of ['', 'x', 'd', 'd99999', 'ffffffffffffffff', ',,,']) {
      expect([...parseFold(cols, text)].every((one) => one === 0)).toBe(true);
    }
  });
});
