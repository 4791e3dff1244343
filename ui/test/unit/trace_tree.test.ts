// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import type { TraceCols } from '../../src/trace/cols.ts';
import {
  foldLevel,
  positionOf,
  reveal,
  setAllFolded,
  stepMatch,
  unfoldLevel,
  visibleRows,
  withAncestors,
} from '../../src/trace/tree.ts';
import { makeTrace, random, randomTrace } from './trace_make.ts';

function ancestors(cols: TraceCols, row: number): number[] {
  const above: number[] = [];
  for (let i = cols.parent[row]!; i >= 0; i = cols.parent[i]!) above.push(i);
  return above;
}

function marks(cols: TraceCols, seed: number, share: number): Uint8Array {
  const next = random(seed);
  return Uint8Array.from({ length: cols.n }, () => (next() < share ? 1 : 0));
}

describe('visibleRows', () => {
  it('equals a row-by-row look at every ancestor', () => {
    for (let seed = 0; seed < 200; seed++) {
      const cols = randomTrace(seed, 1 + (seed % 60));
      const folded = marks(cols, seed, 0.2);
      const matches = Uint32Array.from(marks(cols, seed + 1, 0.1).entries()).filter(
        (_, i) => i % 2 === 0,
      );
      const keep = withAncestors(cols, matches);
      const root = seed % 3 === 0 ? Math.floor(cols.n / 2) : -1;

      const expected: number[] = [];
      for (let i = 0; i < cols.n; i++) {
        const above = ancestors(cols, i);
        const inScope = root < 0 || i === root || above.includes(root);
        const within = above.filter(
          (one) => root < 0 || one === root || ancestors(cols, one).includes(root),
        );
        if (inScope && !within.some((one) => folded[one] === 1)) expected.push(i);
      }

      expect([...visibleRows(cols, folded, root)]).toEqual(expected);
      expect([...visibleRows(cols, folded, root, keep)]).toEqual(
        expected.filter((i) => keep[i] === 1),
      );
    }
  });
});

describe('withAncestors', () => {
  it('marks matches, what is above them, and nothing else', () => {
    for (let seed = 0; seed < 100; seed++) {
      const cols = randomTrace(seed, 40);
      const matches = Uint32Array.from([3, 17, 39].filter((row) => row < cols.n));
      const expected = new Set<number>();
      for (const row of matches)
        for (const one of [row, ...ancestors(cols, row)]) expected.add(one);
      const keep = withAncestors(cols, matches);
      expect(new Set([...keep.keys()].filter((i) => keep[i] === 1))).toEqual(expected);
    }
  });
});

describe('levels', () => {
  const cols = makeTrace([
    { parent: -1, start: 0, dur: 9 },
    { parent: 0, start: 1, dur: 3 },
    { parent: 1, start: 1, dur: 1 },
    { parent: 0, start: 5, dur: 1 },
  ]);

  it('folds from the leaves up and opens from the root down', () => {
    const folded = new Uint8Array(4);
    expect(foldLevel(cols, folded)).toBe(true);
    expect([...visibleRows(cols, folded)]).toEqual([0, 1, 3]);
    expect(foldLevel(cols, folded)).toBe(true);
    expect([...visibleRows(cols, folded)]).toEqual([0]);
    expect(foldLevel(cols, folded)).toBe(false);
    expect(unfoldLevel(cols, folded)).toBe(true);
    expect([...visibleRows(cols, folded)]).toEqual([0, 1, 3]);
    expect(unfoldLevel(cols, folded)).toBe(true);
    expect(unfoldLevel(cols, folded)).toBe(false);
  });

  it('takes as many folds as unfolds on random trees', () => {
    for (let seed = 0; seed < 50; seed++) {
      const tree = randomTrace(seed, 50);
      const folded = new Uint8Array(tree.n);
      let folds = 0;
      while (foldLevel(tree, folded)) folds++;
      while (unfoldLevel(tree, folded)) folds--;
      expect(folds).toBe(0);
      expect(visibleRows(tree, folded).length).toBe(tree.n);
    }
  });

  it('folds and opens all within a subtree only', () => {
    const folded = new Uint8Array(4);
    setAllFolded(cols, folded, 1, 1);
    expect([...folded]).toEqual([0, 1, 0, 0]);
    setAllFolded(cols, folded, 1);
    expect([...folded]).toEqual([1, 1, 0, 0]);
    setAllFolded(cols, folded, 0);
    expect([...folded]).toEqual([0, 0, 0, 0]);
  });

  it('reveals a hidden row by opening what is above it', () => {
    const folded = Uint8Array.of(1, 1, 0, 0);
    expect(reveal(cols, folded, 2)).toBe(true);
    expect([...visibleRows(cols, folded)]).toContain(2);
    expect(reveal(cols, folded, 2)).toBe(false);
  });
});

describe('stepMatch', () => {
  it('goes to the next and previous match and round the ends', () => {
    const matches = Uint32Array.of(2, 5, 9);
    expect(stepMatch(matches, 2, 1)).toBe(5);
    expect(stepMatch(matches, 3, 1)).toBe(5);
    expect(stepMatch(matches, 9, 1)).toBe(2);
    expect(stepMatch(matches, -1, 1)).toBe(2);
    expect(stepMatch(matches, 5, -1)).toBe(2);
    expect(stepMatch(matches, 6, -1)).toBe(5);
    expect(stepMatch(matches, 1, -1)).toBe(9);
    expect(stepMatch(matches, 2, -1)).toBe(9);
    expect(stepMatch(new Uint32Array(0), 2, 1)).toBe(-1);
  });
});

describe('positionOf', () => {
  it('gives the row or the nearest shown one above', () => {
    const rows = Uint32Array.of(0, 3, 4);
    expect([0, 1, 3, 4, 9].map((row) => positionOf(rows, row))).toEqual([0, 0, 1, 2, 2]);
    expect(positionOf(Uint32Array.of(2), 1)).toBe(-1);
  });
});
