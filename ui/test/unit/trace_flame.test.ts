// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { eachBox, layoutFlame, rowAt, type FlameBox } from '../../src/canvas/flame.ts';
import type { TraceCols } from '../../src/trace/cols.ts';
import { subtreeSpread } from '../../src/trace/tree.ts';
import { makeTrace, randomTrace } from './trace_make.ts';

function lay(cols: TraceCols, from: number, to: number) {
  return layoutFlame(cols, from, to, subtreeSpread(cols, from, to));
}

describe('layoutFlame', () => {
  it('never lets two rows of a lane overlap, and puts children below their parents', () => {
    for (let seed = 0; seed < 200; seed++) {
      const cols = randomTrace(seed, 1 + (seed % 70));
      const { lane, lanes, rows, laneAt } = lay(cols, 0, cols.n);
      expect(new Set(rows).size).toBe(cols.n);
      for (let i = 0; i < cols.n; i++) {
        if (cols.parent[i]! >= 0) expect(lane[i]!).toBeGreaterThan(lane[cols.parent[i]!]!);
      }
      for (let l = 0; l < lanes; l++) {
        for (let k = laneAt[l]! + 1; k < laneAt[l + 1]!; k++) {
          const before = rows[k - 1]!;
          expect(cols.start[before]! + cols.dur[before]!).toBeLessThanOrEqual(
            cols.start[rows[k]!]!,
          );
        }
      }
    }
  });

  it('keeps work that happens one after the other in one lane', () => {
    const cols = makeTrace([
      { parent: -1, start: 0, dur: 100 },
      { parent: 0, start: 0, dur: 10 },
      { parent: 1, start: 0, dur: 5 },
      { parent: 0, start: 10, dur: 10 },
      { parent: 0, start: 15, dur: 10 },
    ]);
    expect([...lay(cols, 0, 5).lane]).toEqual([0, 1, 2, 1, 3]);
  });

  it('lays out a subtree from its top', () => {
    const cols = makeTrace([
      { parent: -1, start: 0, dur: 100 },
      { parent: 0, start: 0, dur: 10 },
      { parent: 1, start: 0, dur: 5 },
    ]);
    const layout = lay(cols, 1, 3);
    expect([...layout.lane]).toEqual([0, 1]);
    expect([...layout.rows]).toEqual([1, 2]);
  });
});

describe('drawing', () => {
  const rows = [
    { parent: -1, start: 0, dur: 1000 },
    ...Array.from({ length: 500 }, (_, i) => ({ parent: 0, start: 2 * i, dur: 1 })),
  ];
  const cols = makeTrace(rows);
  const layout = lay(cols, 0, cols.n);

  function boxes(view: { from: number; to: number; width: number }): FlameBox[] {
    const all: FlameBox[] = [];
    eachBox(cols, layout, { ...view, laneHeight: 18, top: 0, height: 100 }, (box) => all.push(box));
    return all;
  }

  it('merges what shares a pixel and draws everything once', () => {
    const merged = boxes({ from: 0, to: 1000, width: 100 });
    expect(merged.length).toBeLessThanOrEqual(102);
    expect(merged.some((box) => box.merged)).toBe(true);
    const single = boxes({ from: 0, to: 10, width: 100 });
    expect(single.map((box) => box.row)).toEqual([0, 1, 2, 3, 4, 5]);
    expect(single.every((box) => !box.merged && box.x >= 0 && box.x + box.width <= 100)).toBe(true);
  });

  it('tells which row is under the pointer', () => {
    const view = { from: 0, to: 10, width: 100, laneHeight: 18, top: 0, height: 100 };
    expect(rowAt(cols, layout, view, 50, 5)).toBe(0);
    expect(rowAt(cols, layout, view, 25, 20)).toBe(2);
    expect(rowAt(cols, layout, view, 25, 80)).toBe(-1);
  });
});
