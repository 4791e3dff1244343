// SPDX-License-Identifier: Apache-2.0

/** Numbers of which the least, by `compare`, is always at hand. */
export class MinHeap {
  private items: number[] = [];

  constructor(private readonly compare: (a: number, b: number) => number) {}

  get size(): number {
    return this.items.length;
  }

  get top(): number {
    return this.items[0]!;
  }

  push(item: number): void {
    const { items, compare } = this;
    let at = items.push(item) - 1;
    while (at > 0 && compare(items[at]!, items[(at - 1) >> 1]!) < 0)
      at = this.swap(at, (at - 1) >> 1);
  }

  pop(): number {
    const { items, compare } = this;
    const top = items[0]!;
    const tail = items.pop()!;
    if (items.length === 0) return top;
    items[0] = tail;
    for (let at = 0; ;) {
      const left = 2 * at + 1;
      const right = left + 1;
      let least = at;
      if (left < items.length && compare(items[left]!, items[least]!) < 0) least = left;
      if (right < items.length && compare(items[right]!, items[least]!) < 0) least = right;
      if (least === at) return top;
      at = this.swap(at, least);
    }
  }

  private swap(a: number, b: number): number {
    [this.items[a], this.items[b]] = [this.items[b]!, this.items[a]!];
    return b;
  }
}
