// SPDX-License-Identifier: Apache-2.0
// Keeps rows where they are while someone works with them.

interface Identified {
  id: number;
}

export interface KeptOrder<T> {
  rows: T[];
  /** How many of `fresh` are not among the rows yet. */
  waiting: number;
}

/** The rows of `shown` with the facts of `fresh`, in the old order; new ones wait. */
export function keepOrder<T extends Identified>(shown: readonly T[], fresh: readonly T[]): KeptOrder<T> {
  const byId = new Map(fresh.map((row) => [row.id, row]));
  const rows = shown.map((row) => byId.get(row.id)).filter((row) => row !== undefined);
  return { rows, waiting: fresh.length - new Set(rows.map(({ id }) => id)).size };
}
