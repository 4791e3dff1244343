// SPDX-License-Identifier: Apache-2.0
// "Compare with earlier": which offsets there are, and how a change is told.

import type { FieldValue } from '../format/number.ts';

/** Seconds, as the query API takes them. */
export const compareOffsets = [1800, 3600, 7200, 28_800, 86_400, 604_800, 2_419_200, 15_724_800];

const names: Record<number, string> = {
  1800: '30 minutes',
  3600: '1 hour',
  7200: '2 hours',
  28800: '8 hours',
  86400: '1 day',
  604800: '7 days',
  2419200: '28 days',
  15724800: '6 months',
};

/** `1 day earlier` */
export function describeOffset(seconds: number): string {
  return `${names[seconds] ?? `${seconds} s`} earlier`;
}

/** An offset as it stands in an address or a query; null for anything else. */
export function readOffset(value: unknown): number | null {
  const seconds = Number(value);
  return compareOffsets.includes(seconds) ? seconds : null;
}

/** Ranges must not overlap. */
export function offsetFits(offset: number, rangeSeconds: number): boolean {
  return offset >= rangeSeconds;
}

export interface Change {
  /** `+12 %`, `14×`, `new`, `gone`, `–` */
  text: string;
  /** For sorting: the share by which it changed; null when there is none. */
  share: number | null;
}

export function changeOf(now: FieldValue | undefined, before: FieldValue | undefined): Change {
  const isNow = typeof now === 'number';
  const wasBefore = typeof before === 'number';
  if (!isNow && !wasBefore) return { text: '–', share: null };
  if (!wasBefore) return { text: 'new', share: Infinity };
  if (!isNow) return { text: 'gone', share: -1 };
  if (now === before) return { text: '0 %', share: 0 };
  if (before === 0) return { text: 'new', share: now > 0 ? Infinity : -Infinity };
  const share = (now - before) / Math.abs(before);
  return { text: printShare(share), share };
}

function printShare(share: number): string {
  if (share >= 10) return `${Math.round(share + 1)}×`;
  const percent = Math.abs(share) * 100;
  const digits = percent >= 10 ? Math.round(percent) : Number(percent.toPrecision(2));
  return `${share > 0 ? '+' : '−'}${digits} %`;
}
