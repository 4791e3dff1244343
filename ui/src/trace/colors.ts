// SPDX-License-Identifier: Apache-2.0
// Which series colour a row gets. A service keeps its colour between traces: its place is the hash
// of its name, moved on only when a service with more self time holds that place.
import { assignColours, type ColourSlot } from '../format/colour.ts';
import { Flag, type TraceCols } from './cols.ts';

export type ColourBy = 'service' | 'kind' | 'status';

/** No series colour: by status, what did not fail is grey. */
export const neutral: ColourSlot = { index: -1, hatched: false };

/** Self time per code of a dictionary. */
export function selfTimes(cols: TraceCols, codes: ArrayLike<number>, size: number): Float64Array {
  const times = new Float64Array(size);
  for (let i = 0; i < cols.n; i++) times[codes[i]!]! += cols.self[i]!;
  return times;
}

/** Slot of every entry of a dictionary; the entries with most self time choose first. */
function dictColours(
  cols: TraceCols,
  codes: ArrayLike<number>,
  dict: readonly string[],
): ColourSlot[] {
  const times = selfTimes(cols, codes, dict.length);
  const order = dict.map((_, code) => code);
  order.sort((a, b) => times[b]! - times[a]! || (dict[a]! < dict[b]! ? -1 : 1));
  const slots = assignColours(order.map((code) => dict[code]!));
  return dict.map((entry) => slots.get(entry)!);
}

export function serviceColours(cols: TraceCols): ColourSlot[] {
  return dictColours(cols, cols.svc, cols.services);
}

/** Slot of a row under the chosen scheme; failed rows are painted red by whoever draws them. */
export function rowColour(cols: TraceCols, by: ColourBy): (row: number) => ColourSlot {
  if (by === 'status') return () => neutral;
  if (by === 'kind') {
    const slots = dictColours(cols, cols.kind, cols.kinds);
    return (row) => slots[cols.kind[row]!]!;
  }
  const slots = serviceColours(cols);
  return (row) => slots[cols.svc[row]!]!;
}

export function isError(cols: TraceCols, row: number): boolean {
  return (cols.flags[row]! & Flag.error) !== 0;
}
