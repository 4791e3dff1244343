// SPDX-License-Identifier: Apache-2.0
// Which of the ten series colours a row gets. A service keeps its colour between traces: its place
// is the hash of its name, moved on only when a service with more self time holds that place.
import { Flag, type TraceCols } from './cols.ts';

export type ColorBy = 'service' | 'kind' | 'status';

export const kColorCount = 10;
/** Added to a colour from the eleventh value on: the same ten colours, hatched. */
export const kHatched = 16;

/** 32-bit FNV-1a over the UTF-8 bytes. */
export function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) {
    hash ^= byte;
    hash = Math.imul(hash, 0x01000193);
  }
  return hash >>> 0;
}

/** Colour per name, given each name's weight; the heaviest choose first. */
export function assignColors(names: readonly string[], weights: ArrayLike<number>): Uint8Array {
  const order = names.map((_, index) => index);
  order.sort((a, b) => weights[b]! - weights[a]! || (names[a]! < names[b]! ? -1 : 1));
  const colors = new Uint8Array(names.length);
  let taken = new Set<number>();
  order.forEach((index, rank) => {
    if (rank % kColorCount === 0) taken = new Set();
    let place = fnv1a(names[index]!) % kColorCount;
    while (taken.has(place)) place = (place + 1) % kColorCount;
    taken.add(place);
    colors[index] = rank < kColorCount ? place : place + kHatched;
  });
  return colors;
}

/** Colour of every service of the trace, weighed by self time. */
export function serviceColors(cols: TraceCols): Uint8Array {
  return assignColors(cols.services, weigh(cols, cols.svc, cols.services.length));
}

function weigh(cols: TraceCols, codes: ArrayLike<number>, size: number): Float64Array {
  const weights = new Float64Array(size);
  for (let i = 0; i < cols.n; i++) weights[codes[i]!]! += cols.self[i]!;
  return weights;
}

/** Colour of a row under the chosen scheme; error rows are painted red by whoever draws them. */
export function rowColor(cols: TraceCols, by: ColorBy): (row: number) => number {
  if (by === 'kind') {
    const colors = assignColors(cols.kinds, weigh(cols, cols.kind, cols.kinds.length));
    return (row) => colors[cols.kind[row]!]!;
  }
  if (by === 'status') return () => kNeutral;
  const colors = serviceColors(cols);
  return (row) => colors[cols.svc[row]!]!;
}

/** "No series colour": by status, everything that did not fail is grey. */
export const kNeutral = 10;

export function isError(cols: TraceCols, row: number): boolean {
  return (cols.flags[row]! & Flag.error) !== 0;
}
