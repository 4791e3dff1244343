// SPDX-License-Identifier: Apache-2.0
// What each bar of the histogram is made of, from the bottom up.

import type { Level, LogHistogram } from './types.ts';

export type Bar = { count: number; token: string }[];

const worst: { levels: Level[]; token: string }[] = [
  { levels: ['fatal', 'error'], token: 'error' },
  { levels: ['warn'], token: 'warn' },
];

export function stackOf({ counts, levels }: LogHistogram): Bar[] {
  return counts.map((total, index) => {
    let rest = total;
    const bar: Bar = [];
    for (const { levels: names, token } of worst) {
      const count = names.reduce((sum, level) => sum + (levels[level]?.[index] ?? 0), 0);
      if (count > 0) bar.push({ count, token });
      rest -= count;
    }
    if (rest > 0) bar.push({ count: rest, token: 'heat3' });
    return bar;
  });
}
