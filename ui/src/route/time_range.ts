// SPDX-License-Identifier: Apache-2.0
// The `t` parameter: `2h` (up to now) or `from..to` in epoch milliseconds.

export type TimeRange =
  | { kind: 'relative'; seconds: number }
  | { kind: 'absolute'; fromMs: number; toMs: number };

const unitSeconds: Record<string, number> = { s: 1, m: 60, h: 3600, d: 86400, w: 604800 };

export const defaultRange: TimeRange = { kind: 'relative', seconds: 7200 };

export function parseRange(text: string | null | undefined): TimeRange | null {
  if (!text) return null;
  const relative = /^(\d+)([smhdw])$/.exec(text);
  if (relative) {
    const seconds = Number(relative[1]) * (unitSeconds[relative[2] ?? ''] ?? 0);
    return seconds > 0 ? { kind: 'relative', seconds } : null;
  }
  const absolute = /^(\d{1,15})\.\.(\d{1,15})$/.exec(text);
  if (!absolute) return null;
  const fromMs = Number(absolute[1]);
  const toMs = Number(absolute[2]);
  return fromMs < toMs ? { kind: 'absolute', fromMs, toMs } : null;
}

/** The shortest `t` for a range: whole days, hours or minutes where it is one. */
export function printRange(range: TimeRange): string {
  if (range.kind === 'absolute') return `${range.fromMs}..${range.toMs}`;
  for (const unit of ['d', 'h', 'm']) {
    const size = unitSeconds[unit] ?? 1;
    if (range.seconds % size === 0) return `${range.seconds / size}${unit}`;
  }
  return `${range.seconds}s`;
}

const names: [string, string, number][] = [
  ['day', 'days', 86400],
  ['hour', 'hours', 3600],
  ['minute', 'minutes', 60],
  ['second', 'seconds', 1],
];

/** `Last 2 hours` */
export function describeRelative(seconds: number): string {
  for (const [one, many, size] of names) {
    if (seconds % size === 0) {
      const n = seconds / size;
      return n === 1 ? `Last ${one}` : `Last ${n} ${many}`;
    }
  }
  return `Last ${seconds} seconds`;
}

export function resolveRange(range: TimeRange, nowMs: number): { fromMs: number; toMs: number } {
  if (range.kind === 'absolute') return { fromMs: range.fromMs, toMs: range.toMs };
  return { fromMs: nowMs - range.seconds * 1000, toMs: nowMs };
}

/** Moves a range by a fraction of its own length; never past now. */
export function shiftRange(range: TimeRange, fraction: number, nowMs: number): TimeRange {
  const { fromMs, toMs } = resolveRange(range, nowMs);
  const step = (toMs - fromMs) * fraction;
  const end = Math.min(Math.round(toMs + step), nowMs);
  return { kind: 'absolute', fromMs: end - Math.round(toMs - fromMs), toMs: end };
}

/** The middle half (`factor` 0.5) or the double (2) of a range around its centre. */
export function scaleRange(range: TimeRange, factor: number, nowMs: number): TimeRange {
  const { fromMs, toMs } = resolveRange(range, nowMs);
  const centre = (fromMs + toMs) / 2;
  const half = ((toMs - fromMs) / 2) * factor;
  const end = Math.min(Math.round(centre + half), nowMs);
  return { kind: 'absolute', fromMs: Math.round(end - 2 * half), toMs: end };
}
