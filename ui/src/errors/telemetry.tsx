// SPDX-License-Identifier: Apache-2.0
// What the application did before: the breadcrumbs of a report.

import { formatDurationMs } from '../format/number.ts';
import { formatInstant, msOfNs } from '../format/time.ts';
import type { TelemetryEntry } from './types.ts';

function text(value: unknown): string {
  if (value === undefined || value === null) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** One line for an entry of any type. */
export function describeEntry({ type, body = {} }: TelemetryEntry): string {
  switch (type) {
    case 'network':
      return [text(body['method']), text(body['url']), text(body['status_code'])].filter(Boolean).join(' ');
    case 'navigation':
      return body['from'] === undefined ? text(body['subtype']) : `${text(body['from'])} → ${text(body['to'])}`;
    case 'dom':
      return [text(body['subtype']), text(body['element']), text(body['value'])].filter(Boolean).join(' ');
    case 'log':
    case 'error':
      return text(body['message']) || text(body);
    default:
      return text(body['message'] ?? body);
  }
}

function isFailed({ type, level, body = {} }: TelemetryEntry): boolean {
  const code = Number(body['status_code']);
  return level === 'error' || level === 'critical' || (type === 'network' && code >= 400);
}

export function Telemetry({ entries, timeNs }: { entries: TelemetryEntry[]; timeNs: string }) {
  const atMs = msOfNs(timeNs);
  // Whole seconds are all that some reporters tell of the error's own time.
  const lastMs = Math.max(atMs, ...entries.map((entry) => entry.timestamp_ms ?? 0));
  return (
    <section class="telemetry" aria-label="Telemetry">
      <h2>Telemetry</h2>
      <ol>
        {entries.map((entry, at) => (
          <li key={at} class={isFailed(entry) ? 'failed' : ''}>
            <time title={entry.timestamp_ms === undefined ? undefined : formatInstant(entry.timestamp_ms)}>
              {entry.timestamp_ms === undefined ? '' : `−${formatDurationMs(Math.max(0, lastMs - entry.timestamp_ms))}`}
            </time>
            <span class="telemetry-type">{entry.type ?? 'manual'}</span>
            <span class="telemetry-text">{describeEntry(entry)}</span>
            {entry.level && entry.level !== 'info' && <span class="muted">{entry.level}</span>}
          </li>
        ))}
      </ol>
    </section>
  );
}
