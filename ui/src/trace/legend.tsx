// SPDX-License-Identifier: Apache-2.0
// What the colours mean, beside the minimap: services (or kinds) by the time they spent themselves.
import { useMemo } from 'preact/hooks';
import { formatDurationNs } from '../format/number.ts';
import { neutral, selfTimes } from './colors.ts';
import type { FindSession } from './find_session.ts';
import { Swatch } from './swatch.tsx';
import type { TraceModel } from './trace_model.ts';

export function Legend({ model, find }: { model: TraceModel; find: FindSession }) {
  const { cols } = model;
  const by = model.colourBy.value;
  const entries = useMemo(() => {
    if (by === 'status') return [];
    const [codes, dict] = by === 'kind' ? [cols.kind, cols.kinds] : [cols.svc, cols.services];
    const times = selfTimes(cols, codes, dict.length);
    const sample = new Int32Array(dict.length).fill(-1);
    for (let i = cols.n - 1; i >= 0; i--) sample[codes[i]!] = i;
    return dict
      .map((name, code) => ({ name, time: times[code]!, row: sample[code]! }))
      .filter((entry) => entry.row >= 0)
      .sort((a, b) => b.time - a.time);
  }, [cols, by]);
  const field = by === 'kind' ? 'kind' : 'service.name';
  return (
    <ul class="legend" aria-label="Colours">
      {by === 'status' && (
        <>
          <li>
            <Swatch slot={neutral} /> ok
          </li>
          <li>
            <Swatch slot="error" /> error
          </li>
        </>
      )}
      {entries.map(({ name, time, row }) => {
        return (
          <li key={name}>
            <button
              type="button"
              title={`Find ${name || 'unspecified'}: ${formatDurationNs(time)} of its own`}
              onClick={() =>
                find.set(`${field} = ${/^[^\s"=<>!]+$/.test(name) ? name : `"${name}"`}`)
              }
            >
              <Swatch slot={model.colourOf.value(row)} />
              <span class="ellipsis">{name || 'unspecified'}</span>
              <span class="legend-time">{formatDurationNs(time)}</span>
            </button>
          </li>
        );
      })}
    </ul>
  );
}
