// SPDX-License-Identifier: Apache-2.0
// The curve of an edge, from the rim of one node to that of another.

import type { Point } from './layout.ts';

/** Centre of the ring above the middle of the node's room. */
export const ringLift = 24;
const reach = 41;

function towards(from: Point, to: Point, length: number): Point {
  const distance = Math.hypot(to.x - from.x, to.y - from.y) || 1;
  return { x: from.x + ((to.x - from.x) * length) / distance, y: from.y + ((to.y - from.y) * length) / distance };
}

function between(a: Point, b: Point): Point {
  return { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 };
}

/** Halfway along the curve through `points`; with one bend the curve passes beside the bend. */
function middleOf(points: Point[]): Point {
  if (points.length === 3) return between(between(points[0]!, points[2]!), points[1]!);
  const half = (points.length - 1) / 2;
  return between(points[Math.floor(half)]!, points[Math.ceil(half)]!);
}

/** From ring to ring through the inner bends, as a smooth curve. */
export function edgePath(points: Point[]): { d: string; middle: Point; tip: Point; before: Point } {
  const lifted = points.map(({ x, y }) => ({ x, y: y - ringLift }));
  const inner = lifted.length > 2 ? lifted.slice(1, -1) : [];
  const ends = [lifted[0]!, lifted.at(-1)!] as const;
  const start = towards(ends[0], inner[0] ?? ends[1], reach);
  const tip = towards(ends[1], inner.at(-1) ?? ends[0], reach + 4);
  const all = [start, ...inner, tip];
  let d = `M${start.x.toFixed(1)} ${start.y.toFixed(1)}`;
  for (let i = 1; i < all.length - 1; i += 1) {
    const bend = all[i]!;
    const next = all[i + 1]!;
    const end = i === all.length - 2 ? next : between(bend, next);
    d += `Q${bend.x.toFixed(1)} ${bend.y.toFixed(1)} ${end.x.toFixed(1)} ${end.y.toFixed(1)}`;
  }
  if (all.length === 2) d += `L${tip.x.toFixed(1)} ${tip.y.toFixed(1)}`;
  return { d, middle: middleOf(all), tip, before: all.at(-2)! };
}
