// SPDX-License-Identifier: Apache-2.0
// Which occurrence is shown, and the way to the ones before and after.

import { setParams } from '../route/route.ts';
import { formatInstant, msOfNs } from '../format/time.ts';
import { Button } from '../ui/button.tsx';
import { Value } from '../ui/value_menu.tsx';
import { Ago } from './item_table.tsx';
import type { ErrorItem, Occurrence } from './types.ts';

export interface OccurrenceBarProps {
  item: ErrorItem;
  occurrence: Occurrence | null;
  isStale: boolean;
}

function show(id: number | null): void {
  setParams({ occ: id === null ? null : String(id) }, { replace: true });
}

export function OccurrenceBar({ item, occurrence, isStale }: OccurrenceBarProps) {
  if (!occurrence) return null;
  const { older, newer } = occurrence;
  // Newer ones may have arrived since this one was read.
  const isNewest = item.last_occurrence_id === occurrence.id;
  const facts = [
    ['person', 'person.id', occurrence.fields['person.id']],
    ['host', 'server.host', occurrence.fields['server.host'] ?? occurrence.fields['host.name']],
    ['version', 'code_version', occurrence.code_version],
    ['context', 'context', occurrence.context],
  ] as const;
  return (
    <div class={`occurrence-bar${isStale ? ' stale' : ''}`}>
      <span class="occurrence-steps">
        <Button look="ghost" icon="chevronLeft" label="Older occurrence" aria-keyshortcuts="[" disabled={older === null} onClick={() => show(older)} />
        <Button look="ghost" icon="chevronRight" label="Newer occurrence" aria-keyshortcuts="]" disabled={newer === null && isNewest} onClick={() => show(newer ?? item.last_occurrence_id)} />
        {!isNewest && (
          <Button look="ghost" onClick={() => show(null)}>
            Newest
          </Button>
        )}
      </span>
      <span title={occurrence.uuid ?? undefined}>
        {formatInstant(msOfNs(occurrence.time_ns))}{' '}
        <span class="muted">
          (<Ago ns={occurrence.time_ns} nowMs={Date.now()} />)
        </span>
      </span>
      {facts.map(([name, column, value]) =>
        value === null || value === undefined || value === '' ? null : (
          <span key={column} class="occurrence-fact">
            <span class="muted">{name}</span>{' '}
            <Value column={column} value={value} dataset={occurrence.project} />
          </span>
        ),
      )}
      {occurrence.sources.length > 1 && (
        <span class="badge" data-tip="Reported by both">
          {occurrence.sources.join(' + ')}
        </span>
      )}
    </div>
  );
}
