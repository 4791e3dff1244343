// SPDX-License-Identifier: Apache-2.0
// The newest lines of a live tail; older ones give way.

export class TailRing<T> {
  private kept: T[] = [];
  /** How many have been added in all. */
  added = 0;

  constructor(readonly capacity: number) {}

  push(items: readonly T[]): void {
    this.added += items.length;
    this.kept =
      items.length >= this.capacity
        ? items.slice(-this.capacity)
        : [...this.kept.slice(Math.max(0, this.kept.length + items.length - this.capacity)), ...items];
  }

  clear(): void {
    this.kept = [];
    this.added = 0;
  }

  /** Oldest first; never changed afterwards. */
  get items(): readonly T[] {
    return this.kept;
  }
}
