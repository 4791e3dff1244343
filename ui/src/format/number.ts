// SPDX-License-Identifier: Apache-2.0
// Numbers as people read them: counts, durations, bytes, values of any column.

const thousands = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });

export function formatCount(count: number): string {
  return thousands.format(count);
}

/** Keeps `digits` significant digits and drops trailing zeros after the point. */
export function toSignificant(value: number, digits = 3): string {
  if (value === 0) return '0';
  if (!Number.isFinite(value)) return String(value);
  const magnitude = Math.floor(Math.log10(Math.abs(value)));
  if (magnitude >= digits - 1) return thousands.format(Math.round(value));
  const text = value.toPrecision(digits);
  return text.includes('e') ? Number(text).toString() : text.replace(/\.?0+$/, '');
}

/** Gives `41.2 ms`, `1.2 s`, `393 µs`, `12 ns`; minutes and hours above that. */
export function formatDurationNs(ns: number): string {
  if (ns === 0) return '0';
  const sign = ns < 0 ? '-' : '';
  const size = Math.abs(ns);
  if (size < 999.5) return `${sign}${toSignificant(size)} ns`;
  if (size < 999.5e3) return `${sign}${toSignificant(size / 1e3)} µs`;
  if (size < 999.5e6) return `${sign}${toSignificant(size / 1e6)} ms`;
  if (size < 59.95e9) return `${sign}${toSignificant(size / 1e9)} s`;
  const seconds = Math.round(size / 1e9);
  if (seconds < 3600) return `${sign}${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  return `${sign}${Math.floor(seconds / 3600)} h ${Math.floor((seconds % 3600) / 60)} min`;
}

export function formatDurationMs(ms: number): string {
  return formatDurationNs(ms * 1e6);
}

const byteUnits = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];

export function formatBytes(bytes: number): string {
  let unit = 0;
  let size = bytes;
  while (size >= 1023.5 && unit < byteUnits.length - 1) {
    size /= 1024;
    unit += 1;
  }
  return `${toSignificant(size)} ${byteUnits[unit]}`;
}

export function formatPercent(fraction: number): string {
  if (fraction === 0) return '0 %';
  return `${toSignificant(fraction * 100, fraction < 0.1 ? 2 : 3)} %`;
}

/** Short form for chart axes: `1.2k`, `3M`. */
export function formatCompact(value: number): string {
  const size = Math.abs(value);
  if (size >= 1e9) return `${toSignificant(value / 1e9)}G`;
  if (size >= 1e6) return `${toSignificant(value / 1e6)}M`;
  if (size >= 1e4) return `${toSignificant(value / 1e3)}k`;
  return toSignificant(value);
}

/** True for columns whose values are milliseconds. */
export function isMilliseconds(column: string | null): boolean {
  return column !== null && /(^|[._])(duration_ms|.*_ms|durationMs)$/.test(column);
}

export type FieldValue = string | number | boolean | null;

/** Shows any field's value; numbers of a millisecond column get a unit. */
export function formatValue(value: FieldValue | undefined, column: string | null = null): string {
  if (value === null || value === undefined) return '–';
  if (typeof value !== 'number') return String(value);
  if (isMilliseconds(column)) return formatDurationMs(value);
  if (Number.isInteger(value)) return formatCount(value);
  return toSignificant(value, 4);
}
