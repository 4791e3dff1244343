// SPDX-License-Identifier: Apache-2.0

import { describe, expect, test } from 'vitest';
import { assignColours, colourCount, fnv1a } from '../../src/format/colour.ts';
import {
  formatBytes,
  formatCompact,
  formatCount,
  formatDurationMs,
  formatDurationNs,
  formatPercent,
  formatValue,
} from '../../src/format/number.ts';
import { logTicks, timeTicks, valueTicks } from '../../src/format/ticks.ts';
import { formatAgo, formatInstant, msOfNs } from '../../src/format/time.ts';
import { fuzzyScore, rankCommands, traceIdOf } from '../../src/frame/commands.ts';
import { seeded } from './random.ts';

describe('numbers', () => {
  test.each([
    [0, '0'],
    [12, '12 ns'],
    [999.4, '999 ns'],
    [999.6, '1 µs'],
    [393_000, '393 µs'],
    [41_200_000, '41.2 ms'],
    [999_600_000, '1 s'],
    [1_204_000_000, '1.2 s'],
    [59_949_000_000, '59.9 s'],
    [90e9, '1 min 30 s'],
    [3_700e9, '1 h 1 min'],
    [-5e6, '-5 ms'],
  ])('%d ns is %s', (ns, expected) => expect(formatDurationNs(ns)).toBe(expected));

  test('milliseconds', () => expect(formatDurationMs(0.0123)).toBe('12.3 µs'));

  test.each([[1023, '1,023 B'], [1024, '1 KiB'], [1_572_864, '1.5 MiB']])('%d bytes', (bytes, expected) =>
    expect(formatBytes(bytes)).toBe(expected),
  );

  test('counts, shares, axis labels', () => {
    expect(formatCount(1234567)).toBe('1,234,567');
    expect(formatPercent(0)).toBe('0 %');
    expect(formatPercent(0.0187)).toBe('1.9 %');
    expect(formatCompact(12345)).toBe('12.3k');
    expect(formatCompact(9999)).toBe('9,999');
  });

  test('values know their column', () => {
    expect(formatValue(12.5, 'duration_ms')).toBe('12.5 ms');
    expect(formatValue(12.5, 'size')).toBe('12.5');
    expect(formatValue(null)).toBe('–');
    expect(formatValue(false)).toBe('false');
  });
});

describe('times', () => {
  test('nanoseconds keep their fraction', () => {
    expect(msOfNs('1767322984123456789')).toBeCloseTo(1767322984123.4568, 3);
    expect(msOfNs('5')).toBe(0);
  });

  test('instants and ages', () => {
    expect(formatInstant(Date.UTC(2026, 0, 2, 3, 4, 5, 678))).toBe('2026-01-02 03:04:05.678');
    expect(formatAgo(0, 500)).toBe('now');
    expect(formatAgo(0, 3 * 86_400_000 + 5)).toBe('3 d ago');
  });

  test('ticks are round, ordered and inside', () => {
    const random = seeded(5);
    for (let i = 0; i < 200; i += 1) {
      const from = Math.floor(random() * 1.8e12);
      const to = from + 1 + Math.floor(random() ** 4 * 1e10);
      const ticks = timeTicks(from, to, 10);
      expect(ticks.length).toBeLessThanOrEqual(11);
      expect([...ticks].sort((a, b) => a - b)).toEqual(ticks);
      expect(ticks.every((tick) => tick >= from && tick <= to)).toBe(true);
    }
    expect(valueTicks(0, 10, 5)).toEqual([0, 2, 4, 6, 8, 10]);
    expect(logTicks(1, 1000)).toEqual([1, 10, 100, 1000]);
  });
});

describe('colours', () => {
  test('FNV-1a matches its published vectors', () => {
    expect(fnv1a('')).toBe(0x811c9dc5);
    expect(fnv1a('a')).toBe(0xe40c292c);
    expect(fnv1a('foobar')).toBe(0xbf9cf968);
  });

  test('the first ten differ, later ones repeat with a hatch', () => {
    const names = Array.from({ length: 14 }, (_, i) => `service-${i}`);
    const slots = [...assignColours(names).values()];
    expect(new Set(slots.slice(0, colourCount).map((slot) => slot.index)).size).toBe(colourCount);
    expect(slots.map((slot) => slot.hatched)).toEqual(names.map((_, i) => i >= colourCount));
  });

  test('a name without a rival keeps its colour whoever else is there', () => {
    const alone = assignColours(['backend-flask']).get('backend-flask');
    const first = assignColours(['backend-flask', 'postgres', 'frontend']).get('backend-flask');
    expect(first).toEqual(alone);
  });
});

describe('commands', () => {
  const command = (kind: string, label: string) => ({ kind, label, run: () => undefined });

  test('fuzzy order, prefixes, trace ids', () => {
    const commands = [command('Page', 'Boards'), command('Saved query', 'Latency by UserID'), command('Action', 'Light theme')];
    expect(rankCommands(commands, 'lat')[0]?.label).toBe('Latency by UserID');
    expect(rankCommands(commands, '>').map((entry) => entry.kind)).toEqual(['Action']);
    expect(rankCommands(commands, 'zzz')).toEqual([]);
    expect(fuzzyScore('abc', 'acb')).toBeNull();
    expect(traceIdOf(' 0AF7651916CD43DD8448EB211C80319C ')).toBe('0af7651916cd43dd8448eb211c80319c');
    expect(traceIdOf('1-5759e988-bd862e3fe1be46a994272793')).toBe('1-5759e988-bd862e3fe1be46a994272793');
    expect(traceIdOf('home')).toBeNull();
  });
});
