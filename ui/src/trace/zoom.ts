// SPDX-License-Identifier: Apache-2.0
// The visible time window, in ns from the start of the trace, and the ruler above it.

export interface TimeWindow {
  readonly from: number;
  readonly to: number;
}

/** Closest zoom; below this neighbouring ns would be further apart than the ruler can tell. */
const widthMinNs = 100;

/** The window as a piece of `whole`: within it, not empty, not inverted. */
export function clampWindow(window: TimeWindow, whole: TimeWindow): TimeWindow {
  const length = Math.max(whole.to - whole.from, 1);
  const width = Math.min(Math.max(window.to - window.from, Math.min(widthMinNs, length)), length);
  const from = Math.min(Math.max(window.from, whole.from), whole.from + length - width);
  return { from, to: from + width };
}

/** Scales the width by `factor` (below 1 zooms in), keeping the time `at` where it is on screen. */
export function zoomAround(
  window: TimeWindow,
  whole: TimeWindow,
  factor: number,
  at: number,
): TimeWindow {
  const width = Math.max(window.to - window.from, 1);
  const wanted = Math.max(width * factor, widthMinNs);
  const from = at - (wanted * (at - window.from)) / width;
  return clampWindow({ from, to: from + wanted }, whole);
}

/** Shifts by a share of the visible width. */
export function pan(window: TimeWindow, whole: TimeWindow, share: number): TimeWindow {
  const by = (window.to - window.from) * share;
  return clampWindow({ from: window.from + by, to: window.to + by }, whole);
}

export function isWhole(window: TimeWindow, whole: TimeWindow): boolean {
  return window.from <= whole.from && window.to >= whole.to;
}

/** `zoom=` of the URL: two whole numbers of ns from the start of the trace; empty for all of it. */
export function formatZoom(window: TimeWindow, whole: TimeWindow): string {
  if (isWhole(window, whole)) return '';
  return `${Math.floor(window.from)}-${Math.ceil(window.to)}`;
}

export function parseZoom(text: string, whole: TimeWindow): TimeWindow {
  const parts = /^(\d{1,17})-(\d{1,17})$/.exec(text);
  const from = Number(parts?.[1]);
  const to = Number(parts?.[2]);
  if (!parts || to <= from || from >= whole.to || to <= whole.from) {
    return clampWindow(whole, whole);
  }
  return clampWindow({ from, to }, whole);
}

/** Ruler marks: times at 1, 2 or 5 × 10^k, at most `most` of them, all within the window. */
export function ticks(window: TimeWindow, most: number): { step: number; at: number[] } {
  const width = window.to - window.from;
  const rough = width / Math.max(most, 1);
  const power = 10 ** Math.floor(Math.log10(Math.max(rough, 1)));
  const step =
    [1, 2, 5, 10].map((digit) => digit * power).find((size) => size >= rough) ?? 10 * power;
  const at: number[] = [];
  for (let k = Math.ceil(window.from / step); k * step <= window.to; k++) at.push(k * step);
  return { step, at };
}

/** A ruler label with just enough digits to tell neighbouring marks apart. */
export function formatTick(ns: number, step: number): string {
  const [unit, size] =
    ns >= 1e9 ? ['s', 1e9] : ns >= 1e6 ? ['ms', 1e6] : ns >= 1e3 ? ['µs', 1e3] : ['ns', 1];
  if (ns === 0) return '0';
  const digits = Math.max(0, Math.ceil(-Math.log10(step / size) - 1e-9));
  return `${(ns / size).toFixed(digits)} ${unit}`;
}
