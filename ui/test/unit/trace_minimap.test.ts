// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { rasterMinimap, rasterTicks } from '../../src/canvas/minimap.ts';
import { makeTrace, randomTrace } from './trace_make.ts';

describe('rasterMinimap', () => {
  it('puts each depth in its own lane and each row over its time', () => {
    const cols = makeTrace([
      { parent: -1, start: 0, dur: 10 },
      { parent: 0, start: 2, dur: 3 },
    ]);
    const grid = rasterMinimap(
      cols,
      [0, 2],
      { from: 0, to: 10 },
      { width: 10, lanesMax: 8 },
      (row) => row + 1,
      () => false,
    );
    expect(grid.lanes).toBe(2);
    expect([...grid.cells]).toEqual([1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 2, 2, 2, 0, 0, 0, 0, 0]);
  });

  it('never hides a row that must be on top, and shows every row somewhere', () => {
    for (let seed = 0; seed < 50; seed++) {
      const cols = randomTrace(seed, 80);
      const bad = 40;
      const grid = rasterMinimap(
        cols,
        [0, cols.n],
        { from: 0, to: cols.durNs },
        { width: 30, lanesMax: 4 },
        (row) => (row === bad ? 9 : 1),
        (row) => row === bad,
      );
      expect(grid.lanes).toBeLessThanOrEqual(4);
      expect(grid.cells).toContain(9);
    }
  });

  it('shows a subtree from its own depth', () => {
    const cols = makeTrace([
      { parent: -1, start: 0, dur: 10 },
      { parent: 0, start: 5, dur: 5 },
      { parent: 1, start: 5, dur: 5 },
    ]);
    const grid = rasterMinimap(
      cols,
      [1, 3],
      { from: 5, to: 10 },
      { width: 2, lanesMax: 8 },
      (row) => row,
      () => false,
    );
    expect([...grid.cells]).toEqual([1, 1, 2, 2]);
  });
});

describe('rasterTicks', () => {
  it('marks the columns where matches start', () => {
    const cols = makeTrace([
      { parent: -1, start: 0, dur: 10 },
      { parent: 0, start: 5, dur: 1 },
    ]);
    expect([...rasterTicks(cols, Uint32Array.of(1), { from: 0, to: 10 }, 4)]).toEqual([0, 0, 1, 0]);
  });
});
