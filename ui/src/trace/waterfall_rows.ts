// SPDX-License-Identifier: Apache-2.0
// The rows on screen: a fixed set of slots that move and repaint while the tree-grid scrolls.
import { RowSlot } from './row_slot.ts';
import { ScrollRange } from './scroll_range.ts';
import type { TimeScale } from './time_scale.ts';
import type { TraceModel } from './trace_model.ts';
import { positionOf } from './tree.ts';

const rowsOutside = 8;

export class WaterfallRows {
  private slots: RowSlot[] = [];
  private version = 0;
  private range: ScrollRange;

  constructor(
    private readonly grid: HTMLElement,
    private readonly body: HTMLElement,
    private readonly model: TraceModel,
    private scale: TimeScale,
  ) {
    this.range = new ScrollRange(grid, 0, 1);
  }

  /** Repaints everything, after any change but scrolling. */
  refresh(scale: TimeScale, rowPx: number): void {
    const count = this.model.rows.value.length;
    this.scale = scale;
    this.version++;
    this.range = new ScrollRange(this.grid, count, rowPx);
    this.body.style.height = `${this.range.bodyPx}px`;
    this.grid.setAttribute('aria-rowcount', String(count + 1));
    this.scrolled();
  }

  /** Moves slots to where the grid is scrolled to, and paints those that changed rows. */
  scrolled(): void {
    const rows = this.model.rows.value;
    const { rowPx, shift, top } = this.range;
    const first = Math.max(0, Math.floor(top / rowPx) - rowsOutside);
    const wanted = Math.ceil(this.grid.clientHeight / rowPx) + 2 * rowsOutside;
    this.resize(wanted);
    for (let position = first; position < first + wanted; position++) {
      const slot = this.slots[position % wanted]!;
      if (position >= rows.length) {
        slot.hide();
        continue;
      }
      slot.moveTo(position * rowPx + shift);
      if (slot.position === position && slot.version === this.version) continue;
      slot.paint(this.model, rows[position]!, position, this.scale);
      slot.position = position;
      slot.version = this.version;
    }
    this.pointToSelected();
  }

  /** Repaints single rows where they are on screen: the selected one changes far more often. */
  repaint(rows: readonly number[]): void {
    const shown = this.model.rows.peek();
    for (const slot of this.slots) {
      const row = shown[slot.position];
      if (row !== undefined && rows.includes(row)) {
        slot.paint(this.model, row, slot.position, this.scale);
      }
    }
    this.pointToSelected();
  }

  show(position: number): void {
    this.range.show(position);
  }

  private resize(count: number): void {
    if (this.slots.length === count) return;
    for (const slot of this.slots) slot.version = -1;
    while (this.slots.length > count) this.slots.pop()!.element.remove();
    while (this.slots.length < count) {
      const slot = new RowSlot(this.slots.length);
      this.slots.push(slot);
      this.body.append(slot.element);
    }
  }

  private pointToSelected(): void {
    const position = positionOf(this.model.rows.peek(), this.model.selected.peek());
    const slot = this.slots.find((one) => one.position === position && position >= 0);
    if (slot) this.grid.setAttribute('aria-activedescendant', slot.element.id);
    else this.grid.removeAttribute('aria-activedescendant');
  }
}
