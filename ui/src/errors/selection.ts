// SPDX-License-Identifier: Apache-2.0
// Which items are selected.

import { signal } from '@preact/signals';

interface Identified {
  id: number;
}

export class Selection {
  readonly chosen = signal<ReadonlySet<number>>(new Set());
  /** The row toggled last, where a range starts. */
  private anchor = -1;

  clear(): void {
    this.chosen.value = new Set();
    this.anchor = -1;
  }

  /** Toggles one row; with `range`, gives all from the last one to here the same state. */
  toggle(rows: readonly Identified[], index: number, range: boolean): void {
    const next = new Set(this.chosen.value);
    const isOn = !next.has(rows[index]!.id);
    const from = range && this.anchor >= 0 ? Math.min(this.anchor, index) : index;
    const to = range && this.anchor >= 0 ? Math.max(this.anchor, index) : index;
    for (const { id } of rows.slice(from, to + 1)) {
      if (isOn) next.add(id);
      else next.delete(id);
    }
    this.anchor = index;
    this.chosen.value = next;
  }

  /** All of `rows`, or none when all were. */
  toggleAll(rows: readonly Identified[]): void {
    const isAll = rows.length > 0 && rows.every(({ id }) => this.chosen.value.has(id));
    this.chosen.value = new Set(isAll ? [] : rows.map(({ id }) => id));
    this.anchor = -1;
  }

  /** Forgets what is not among `rows` any more. */
  keepOnly(rows: readonly Identified[]): void {
    const ids = new Set(rows.map(({ id }) => id));
    const kept = [...this.chosen.value].filter((id) => ids.has(id));
    if (kept.length !== this.chosen.value.size) this.chosen.value = new Set(kept);
  }

  of<T extends Identified>(rows: readonly T[]): T[] {
    return rows.filter(({ id }) => this.chosen.value.has(id));
  }
}
