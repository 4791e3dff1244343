// SPDX-License-Identifier: Apache-2.0
// Asks again every so often, while the page can be seen and its range ends now.

import { effect, signal } from '@preact/signals';
import { timeRange } from '../route/route.ts';

export const refreshChoices = [0, 10, 60] as const;

/** Seconds between refreshes; 0 is off. */
export const refreshEvery = signal<(typeof refreshChoices)[number]>(0);

/** Grows with each refresh; a request that carries it in its key is made again. */
export const refreshTick = signal(0);

effect(() => {
  const seconds = refreshEvery.value;
  if (seconds === 0 || timeRange.value.kind !== 'relative') return undefined;
  const timer = setInterval(() => {
    if (document.visibilityState === 'visible') refreshTick.value += 1;
  }, seconds * 1000);
  return () => clearInterval(timer);
});
