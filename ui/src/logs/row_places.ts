// SPDX-License-Identifier: Apache-2.0
// Where the rows of a list lie: all of one height, except those that were measured.

export class RowPlaces {
  private readonly tops: Float64Array;

  /** `heightOf` gives a measured height, or undefined for the usual one. */
  constructor(
    readonly count: number,
    rowPx: number,
    heightOf: ((index: number) => number | undefined) | null,
  ) {
    this.tops = new Float64Array(count + 1);
    for (let i = 0; i < count; i += 1) {
      this.tops[i + 1] = this.tops[i]! + (heightOf?.(i) ?? rowPx);
    }
  }

  get height(): number {
    return this.tops[this.count]!;
  }

  top(index: number): number {
    return this.tops[index]!;
  }

  bottom(index: number): number {
    return this.tops[index + 1]!;
  }

  /** The row at a height; the first or last for those outside, 0 when there are none. */
  at(y: number): number {
    let low = 0;
    let high = this.count - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.tops[middle + 1]! <= y) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
