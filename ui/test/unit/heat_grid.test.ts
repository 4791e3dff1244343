// SPDX-License-Identifier: Apache-2.0

import { describe, expect, test } from 'vitest';
import type { HeatCell } from '../../src/api/types.ts';
import { binHeat, chooseScale, countIn, positionOf, rampIndex, valueAt } from '../../src/canvas/heat_grid.ts';
import { seeded } from './random.ts';

function randomSeries(random: () => number): (HeatCell[] | null)[] {
  return Array.from({ length: 1 + Math.floor(random() * 30) }, () => {
    if (random() < 0.2) return null;
    let edge = random() * 2;
    return Array.from({ length: 1 + Math.floor(random() * 20) }, (): HeatCell => {
      const min = edge + random();
      edge = min * (1.01 + random());
      return [min, edge, 1 + Math.floor(random() * 50)];
    });
  });
}

const sum = (series: (HeatCell[] | null)[]) =>
  series.flat().reduce((total, cell) => total + (cell ? cell[2] : 0), 0);

describe('binHeat', () => {
  test('loses and invents no event, whatever the buckets and the scale', () => {
    const random = seeded(11);
    for (let i = 0; i < 300; i += 1) {
      const series = randomSeries(random);
      for (const kind of ['linear', 'log', 'auto'] as const) {
        const grid = binHeat(series, 40, chooseScale(series, kind));
        const counted = grid.counts.reduce((a, b) => a + b, 0);
        expect(counted).toBeCloseTo(sum(series), 6);
        expect(grid.total).toBe(sum(series));
        const all = { column0: 0, column1: grid.columns - 1, row0: 0, row1: grid.rows - 1 };
        expect(countIn(grid, all)).toBe(sum(series));
      }
    }
  });

  test('a bucket inside one row stays there', () => {
    const grid = binHeat([[[0, 1, 5]], [[9.5, 10, 7]]], 10, { kind: 'linear', min: 0, max: 10 });
    expect(grid.counts[0]).toBe(5);
    expect(grid.counts[19]).toBe(7);
    expect(grid.max).toBe(7);
  });

  test('a wide bucket is spread evenly on a linear scale', () => {
    const grid = binHeat([[[0, 10, 10]]], 10, { kind: 'linear', min: 0, max: 10 });
    expect([...grid.counts]).toEqual(new Array(10).fill(1));
  });

  test('one single value and no value at all', () => {
    expect(binHeat([[[5, 5, 3]]], 40, chooseScale([[[5, 5, 3]]], 'auto')).total).toBe(3);
    expect(binHeat([null, null], 40, chooseScale([null, null], 'auto')).max).toBe(0);
  });
});

describe('scale', () => {
  test('position and value are inverse', () => {
    for (const scale of [{ kind: 'linear', min: -5, max: 20 }, { kind: 'log', min: 0.1, max: 5000 }] as const) {
      for (const position of [0, 0.1, 0.5, 0.99, 1]) {
        expect(positionOf(scale, valueAt(scale, position))).toBeCloseTo(position, 9);
      }
    }
  });

  test('is logarithmic by itself only when a few values dwarf the rest', () => {
    expect(chooseScale([[[10, 20, 100], [20, 30, 50]]], 'auto').kind).toBe('linear');
    expect(chooseScale([[[10, 20, 100], [1000, 1200, 2]]], 'auto').kind).toBe('log');
    expect(chooseScale([[[-10, 20, 100]]], 'log').kind).toBe('linear');
  });
});

describe('ramp', () => {
  test('grows with the count and is empty for none', () => {
    expect(rampIndex(0, 100)).toBe(-1);
    expect(rampIndex(100, 100)).toBe(5);
    expect(rampIndex(1, 1)).toBe(5);
    const steps = [1, 2, 5, 10, 50, 100].map((count) => rampIndex(count, 100));
    expect([...steps].sort((a, b) => a - b)).toEqual(steps);
  });
});
