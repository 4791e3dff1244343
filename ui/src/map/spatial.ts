// SPDX-License-Identifier: Apache-2.0
// Which node an arrow key leads to.

import type { Point } from './layout.ts';

const directions: Record<string, Point> = {
  ArrowRight: { x: 1, y: 0 },
  ArrowLeft: { x: -1, y: 0 },
  ArrowDown: { x: 0, y: 1 },
  ArrowUp: { x: 0, y: -1 },
};

/** Off the straight line counts so much more than along it. */
const sidewaysWeight = 2.5;

/** The nearest of `places` in the key's direction from `id`, or null. */
export function neighbourOf(places: Record<string, Point>, id: string, key: string): string | null {
  const direction = directions[key];
  const from = places[id];
  if (!direction || !from) return null;
  let best: string | null = null;
  let bestCost = Infinity;
  for (const [other, { x, y }] of Object.entries(places)) {
    const along = (x - from.x) * direction.x + (y - from.y) * direction.y;
    const aside = Math.abs((x - from.x) * direction.y) + Math.abs((y - from.y) * direction.x);
    const cost = along + aside * sidewaysWeight;
    if (other === id || along < 1 || cost >= bestCost) continue;
    best = other;
    bestCost = cost;
  }
  return best;
}
