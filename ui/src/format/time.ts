// SPDX-License-Identifier: Apache-2.0
// Instants as people read them, in the time zone they prefer.

import { preferences } from '../frame/preferences.ts';

const formatters = new Map<string, Intl.DateTimeFormat>();

function formatter(options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const timeZone = preferences.value.timeZone === 'utc' ? 'UTC' : undefined;
  const key = JSON.stringify([options, timeZone]);
  let found = formatters.get(key);
  if (!found) {
    found = new Intl.DateTimeFormat('en-GB', { ...options, timeZone, hourCycle: 'h23' });
    formatters.set(key, found);
  }
  return found;
}

const clock: Intl.DateTimeFormatOptions = { hour: '2-digit', minute: '2-digit' };

/** `2026-01-02 03:04:05.678` */
export function formatInstant(ms: number, withMilliseconds = true): string {
  const parts = formatter({
    ...clock,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    second: '2-digit',
    ...(withMilliseconds ? { fractionalSecondDigits: 3 } : {}),
  }).formatToParts(ms);
  const part = (type: string) => parts.find((p) => p.type === type)?.value ?? '';
  const day = `${part('year')}-${part('month')}-${part('day')}`;
  const fraction = withMilliseconds ? `.${part('fractionalSecond')}` : '';
  return `${day} ${part('hour')}:${part('minute')}:${part('second')}${fraction}`;
}

/** `03:04:05` */
export function formatClock(ms: number, withSeconds = true): string {
  return formatter(withSeconds ? { ...clock, second: '2-digit' } : clock).format(ms);
}

/** `Jan 2 03:04` */
export function formatDayClock(ms: number): string {
  const day = formatter({ month: 'short', day: 'numeric' }).format(ms);
  return `${day} ${formatClock(ms, false)}`;
}

const units: [string, number][] = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', 1000],
];

/** `3 d ago`, `2 s ago`, `now` */
export function formatAgo(ms: number, nowMs: number): string {
  const age = nowMs - ms;
  for (const [unit, size] of units) {
    if (age >= size) return `${Math.floor(age / size)} ${unit} ago`;
  }
  return 'now';
}

/** Milliseconds of a decimal string of nanoseconds. */
export function msOfNs(ns: string): number {
  return ns.length <= 6 ? 0 : Number(ns.slice(0, -6)) + Number(ns.slice(-6)) / 1e6;
}
