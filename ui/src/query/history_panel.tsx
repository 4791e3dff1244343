// SPDX-License-Identifier: Apache-2.0
// The last queries anybody ran here, and the saved ones.

import { useState } from 'preact/hooks';
import { apiUrl, getJson } from '../api/client.ts';
import { useResource } from '../api/resource.ts';
import type { HistoryEntry, SavedQuery } from '../api/types.ts';
import { formatCompact, formatDurationMs } from '../format/number.ts';
import { formatAgo, formatInstant } from '../format/time.ts';
import { navigate } from '../route/route.ts';
import { Dialog } from '../ui/dialog.tsx';
import { Skeleton } from '../ui/empty_state.tsx';
import { ErrorCard } from '../ui/error_card.tsx';
import { describeSpec } from './describe.ts';
import { queryHref } from './query_url.ts';

interface Entry {
  id: string;
  title: string;
  detail: string;
  when: string;
  href: string;
}

function ofHistory(entry: HistoryEntry, nowMs: number): Entry {
  return {
    id: entry.id,
    title: describeSpec(entry.query),
    detail: `${entry.dataset === '__all__' ? 'all datasets' : entry.dataset} · ${formatCompact(entry.rows_matched)} events · ${formatDurationMs(entry.elapsed_ms)}`,
    when: formatAgo(entry.at_ms, nowMs),
    href: queryHref(entry.dataset, entry.query),
  };
}

function ofSaved(entry: SavedQuery): Entry {
  return {
    id: entry.id,
    title: entry.name,
    detail: describeSpec(entry.query),
    when: formatInstant(entry.updated_ms, false),
    href: queryHref(entry.dataset, entry.query),
  };
}

export function HistoryPanel({ onClose }: { onClose: () => void }) {
  const [text, setText] = useState('');
  const history = useResource(`history:${text}`, (abort) =>
    getJson<{ history: HistoryEntry[] }>(apiUrl('history', { q: text.trim(), limit: 200 }), abort),
  );
  const saved = useResource('saved', (abort) => getJson<{ saved: SavedQuery[] }>(apiUrl('saved'), abort));
  const nowMs = Date.now();
  const typed = text.trim().toLowerCase();
  const savedEntries = (saved.data?.saved ?? [])
    .map(ofSaved)
    .filter((entry) => `${entry.title} ${entry.detail}`.toLowerCase().includes(typed));
  const ranEntries = (history.data?.history ?? []).map((entry) => ofHistory(entry, nowMs));
  const open = (href: string) => {
    onClose();
    navigate(href);
  };
  return (
    <Dialog title="Query history" wide onClose={onClose}>
      <input
        class="input"
        aria-label="Find a query"
        placeholder="Find a column, value or name"
        value={text}
        onInput={(event) => setText(event.currentTarget.value)}
      />
      {history.error && <ErrorCard what="The history could not be read" error={history.error} onRetry={history.reload} />}
      {!history.data && !history.error && <Skeleton rows={6} />}
      <div class="history-lists">
        {savedEntries.length > 0 && <EntryList title="Saved" entries={savedEntries} onOpen={open} />}
        {ranEntries.length > 0 && <EntryList title="Recently run" entries={ranEntries} onOpen={open} />}
        {history.data && ranEntries.length + savedEntries.length === 0 && (
          <p class="muted">No query {typed ? 'mentions that' : 'has been run yet'}.</p>
        )}
      </div>
    </Dialog>
  );
}

interface EntryListProps {
  title: string;
  entries: Entry[];
  onOpen: (href: string) => void;
}

function EntryList({ title, entries, onOpen }: EntryListProps) {
  return (
    <section>
      <h3>{title}</h3>
      <ul>
        {entries.map((entry) => (
          <li key={entry.id}>
            <button type="button" class="history-entry" onClick={() => onOpen(entry.href)}>
              <span class="history-title">{entry.title}</span>
              <span class="caption history-when">{entry.when}</span>
              <span class="caption">{entry.detail}</span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
