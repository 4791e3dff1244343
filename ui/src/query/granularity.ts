// SPDX-License-Identifier: Apache-2.0
// How long a time bucket may be: a thousandth to a tenth of the range.

const stepsSeconds = [
  1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 21_600, 43_200, 86_400,
];

/** The bucket lengths that suit a range, in seconds. */
export function granularities(rangeSeconds: number): number[] {
  return stepsSeconds.filter((step) => step >= rangeSeconds / 1000 && step <= rangeSeconds / 10);
}

/** `30 s`, `5 min`, `2 h`, `1 d` */
export function describeGranularity(seconds: number): string {
  if (seconds >= 86_400 && seconds % 86_400 === 0) return `${seconds / 86_400} d`;
  if (seconds >= 3600 && seconds % 3600 === 0) return `${seconds / 3600} h`;
  if (seconds >= 60 && seconds % 60 === 0) return `${seconds / 60} min`;
  return seconds >= 1 ? `${seconds} s` : `${Math.round(seconds * 1000)} ms`;
}
