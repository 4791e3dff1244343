// SPDX-License-Identifier: Apache-2.0
// The two columns that legend, minimap, ruler, waterfall and flame graph share, so that a moment is
// at the same place in all of them.
import { computed, signal } from '@preact/signals';
import { TimeScale } from './time_scale.ts';
import type { TraceModel } from './trace_model.ts';

export const nameWidthMinPx = 160;
const nameShareMax = 0.55;
const timeWidthMinPx = 160;

export class TraceLayout {
  readonly nameWidth = signal(380);
  /** Width of both columns together, without the scroll bar; 0 until it has been measured. */
  readonly width = signal(0);
  readonly panelWidth = signal(340);

  constructor(private readonly model: TraceModel) {}

  readonly shownNameWidth = computed(() =>
    Math.max(nameWidthMinPx, Math.min(this.nameWidth.value, this.width.value * nameShareMax)),
  );

  readonly timeWidth = computed(() =>
    Math.max(this.width.value - this.shownNameWidth.value, timeWidthMinPx),
  );

  readonly scale = computed(() => new TimeScale(this.model.window.value, this.timeWidth.value));
}
