// SPDX-License-Identifier: Apache-2.0

import type { TraceSummary } from '../api/types.ts';
import type { ColourSlot } from '../format/colour.ts';
import { formatDurationNs } from '../format/number.ts';

export interface ServiceStripProps {
  trace: TraceSummary;
  /** Duration of the longest trace of the list, in nanoseconds. */
  longest: number;
  colours: Map<string, ColourSlot>;
}

/** A bar as long as the trace, divided by the services' self time. */
export function ServiceStrip({ trace, longest, colours }: ServiceStripProps) {
  const total = trace.services.reduce((sum, service) => sum + Number(service.self_ns), 0) || 1;
  const words = trace.services
    .map((service) => `${service.name} ${formatDurationNs(Number(service.self_ns))}`)
    .join(', ');
  return (
    <span class="strip" title={words}>
      <span class="strip-bar" style={{ width: `${(Number(trace.duration_ns) / longest) * 100}%` }}>
        {trace.services.map((service) => {
          const slot = colours.get(service.name);
          return (
            <span
              key={service.name}
              class={slot?.hatched ? 'strip-part hatched' : 'strip-part'}
              style={{
                flexGrow: Number(service.self_ns) / total,
                '--swatch': `var(--s${slot?.index ?? 0})`,
              }}
            />
          );
        })}
      </span>
      <span class="visually-hidden">{words}</span>
    </span>
  );
}
