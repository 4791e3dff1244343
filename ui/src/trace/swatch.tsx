// SPDX-License-Identifier: Apache-2.0
import { colourCount, type ColourSlot } from '../format/colour.ts';

/** A small square in the colour of a slot; `error` for what failed. */
export function Swatch({ slot }: { slot: ColourSlot | 'error' }) {
  const failed = slot === 'error';
  const isSeries = !failed && slot.index >= 0 && slot.index < colourCount;
  const token = failed ? 'error' : isSeries ? `s${slot.index}` : 'text3';
  return (
    <i
      class={`swatch${!failed && slot.hatched ? ' hatched' : ''}`}
      style={{ '--swatch': `var(--${token})` }}
    />
  );
}
