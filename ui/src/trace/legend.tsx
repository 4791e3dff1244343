// SPDX-License-Identifier: Apache-2.0
// What the colours mean, beside the minimap: services, kinds or values by the time spent in them.
import { formatCount, formatDurationNs } from '../format/number.ts';
import { fieldOf, neutral, type ColourEntry } from './colors.ts';
import { quotedForFind } from './find.ts';
import type { FindSession } from './find_session.ts';
import { Swatch } from './swatch.tsx';
import type { TraceModel } from './trace_model.ts';

export function Legend({ model, find }: { model: TraceModel; find: FindSession }) {
  const { entries, left, field } = model.colouring.value;
  const isByField = fieldOf(model.colourBy.value) !== null;
  return (
    <ul class="legend" aria-label="Colours">
      {model.colourBy.value === 'status' && (
        <>
          <li>
            <Swatch slot={neutral} /> ok
          </li>
          <li>
            <Swatch slot="error" /> error
          </li>
        </>
      )}
      {entries.map((entry) => (
        <Entry key={entry.label} entry={entry} field={field} find={find} />
      ))}
      {isByField && (
        <li>
          <Swatch slot={neutral} /> {left > 0 ? `${formatCount(left)} other values, or none` : 'none'}
        </li>
      )}
    </ul>
  );
}

function Entry({ entry, field, find }: { entry: ColourEntry; field: string; find: FindSession }) {
  const { label, time, slot } = entry;
  return (
    <li>
      <button
        type="button"
        title={`Find ${label || 'unspecified'}: ${formatDurationNs(time)} of its own`}
        onClick={() => find.set(`${field} = ${quotedForFind(label)}`)}
      >
        <Swatch slot={slot} />
        <span class="ellipsis">{label || 'unspecified'}</span>
        <span class="legend-time">{formatDurationNs(time)}</span>
      </button>
    </li>
  );
}
