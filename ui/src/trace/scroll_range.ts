// SPDX-License-Identifier: Apache-2.0
// Scrolling over more rows than an element can be tall: beyond the limit one scrolled pixel stands
// for more than one pixel of rows.

/** Other engines cap elements near 17 million px. */
const heightPxMax = 14_400_000;

export class ScrollRange {
  constructor(
    private readonly box: HTMLElement,
    readonly count: number,
    readonly rowPx: number,
  ) {}

  /** Height for the element that makes the box scroll. */
  get bodyPx(): number {
    return Math.min(this.count * this.rowPx, heightPxMax);
  }

  /** Pixels of rows above the view. */
  get top(): number {
    return this.box.scrollTop * this.ratio;
  }

  /** What to add to a row's own place to get its place in the scrolled element. */
  get shift(): number {
    return this.box.scrollTop - this.top;
  }

  /** Scrolls as little as needed to show a row; to the middle when it is far away. */
  show(row: number): void {
    const view = this.box.clientHeight;
    const { top } = this;
    const at = row * this.rowPx;
    if (at >= top && at + this.rowPx <= top + view) return;
    const isFar = at < top - view || at > top + 2 * view;
    const wanted = isFar ? at - view / 2 : at < top ? at : at + this.rowPx - view;
    this.box.scrollTop = wanted / this.ratio;
  }

  /** Puts a row (or a part of one) at the top of the view. */
  scrollTo(row: number): void {
    this.box.scrollTop = (row * this.rowPx) / this.ratio;
  }

  private get ratio(): number {
    const view = this.box.clientHeight;
    const height = this.count * this.rowPx;
    return height <= heightPxMax ? 1 : (height - view) / (heightPxMax - view);
  }
}
