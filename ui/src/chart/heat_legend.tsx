// SPDX-License-Identifier: Apache-2.0

import { formatCompact } from '../format/number.ts';

/** The ramp from one event to the fullest cell. */
export function HeatLegend({ max }: { max: number }) {
  return (
    <span class="heat-legend" aria-hidden="true">
      1
      {[0, 1, 2, 3, 4, 5].map((step) => (
        <i key={step} style={{ background: `var(--heat${step})` }} />
      ))}
      {formatCompact(Math.ceil(max))}
    </span>
  );
}
