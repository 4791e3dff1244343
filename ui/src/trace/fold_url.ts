// SPDX-License-Identifier: Apache-2.0
// Folded rows as text for the URL:  fold := [ "d" depth ] { "," span-id }
// Without a depth the ids are the folded rows. With one, every parent at that depth or deeper is
// folded, except the ids at or below it, and the ids above it are folded as well.
import { rowsOfSpans, spanIdHex, type TraceCols } from './cols.ts';
import { isParent } from './tree.ts';

export const foldIdsMax = 64;

export interface FoldText {
  text: string;
  /** Rows whose folding did not fit. */
  left: number;
}

/** The shorter of the two forms. */
export function formatFold(cols: TraceCols, folded: Uint8Array): FoldText {
  const depth = shallowestFullyFolded(cols, folded);
  const plain = exceptions(cols, folded, Infinity);
  const levelled = depth === Infinity ? plain : exceptions(cols, folded, depth);
  if (levelled.count + 1 < plain.count) return join([`d${depth}`], levelled, cols);
  return join([], plain, cols);
}

function join(
  head: string[],
  { rows, count }: { rows: number[]; count: number },
  cols: TraceCols,
): FoldText {
  return {
    text: [...head, ...rows.map((row) => spanIdHex(cols, row))].join(','),
    left: count - rows.length,
  };
}

function exceptions(
  cols: TraceCols,
  folded: Uint8Array,
  depth: number,
): { rows: number[]; count: number } {
  const rows: number[] = [];
  let count = 0;
  for (let i = 0; i < cols.n; i++) {
    const base = cols.depth[i]! >= depth && isParent(cols, i);
    if ((folded[i] === 1) === base) continue;
    if (rows.length < foldIdsMax) rows.push(i);
    count++;
  }
  return { rows, count };
}

// The depth from which on most parents are folded, or Infinity.
function shallowestFullyFolded(cols: TraceCols, folded: Uint8Array): number {
  const open: number[] = [];
  const shut: number[] = [];
  for (let i = 0; i < cols.n; i++) {
    if (!isParent(cols, i)) continue;
    const counts = folded[i] === 1 ? shut : open;
    counts[cols.depth[i]!] = (counts[cols.depth[i]!] ?? 0) + 1;
  }
  let depth = Infinity;
  let gain = 0;
  let best = 0;
  for (let d = Math.max(open.length, shut.length) - 1; d >= 0; d--) {
    gain += (shut[d] ?? 0) - (open[d] ?? 0);
    if (gain > best) [best, depth] = [gain, d];
  }
  return depth;
}

export function parseFold(cols: TraceCols, text: string): Uint8Array {
  const folded = new Uint8Array(cols.n);
  const [head = '', ...rest] = text.split(',');
  const level = /^d(\d{1,5})$/.exec(head);
  if (level) {
    const depth = Number(level[1]);
    for (let i = 0; i < cols.n; i++) {
      if (cols.depth[i]! >= depth && isParent(cols, i)) folded[i] = 1;
    }
  }
  for (const row of rowsOfSpans(cols, level ? rest : [head, ...rest])) {
    if (isParent(cols, row)) folded[row]! ^= 1;
  }
  return folded;
}
