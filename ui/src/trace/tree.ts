// SPDX-License-Identifier: Apache-2.0
// What of the trace tree is on screen: folding, "only matches", levels, and walking between matches.
// Everything works on the pre-order arrays; no node objects are made.
import type { TraceCols } from './cols.ts';

type Tree = Pick<TraceCols, 'n' | 'parent' | 'end' | 'depth'>;

/** Every row of the trace (`root` < 0) or of one subtree. */
export function scopeOf(tree: Tree, root: number): [from: number, to: number] {
  return root < 0 ? [0, tree.n] : [root, tree.end[root]!];
}

/**
 * Rows to show, in order. A folded row hides its subtree; with `keep`, rows without a mark are
 * left out (marks must be closed under parents, see withAncestors). A `hidden` row is left out
 * alone: what is below it stays, folded or not.
 */
export function visibleRows(
  tree: Tree,
  folded: Uint8Array,
  root = -1,
  keep: Uint8Array | null = null,
  hidden: Uint8Array | null = null,
): Uint32Array {
  const [from, to] = scopeOf(tree, root);
  const rows = new Uint32Array(to - from);
  const { end } = tree;
  let count = 0;
  for (let i = from; i < to;) {
    if (keep !== null && keep[i] === 0) {
      i = end[i]!;
      continue;
    }
    if (hidden !== null && hidden[i] === 1) {
      i++;
      continue;
    }
    rows[count++] = i;
    i = folded[i] === 1 ? end[i]! : i + 1;
  }
  return count === rows.length ? rows : rows.slice(0, count);
}

/** Marks the given rows and all their ancestors. */
export function withAncestors(tree: Tree, matches: Uint32Array): Uint8Array {
  const keep = new Uint8Array(tree.n);
  for (const row of matches) {
    for (let i = row; i >= 0 && keep[i] === 0; i = tree.parent[i]!) keep[i] = 1;
  }
  return keep;
}

/** Earliest start and latest end within each row's subtree, for rows [from, to). */
export interface Spread {
  readonly first: Float64Array;
  readonly last: Float64Array;
}

export function subtreeSpread(
  { end, start, dur }: Pick<TraceCols, 'end' | 'start' | 'dur'>,
  from: number,
  to: number,
): Spread {
  const first = new Float64Array(to - from);
  const last = new Float64Array(to - from);
  for (let i = to - 1; i >= from; i--) {
    let earliest = start[i]!;
    let latest = earliest + dur[i]!;
    for (let c = i + 1; c < end[i]!; c = end[c]!) {
      earliest = Math.min(earliest, first[c - from]!);
      latest = Math.max(latest, last[c - from]!);
    }
    first[i - from] = earliest;
    last[i - from] = latest;
  }
  return { first, last };
}

export function isParent(tree: Tree, row: number): boolean {
  return tree.end[row]! > row + 1;
}

/** Position of `row` in ascending `rows`, or of the nearest shown row above it; -1 when none. */
export function positionOf(rows: Uint32Array, row: number): number {
  let low = 0;
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (rows[middle]! <= row) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** Opens whatever hides `row`; true when something changed. */
export function reveal(tree: Tree, folded: Uint8Array, row: number): boolean {
  let changed = false;
  for (let i = tree.parent[row]!; i >= 0; i = tree.parent[i]!) {
    if (folded[i] === 1) changed = true;
    folded[i] = 0;
  }
  return changed;
}

/** Folds the deepest open level on screen; false when everything is folded already. */
export function foldLevel(tree: Tree, folded: Uint8Array, root = -1): boolean {
  const rows = visibleRows(tree, folded, root);
  let deepest = -1;
  for (const row of rows) {
    if (folded[row] === 0 && isParent(tree, row)) deepest = Math.max(deepest, tree.depth[row]!);
  }
  if (deepest < 0) return false;
  for (const row of rows) {
    if (tree.depth[row] === deepest && isParent(tree, row)) folded[row] = 1;
  }
  return true;
}

/** Opens the shallowest folded level on screen; false when nothing is folded. */
export function unfoldLevel(tree: Tree, folded: Uint8Array, root = -1): boolean {
  const rows = visibleRows(tree, folded, root);
  let shallowest = Infinity;
  for (const row of rows) {
    if (folded[row] === 1) shallowest = Math.min(shallowest, tree.depth[row]!);
  }
  if (shallowest === Infinity) return false;
  for (const row of rows) {
    if (tree.depth[row] === shallowest) folded[row] = 0;
  }
  return true;
}

/** Folds or opens every parent of the scope. */
export function setAllFolded(tree: Tree, folded: Uint8Array, value: 0 | 1, root = -1): void {
  const [from, to] = scopeOf(tree, root);
  for (let i = from; i < to; i++) folded[i] = value === 1 && isParent(tree, i) ? 1 : 0;
}

/** The match after (or before) `row` in ascending `matches`, going round at the ends; -1 when none. */
export function stepMatch(matches: Uint32Array, row: number, direction: 1 | -1): number {
  if (matches.length === 0) return -1;
  const at = positionOf(matches, row);
  if (direction === 1) return matches[(at + 1) % matches.length]!;
  const before = at >= 0 && matches[at] === row ? at - 1 : at;
  return matches[(before + matches.length) % matches.length]!;
}
