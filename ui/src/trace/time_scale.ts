// SPDX-License-Identifier: Apache-2.0
// Where a moment lies across the time column. The margins leave room for labels beside the bars.
import type { TimeWindow } from './zoom.ts';

export const marginLeftPx = 6;
export const marginRightPx = 76;

export class TimeScale {
  private readonly perNs: number;

  constructor(
    readonly window: TimeWindow,
    readonly widthPx: number,
  ) {
    const usable = Math.max(widthPx - marginLeftPx - marginRightPx, 1);
    this.perNs = usable / Math.max(window.to - window.from, 1);
  }

  x(ns: number): number {
    return marginLeftPx + (ns - this.window.from) * this.perNs;
  }

  /** The moment at `x`, kept within the window. */
  timeAt(x: number): number {
    const ns = this.window.from + (x - marginLeftPx) / this.perNs;
    return Math.min(Math.max(ns, this.window.from), this.window.to);
  }

  get left(): number {
    return marginLeftPx;
  }

  get right(): number {
    return Math.max(this.widthPx - marginRightPx, marginLeftPx + 1);
  }
}
