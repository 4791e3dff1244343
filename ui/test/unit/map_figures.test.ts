// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { indexOfByte } from '../../src/map/byte_index.ts';
import { binLatencies, withResponseTime } from '../../src/map/latency_bins.ts';
import { bothFilters } from '../../src/map/map_text.ts';
import { arcsOf, failureWords, worstOf } from '../../src/map/outcomes.ts';

const outcomes = (ok: number, error: number, throttle: number, fault: number) => ({
  total: ok + error + throttle + fault,
  ok,
  error,
  throttle,
  fault,
});

describe('outcomes', () => {
  it('fill the ring without gaps', () => {
    const arcs = arcsOf(outcomes(90, 5, 2, 3));
    expect(arcs.map(({ kind }) => kind)).toEqual(['ok', 'error', 'throttle', 'fault']);
    let at = 0;
    for (const { from, length } of arcs) {
      expect(from).toBeCloseTo(at);
      at += length;
    }
    expect(at).toBeCloseTo(1);
  });

  it('show a single fault among a million', () => {
    expect(arcsOf(outcomes(999_999, 0, 0, 1))[1]!.length).toBeGreaterThan(0.015);
  });

  it('say the percentages, worst first', () => {
    expect(failureWords(outcomes(90, 6, 0, 4))).toBe('4 % fault, 6 % error');
    expect(worstOf(outcomes(90, 6, 0, 4))?.words).toBe('4 % fault');
    expect(worstOf(outcomes(10, 0, 0, 0))).toBeNull();
    expect(arcsOf(outcomes(0, 0, 0, 0))).toEqual([]);
  });
});

describe('the histogram of response times', () => {
  it('keeps every request, whatever its length', () => {
    const histogram: [number, number][] = [[0, 3], [1, 5], [7, 2], [950, 11], [61_000, 1]];
    const bins = binLatencies(histogram);
    expect(bins.reduce((sum, { count }) => sum + count, 0)).toBe(22);
    for (const [ms] of histogram) {
      const bin = bins.find(({ fromMs, toMs }) => ms >= fromMs && ms < toMs);
      expect(bin?.count, `${ms}`).toBeGreaterThan(0);
    }
  });

  it('has a width even for one value, and none for nothing', () => {
    expect(binLatencies([[5, 2]]).filter(({ count }) => count > 0)).toHaveLength(1);
    expect(binLatencies([])).toEqual([]);
  });

  it('becomes a filter in seconds', () => {
    expect(withResponseTime('service("a")', 100, 250.5)).toBe(
      'service("a") { responsetime >= 0.1 AND responsetime <= 0.2505 }',
    );
  });
});

describe('filter expressions', () => {
  it('are joined', () => {
    expect(bothFilters('', 'fault')).toBe('fault');
    expect(bothFilters('fault OR error', 'service("a")')).toBe('(fault OR error) AND service("a")');
  });

  it('find the character a byte belongs to', () => {
    expect(indexOfByte('annotation[x] = "é" AND y', 25)).toBe(24);
    expect(indexOfByte('abc', 99)).toBe(3);
  });
});
