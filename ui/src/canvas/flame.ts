// SPDX-License-Identifier: Apache-2.0
// Flame graph over time. Siblings that overlap get lanes of their own, so no rectangle ever covers
// another; rectangles narrower than a pixel are merged while drawing.
import { MinHeap } from './min_heap.ts';

export interface FlameRows {
  readonly n: number;
  readonly end: Uint32Array;
  readonly start: Float64Array;
  readonly dur: Float64Array;
}

/** Earliest start and latest end within each row's subtree, from the first row laid out. */
export interface FlameSpread {
  readonly first: Float64Array;
  readonly last: Float64Array;
}

export interface FlameLayout {
  /** Lane of every row; 0 is the top. */
  readonly lane: Uint32Array;
  readonly lanes: number;
  /** Rows grouped by lane, by start within a lane; lane L is rows[laneAt[L] .. laneAt[L + 1]). */
  readonly rows: Uint32Array;
  readonly laneAt: Uint32Array;
}

/**
 * Lays out rows [from, to). Siblings are placed, first come, on the topmost track that is free for
 * the whole time their subtree lasts; a track is as high as the highest subtree on it.
 */
export function layoutFlame(
  flame: FlameRows,
  from: number,
  to: number,
  spread: FlameSpread,
): FlameLayout {
  const size = to - from;
  const track = new Uint32Array(size);
  const height = new Uint32Array(size);
  const heightsAt: (number[] | undefined)[] = new Array(size);
  for (let i = to - 1; i >= from; i--) {
    const heights = placeSiblings(flame, from, i + 1, flame.end[i]!, spread, track, height);
    if (heights.length > 1) heightsAt[i - from] = heights;
    height[i - from] = 1 + heights.reduce((sum, one) => sum + one, 0);
  }
  const roots = placeSiblings(flame, from, from, to, spread, track, height);
  const lane = new Uint32Array(size);
  dropInto(flame, from, from, to, 0, roots, track, lane);
  for (let i = from; i < to; i++) {
    dropInto(
      flame,
      from,
      i + 1,
      flame.end[i]!,
      lane[i - from]! + 1,
      heightsAt[i - from],
      track,
      lane,
    );
  }
  return groupByLane(
    flame,
    from,
    lane,
    roots.reduce((sum, one) => sum + one, 0),
  );
}

// Writes each sibling's track and gives the height of every track.
function placeSiblings(
  flame: FlameRows,
  base: number,
  from: number,
  to: number,
  spread: FlameSpread,
  track: Uint32Array,
  height: Uint32Array,
): number[] {
  return (
    placeInTurn(flame, base, from, to, spread, height) ??
    placeOverlapping(flame, base, from, to, spread, track, height)
  );
}

// The usual case, one after the other: all on track 0. Null when some overlap.
function placeInTurn(
  flame: FlameRows,
  base: number,
  from: number,
  to: number,
  { first, last }: FlameSpread,
  height: Uint32Array,
): number[] | null {
  let highest = 0;
  let until = -Infinity;
  for (let c = from; c < to; c = flame.end[c]!) {
    if (first[c - base]! < until) return null;
    until = last[c - base]!;
    highest = Math.max(highest, height[c - base]!);
  }
  return highest === 0 ? [] : [highest];
}

function placeOverlapping(
  flame: FlameRows,
  base: number,
  from: number,
  to: number,
  { first, last }: FlameSpread,
  track: Uint32Array,
  height: Uint32Array,
): number[] {
  const heights: number[] = [];
  const free = new MinHeap((a, b) => a - b);
  const until: number[] = [];
  const busy = new MinHeap((a, b) => until[a]! - until[b]! || a - b);
  for (const c of siblingsByTime(flame, base, from, to, first)) {
    while (busy.size > 0 && until[busy.top]! <= first[c - base]!) free.push(busy.pop());
    const chosen = free.size > 0 ? free.pop() : heights.push(0) - 1;
    until[chosen] = last[c - base]!;
    busy.push(chosen);
    track[c - base] = chosen;
    heights[chosen] = Math.max(heights[chosen]!, height[c - base]!);
  }
  return heights;
}

// Siblings come by their own start; a skewed clock can put a descendant before its parent.
function siblingsByTime(
  flame: FlameRows,
  base: number,
  from: number,
  to: number,
  first: Float64Array,
): number[] {
  const siblings: number[] = [];
  let ordered = true;
  for (let c = from; c < to; c = flame.end[c]!) {
    const before = siblings[siblings.length - 1];
    if (before !== undefined && first[before - base]! > first[c - base]!) ordered = false;
    siblings.push(c);
  }
  return ordered ? siblings : siblings.sort((a, b) => first[a - base]! - first[b - base]! || a - b);
}

function dropInto(
  flame: FlameRows,
  base: number,
  from: number,
  to: number,
  top: number,
  heights: readonly number[] | undefined,
  track: Uint32Array,
  lane: Uint32Array,
): void {
  const offsets = [0];
  for (const one of heights ?? []) offsets.push(offsets[offsets.length - 1]! + one);
  for (let c = from; c < to; c = flame.end[c]!) lane[c - base] = top + offsets[track[c - base]!]!;
}

function groupByLane(
  flame: FlameRows,
  from: number,
  lane: Uint32Array,
  lanes: number,
): FlameLayout {
  const laneAt = new Uint32Array(lanes + 1);
  for (const one of lane) laneAt[one + 1]!++;
  for (let i = 0; i < lanes; i++) laneAt[i + 1]! += laneAt[i]!;
  const next = laneAt.slice(0, lanes);
  const rows = new Uint32Array(lane.length);
  for (let i = 0; i < lane.length; i++) rows[next[lane[i]!]!++] = from + i;
  for (let i = 0; i < lanes; i++) {
    rows
      .subarray(laneAt[i]!, laneAt[i + 1]!)
      .sort((a, b) => flame.start[a]! - flame.start[b]! || a - b);
  }
  return { lane, lanes, rows, laneAt };
}

export interface FlameView {
  readonly from: number;
  readonly to: number;
  readonly width: number;
  readonly laneHeight: number;
  /** Pixels scrolled down. */
  readonly top: number;
  readonly height: number;
}

export interface FlameBox {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  /** First row of the box; a merged box holds several. */
  readonly row: number;
  readonly merged: boolean;
}

/** Calls `draw` for every box on screen; neighbours that share a pixel become one box. */
export function eachBox(
  flame: FlameRows,
  layout: FlameLayout,
  view: FlameView,
  draw: (box: FlameBox) => void,
): void {
  const perNs = view.width / Math.max(view.to - view.from, 1);
  const first = Math.max(0, Math.floor(view.top / view.laneHeight));
  const stop = Math.min(layout.lanes, Math.ceil((view.top + view.height) / view.laneHeight));
  for (let lane = first; lane < stop; lane++) {
    const y = lane * view.laneHeight - view.top;
    const until = layout.laneAt[lane + 1]!;
    for (let at = firstEndingAfter(flame, layout, lane, view.from); at < until;) {
      const row = layout.rows[at]!;
      if (flame.start[row]! >= view.to) break;
      const x0 = (flame.start[row]! - view.from) * perNs;
      let x1 = (flame.start[row]! + flame.dur[row]! - view.from) * perNs;
      let next = at + 1;
      if (x1 - x0 < 1) {
        next = firstStartingFrom(
          flame,
          layout,
          at + 1,
          until,
          view.from + (Math.floor(x0) + 1) / perNs,
        );
        const tail = layout.rows[next - 1]!;
        x1 = Math.max(x0 + 1, (flame.start[tail]! + flame.dur[tail]! - view.from) * perNs);
      }
      const left = Math.max(x0, 0);
      const right = Math.min(x1, view.width);
      if (right > left) draw({ x: left, y, width: right - left, row, merged: next > at + 1 });
      at = next;
    }
  }
}

/** Row at a point of the view, within `slack` px sideways; -1 when there is none. */
export function rowAt(
  flame: FlameRows,
  layout: FlameLayout,
  view: FlameView,
  x: number,
  y: number,
): number {
  const lane = Math.floor((y + view.top) / view.laneHeight);
  if (lane < 0 || lane >= layout.lanes) return -1;
  const nsPerPx = Math.max(view.to - view.from, 1) / view.width;
  const time = view.from + x * nsPerPx;
  const at = firstEndingAfter(flame, layout, lane, time - nsPerPx);
  if (at >= layout.laneAt[lane + 1]!) return -1;
  const row = layout.rows[at]!;
  return flame.start[row]! <= time + nsPerPx ? row : -1;
}

// Rows of a lane do not overlap, so their ends ascend with their starts.
function firstEndingAfter(
  flame: FlameRows,
  layout: FlameLayout,
  lane: number,
  time: number,
): number {
  let low = layout.laneAt[lane]!;
  let high = layout.laneAt[lane + 1]!;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const row = layout.rows[middle]!;
    if (flame.start[row]! + flame.dur[row]! <= time) low = middle + 1;
    else high = middle;
  }
  return low;
}

function firstStartingFrom(
  flame: FlameRows,
  layout: FlameLayout,
  from: number,
  to: number,
  time: number,
): number {
  let low = from;
  let high = to;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (flame.start[layout.rows[middle]!]! < time) low = middle + 1;
    else high = middle;
  }
  return low;
}
