// SPDX-License-Identifier: Apache-2.0

import { outcomeColour, outcomeKinds, type OutcomeKind } from './outcomes.ts';

const words: Record<OutcomeKind, string> = {
  ok: 'OK',
  error: 'Error 4xx',
  throttle: 'Throttle 429',
  fault: 'Fault 5xx',
};

/** What the colours of the rings and the shapes of the nodes mean. */
export function OutcomeLegend() {
  return (
    <ul class="map-legend" aria-label="Legend">
      {outcomeKinds.map((kind) => (
        <li key={kind}>
          <span class="swatch" style={{ '--swatch': `var(--${outcomeColour[kind]})` }} /> {words[kind]}
        </li>
      ))}
      <li>
        <span class="map-legend-dashed" /> not instrumented
      </li>
    </ul>
  );
}
