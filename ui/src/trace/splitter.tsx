// SPDX-License-Identifier: Apache-2.0
import type { Signal } from '@preact/signals';

export interface SplitterProps {
  label: string;
  /** Id of what gets wider. */
  controls: string;
  size: Signal<number>;
  min: number;
  max: number;
  /** -1 when dragging to the left makes it larger. */
  direction?: 1 | -1;
}

const keyStepPx = 16;

/** A line between two columns that can be dragged, or moved with the arrow keys. */
export function Splitter({ label, controls, size, min, max, direction = 1 }: SplitterProps) {
  const set = (px: number) => (size.value = Math.round(Math.max(min, Math.min(px, max))));
  return (
    <div
      class="splitter"
      role="separator"
      aria-orientation="vertical"
      aria-label={label}
      aria-controls={controls}
      aria-valuenow={size.value}
      aria-valuemin={min}
      aria-valuemax={max}
      tabIndex={0}
      onKeyDown={(event) => {
        const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
        if (step === 0) return;
        event.preventDefault();
        set(size.value + step * direction * keyStepPx);
      }}
      onPointerDown={(event) => {
        const handle = event.currentTarget;
        const start = event.clientX - direction * size.value;
        handle.setPointerCapture(event.pointerId);
        handle.onpointermove = (move) => set(direction * (move.clientX - start));
        handle.onlostpointercapture = () => (handle.onpointermove = null);
        event.preventDefault();
      }}
    />
  );
}
