// SPDX-License-Identifier: Apache-2.0
// Which series colour a row gets. A service keeps its colour between traces: its place is the hash
// of its name, moved on only when a service with more self time holds that place.
import { assignColours, type ColourSlot } from '../format/colour.ts';
import type { FieldValue } from '../format/number.ts';
import { Flag, isMissing, type TraceCols } from './cols.ts';

const fieldPrefix = 'field:';
export type ColourBy = 'service' | 'kind' | 'status' | `${typeof fieldPrefix}${string}`;

/** The field that colours follow, or null. */
export function fieldOf(by: ColourBy): string | null {
  return by.startsWith(fieldPrefix) ? by.slice(fieldPrefix.length) : null;
}

export function byField(name: string): ColourBy {
  return `${fieldPrefix}${name}`;
}

/** One field of every row: an index into `values`, or -1 where a row has none. */
export interface FieldValues {
  readonly name: string;
  readonly values: readonly FieldValue[];
  readonly codes: Int32Array;
}

/** No series colour: by status, what did not fail is grey. */
export const neutral: ColourSlot = { index: -1, hatched: false };

/** Beyond these a field's values share the neutral colour: more could not be told apart. */
const colouredMax = 20;

export interface ColourEntry {
  readonly label: string;
  /** Self time of its rows, ns. */
  readonly time: number;
  readonly slot: ColourSlot;
}

export interface Colouring {
  /** Slot of a row; failed rows are painted red by whoever draws them. */
  readonly of: (row: number) => ColourSlot;
  /** What the colours mean, most self time first; empty when they mean nothing but a failure. */
  readonly entries: readonly ColourEntry[];
  /** Values without a colour of their own. */
  readonly left: number;
  /** The field whose values the entries are, as "Find spans" names it. */
  readonly field: string;
}

/** Self time per code of a dictionary; codes below 0 are none. */
export function selfTimes(cols: TraceCols, codes: ArrayLike<number>, size: number): Float64Array {
  const times = new Float64Array(size);
  for (let i = 0; i < cols.n; i++) {
    if (codes[i]! >= 0) times[codes[i]!]! += cols.self[i]!;
  }
  return times;
}

function usedCodes(cols: TraceCols, codes: ArrayLike<number>, size: number): number[] {
  const used = new Uint8Array(size);
  for (let i = 0; i < cols.n; i++) {
    if (codes[i]! >= 0 && !isMissing(cols, i)) used[codes[i]!] = 1;
  }
  return Array.from(used.keys()).filter((code) => used[code] === 1);
}

function byCodes(
  cols: TraceCols,
  codes: ArrayLike<number>,
  labels: readonly string[],
  field: string,
  slotsMax: number,
): Colouring {
  const times = selfTimes(cols, codes, labels.length);
  const order = usedCodes(cols, codes, labels.length);
  order.sort((a, b) => times[b]! - times[a]! || (labels[a]! < labels[b]! ? -1 : 1));
  const shown = order.slice(0, slotsMax);
  const byLabel = assignColours(shown.map((code) => labels[code]!));
  const slots = new Array<ColourSlot>(labels.length).fill(neutral);
  for (const code of shown) slots[code] = byLabel.get(labels[code]!)!;
  return {
    of: (row) => (codes[row]! < 0 || isMissing(cols, row) ? neutral : slots[codes[row]!]!),
    entries: shown.map((code) => ({
      label: labels[code]!,
      time: times[code]!,
      slot: slots[code]!,
    })),
    left: order.length - shown.length,
    field,
  };
}

/** Colours of a trace's rows; by a field whose values have not arrived yet, all are neutral. */
export function colouring(
  cols: TraceCols,
  by: ColourBy,
  fieldValues: FieldValues | null = null,
): Colouring {
  const field = fieldOf(by);
  if (field !== null && fieldValues?.name === field) {
    return byCodes(cols, fieldValues.codes, fieldValues.values.map(String), field, colouredMax);
  }
  if (by === 'kind') return byCodes(cols, cols.kind, cols.kinds, 'kind', Infinity);
  if (by === 'service') return byCodes(cols, cols.svc, cols.services, 'service.name', Infinity);
  return { of: () => neutral, entries: [], left: 0, field: '' };
}

export function isError(cols: TraceCols, row: number): boolean {
  return (cols.flags[row]! & Flag.error) !== 0;
}
