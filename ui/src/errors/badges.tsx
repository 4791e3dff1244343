// SPDX-License-Identifier: Apache-2.0
// How bad and how far along an item is; always in words, the colour only helps.

import type { ErrorItem, ItemStatus, Level } from './types.ts';

export function LevelBadge({ level }: { level: Level }) {
  return (
    <span class={`level ${level}`}>
      <i aria-hidden="true" />
      {level}
    </span>
  );
}

export const statusNames: Record<ItemStatus, string> = {
  active: 'Active',
  resolved: 'Resolved',
  muted: 'Muted',
  archived: 'Archived',
};

/** Marks of an item that its row or header shows: what is not the usual. */
export function ItemMarks({ item, nowMs }: { item: ErrorItem; nowMs: number }) {
  const isSnoozed = item.snoozed_until_ns !== null && Number(item.snoozed_until_ns) / 1e6 > nowMs;
  return (
    <>
      {item.status !== 'active' && (
        <span class={`badge${item.status === 'resolved' ? ' ok' : ''}`}>{item.status}</span>
      )}
      {item.status === 'active' && item.reactivated && (
        <span class="badge error" data-tip="It was resolved and happened again">
          reactivated
        </span>
      )}
      {isSnoozed && <span class="badge">snoozed</span>}
      {item.sources.includes('otlp') && (
        <span class="badge" data-tip="Seen in OpenTelemetry data">
          OTel
        </span>
      )}
    </>
  );
}
