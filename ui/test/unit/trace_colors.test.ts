// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { assignColors, fnv1a, kColorCount, kHatched, rowColor, serviceColors } from '../../src/trace/colors.ts';
import { makeTrace } from './trace_make.ts';

describe('fnv1a', () => {
  it('gives the published values', () => {
    expect(fnv1a('')).toBe(0x811c9dc5);
    expect(fnv1a('a')).toBe(0xe40c292c);
    expect(fnv1a('foobar')).toBe(0xbf9cf968);
  });
});

describe('assignColors', () => {
  it('gives a lone service the colour of its hash, wherever it stands', () => {
    expect(assignColors(['backend'], [1])[0]).toBe(fnv1a('backend') % kColorCount);
  });

  it('does not depend on the order services came in', () => {
    const names = ['frontend', 'backend', 'postgres', 'redis', 'auth'];
    const weights = [5, 4, 3, 2, 1];
    const colors = assignColors(names, weights);
    const turned = assignColors([...names].reverse(), [...weights].reverse());
    expect([...turned].reverse()).toEqual([...colors]);
  });

  it('gives ten services ten colours and hatches from the eleventh on', () => {
    const names = Array.from({ length: 24 }, (_, i) => `service-${i}`);
    const colors = assignColors(names, names.map((_, i) => 100 - i));
    expect(new Set(colors.slice(0, 10)).size).toBe(10);
    expect([...colors.slice(10)].every((color) => color >= kHatched)).toBe(true);
    expect(new Set(colors.slice(10, 20)).size).toBe(10);
  });

  it('lets the heavier of two colliding services keep its place', () => {
    const names = Array.from({ length: 200 }, (_, i) => `s${i}`);
    const other = names.find((name, i) => i > 0 && fnv1a(name) % 10 === fnv1a('s0') % 10)!;
    const [light, heavy] = assignColors(['s0', other], [1, 9]);
    expect(heavy).toBe(fnv1a(other) % 10);
    expect(light).toBe((heavy! + 1) % 10);
  });
});

describe('rowColor', () => {
  it('follows the service, the kind, or nothing', () => {
    const cols = makeTrace([
      { parent: -1, start: 0, dur: 9, svc: 0, kind: 0 },
      { parent: 0, start: 1, dur: 2, svc: 1, kind: 0 },
    ]);
    const byService = rowColor(cols, 'service');
    expect([byService(0), byService(1)]).toEqual([...serviceColors(cols).slice(0, 2)]);
    expect(rowColor(cols, 'kind')(0)).toBe(rowColor(cols, 'kind')(1));
    expect(rowColor(cols, 'status')(0)).toBe(rowColor(cols, 'status')(1));
  });
});
