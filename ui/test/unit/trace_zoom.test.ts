// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import {
  clampWindow,
  formatTick,
  formatZoom,
  isWhole,
  pan,
  parseZoom,
  ticks,
  zoomAround,
} from '../../src/trace/zoom.ts';
import { random } from './trace_make.ts';

const kTotal = 1_000_000;
const kWhole = { from: 0, to: kTotal };

describe('the window', () => {
  it('always lies within the trace and is never empty', () => {
    const next = random(3);
    let window = { from: 0, to: kTotal };
    for (let i = 0; i < 2000; i++) {
      const at = window.from + next() * (window.to - window.from);
      window =
        next() < 0.5
          ? zoomAround(window, kWhole, 0.2 + next() * 2, at)
          : pan(window, kWhole, next() * 4 - 2);
      expect(window.from).toBeGreaterThanOrEqual(0);
      expect(window.to).toBeLessThanOrEqual(kTotal);
      expect(window.to - window.from).toBeGreaterThanOrEqual(99.99);
    }
  });

  it('keeps the pointed-at time in place while zooming in', () => {
    const window = zoomAround(kWhole, kWhole, 0.5, 250_000);
    expect(window).toEqual({ from: 125_000, to: 625_000 });
    expect(isWhole(zoomAround(window, kWhole, 10, 300_000), kWhole)).toBe(true);
  });

  it('copes with a trace without length', () => {
    expect(clampWindow({ from: 0, to: 0 }, { from: 0, to: 0 })).toEqual({ from: 0, to: 1 });
    expect(zoomAround({ from: 0, to: 1 }, { from: 0, to: 0 }, 0.5, 0)).toEqual({ from: 0, to: 1 });
  });
});

describe('zoom in the URL', () => {
  it('comes back as written', () => {
    const window = { from: 1200, to: 900_100 };
    expect(parseZoom(formatZoom(window, kWhole), kWhole)).toEqual(window);
    expect(formatZoom(kWhole, kWhole)).toBe('');
  });

  it.each(['', 'x', '5', '9-3', '5-5', '2000000-3000000', '-5-3'])(
    'reads %j as the whole trace',
    (text) => {
      expect(parseZoom(text, kWhole)).toEqual(kWhole);
    },
  );
});

describe('the ruler', () => {
  it('puts few round marks inside the window', () => {
    expect(ticks({ from: 0, to: 4.2e9 }, 5).at).toEqual([0, 1e9, 2e9, 3e9, 4e9]);
    const next = random(5);
    for (let i = 0; i < 500; i++) {
      const from = Math.floor(next() * 1e9);
      const window = { from, to: from + 100 + Math.floor(next() ** 6 * 1e10) };
      const { at } = ticks(window, 6);
      expect(at.length).toBeGreaterThan(0);
      expect(at.length).toBeLessThanOrEqual(7);
      expect(at.every((mark) => mark >= window.from && mark <= window.to)).toBe(true);
    }
  });

  it('tells neighbouring marks apart', () => {
    expect([0, 500e6, 1e9, 1.5e9].map((ns) => formatTick(ns, 500e6))).toEqual([
      '0',
      '500 ms',
      '1.0 s',
      '1.5 s',
    ]);
    expect(formatTick(1_000_200, 200)).toBe('1.0002 ms');
    expect(formatTick(300, 100)).toBe('300 ns');
  });
});
