// SPDX-License-Identifier: Apache-2.0

import { describe, expect, test } from 'vitest';
import { stackOf } from '../../src/logs/histogram_bars.ts';
import { RowPlaces } from '../../src/logs/row_places.ts';
import { TailRing } from '../../src/logs/tail_ring.ts';
import { seeded } from './random.ts';

describe('places of rows', () => {
  test('agree with adding the heights up', () => {
    const random = seeded(3);
    for (let round = 0; round < 50; round += 1) {
      const heights = Array.from({ length: 1 + Math.floor(random() * 60) }, () =>
        random() < 0.3 ? 24 + Math.floor(random() * 200) : undefined,
      );
      const places = new RowPlaces(heights.length, 24, (index) => heights[index]);
      let y = 0;
      heights.forEach((height, index) => {
        expect(places.top(index)).toBe(y);
        expect(places.at(y)).toBe(index);
        y += height ?? 24;
        expect(places.bottom(index)).toBe(y);
        expect(places.at(y - 1)).toBe(index);
      });
      expect(places.height).toBe(y);
    }
  });

  test('outside are the first and the last row; without rows 0', () => {
    const places = new RowPlaces(3, 24, null);
    expect([places.at(-5), places.at(1e9)]).toEqual([0, 2]);
    expect([new RowPlaces(0, 24, null).at(10), new RowPlaces(0, 24, null).height]).toEqual([0, 0]);
  });
});

describe('the ring of a tail', () => {
  test('keeps the newest and counts all', () => {
    const ring = new TailRing<number>(5);
    let next = 0;
    for (const size of [3, 1, 4, 12, 2, 0]) {
      ring.push(Array.from({ length: size }, () => next++));
      expect(ring.items).toEqual(Array.from({ length: Math.min(5, next) }, (_, i) => Math.max(0, next - 5) + i));
      expect(ring.added).toBe(next);
    }
  });

  test('what was handed out stays as it was', () => {
    const ring = new TailRing<number>(2);
    ring.push([1, 2]);
    const held = ring.items;
    ring.push([3]);
    expect(held).toEqual([1, 2]);
  });
});

test('bars: errors at the bottom, then warnings, then the rest', () => {
  const bars = stackOf({
    bucket_ms: 1000,
    start_ms: 0,
    counts: [5, 0, 2],
    levels: { error: [1, 0, 0], fatal: [1, 0, 0], warn: [0, 0, 2], info: [3, 0, 0] },
    total: 7,
  });
  expect(bars).toEqual([
    [{ count: 2, token: 'error' }, { count: 3, token: 'heat3' }],
    [],
    [{ count: 2, token: 'warn' }],
  ]);
});
