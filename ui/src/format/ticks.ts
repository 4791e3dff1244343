// SPDX-License-Identifier: Apache-2.0
// Round positions for axes.

import { formatClock, formatDayClock } from './time.ts';

const timeStepsMs = [
  1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 15_000, 30_000, 60_000, 120_000,
  300_000, 600_000, 900_000, 1_800_000, 3_600_000, 7_200_000, 10_800_000, 21_600_000, 43_200_000,
  86_400_000, 172_800_000, 604_800_000,
];

/** Round instants of local time inside the range, at most `countMax`. */
export function timeTicks(fromMs: number, toMs: number, countMax: number): number[] {
  const wanted = (toMs - fromMs) / Math.max(1, countMax);
  const step = timeStepsMs.find((size) => size >= wanted) ?? 2_419_200_000;
  const offset = step >= 3_600_000 ? new Date(fromMs).getTimezoneOffset() * 60_000 : 0;
  const ticks: number[] = [];
  for (let at = Math.ceil((fromMs - offset) / step) * step + offset; at <= toMs; at += step) {
    ticks.push(at);
  }
  return ticks;
}

export function timeTickLabel(ms: number, spanMs: number): string {
  if (spanMs > 36 * 3_600_000) return formatDayClock(ms);
  return formatClock(ms, spanMs < 20 * 60_000);
}

/** Round values from `min` to `max`, about `count` of them. */
export function valueTicks(min: number, max: number, count: number): number[] {
  const raw = (max - min) / Math.max(1, count);
  if (!(raw > 0)) return [min];
  const magnitude = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5, 10].map((m) => m * magnitude).find((size) => size >= raw) ?? raw;
  const ticks: number[] = [];
  for (let i = Math.ceil(min / step); i * step <= max * 1.0000001; i += 1) ticks.push(i * step);
  return ticks;
}

/** Powers of ten in the range, with 2 and 5 between when there are few. */
export function logTicks(min: number, max: number): number[] {
  const decades = Math.log10(max / min);
  const factors = decades <= 2 ? [1, 2, 5] : [1];
  const ticks: number[] = [];
  for (let power = Math.floor(Math.log10(min)); 10 ** power <= max; power += 1) {
    for (const factor of factors) {
      const value = factor * 10 ** power;
      if (value >= min && value <= max) ticks.push(value);
    }
  }
  return ticks;
}
