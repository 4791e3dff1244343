// SPDX-License-Identifier: Apache-2.0

import { useEffect, useState } from 'preact/hooks';
import type { RawEvent } from '../api/types.ts';
import { formatInstant, msOfNs } from '../format/time.ts';
import { hrefOf } from '../route/href.ts';
import { Button } from '../ui/button.tsx';
import { copyText } from '../ui/toast.tsx';
import { Value } from '../ui/value_menu.tsx';
import type { QuerySpec } from './spec.ts';

export interface EventPanelProps {
  event: RawEvent;
  dataset: string;
  spec: QuerySpec;
  onClose: () => void;
}

/** A command that sends the event again, through the Events API. */
function asCurl(event: RawEvent): string {
  const body = JSON.stringify(event.data).replace(/'/g, "'\\''");
  const time = new Date(msOfNs(event.time_ns)).toISOString();
  return [
    `curl -X POST '${location.origin}/1/events/${encodeURIComponent(event.dataset)}'`,
    `-H 'content-type: application/json'`,
    `-H 'x-honeycomb-event-time: ${time}'`,
    `-H 'x-honeycomb-team: any'`,
    `-d '${body}'`,
  ].join(' \\\n  ');
}

export function EventPanel({ event, dataset, spec, onClose }: EventPanelProps) {
  const [text, setText] = useState('');
  useEffect(() => {
    const onKey = (key: KeyboardEvent) => {
      if (key.key === 'Escape' && !key.defaultPrevented) onClose();
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  });
  const typed = text.trim().toLowerCase();
  const fields = Object.entries(event.data)
    .filter(([key, value]) => `${key} ${String(value)}`.toLowerCase().includes(typed))
    .sort(([a], [b]) => a.localeCompare(b));
  return (
    <aside class="event-panel" aria-label="Event details">
      <div class="event-panel-head">
        <h2 class="ellipsis">{String(event.data['name'] ?? event.dataset)}</h2>
        <Button look="ghost" icon="close" label="Close details" onClick={onClose} />
      </div>
      <p class="caption">
        {formatInstant(msOfNs(event.time_ns))} · {event.dataset}
      </p>
      <div class="row">
        {event.trace_id && (
          <a
            class="button"
            href={hrefOf(`/trace/${encodeURIComponent(event.trace_id)}`, { span: event.span_id })}
          >
            Open trace
          </a>
        )}
        <Button look="ghost" icon="copy" onClick={() => void copyText(JSON.stringify(event.data, null, 2), 'JSON copied')}>
          Copy JSON
        </Button>
        <Button look="ghost" icon="copy" onClick={() => void copyText(asCurl(event), 'Command copied')}>
          Copy as curl
        </Button>
      </div>
      <input
        class="input"
        aria-label="Find a field"
        placeholder="Find a field or value"
        value={text}
        onInput={(input) => setText(input.currentTarget.value)}
      />
      <dl class="fields">
        {fields.map(([key, value]) => (
          <div key={key} class="field-row">
            <dt class="ellipsis" title={key}>
              {key}
            </dt>
            <dd>
              <Value column={key} value={value} dataset={dataset} spec={spec} />
            </dd>
          </div>
        ))}
      </dl>
    </aside>
  );
}
