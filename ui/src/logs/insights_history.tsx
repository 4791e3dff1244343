// SPDX-License-Identifier: Apache-2.0
// What was asked before.

import { useState } from 'preact/hooks';
import { useResource } from '../api/resource.ts';
import { formatDurationMs } from '../format/number.ts';
import { formatAgo } from '../format/time.ts';
import { Dialog } from '../ui/dialog.tsx';
import { Skeleton } from '../ui/empty_state.tsx';
import { ErrorCard } from '../ui/error_card.tsx';
import { fetchHistory } from './logs_api.ts';

export interface HistoryDialogProps {
  onClose: () => void;
  onUse: (query: string, groups: string[]) => void;
}

export function HistoryDialog({ onClose, onUse }: HistoryDialogProps) {
  const [text, setText] = useState('');
  const { data, error, reload } = useResource('history', fetchHistory);
  const needle = text.trim().toLowerCase();
  const shown = (data ?? []).filter(({ query, groups }) =>
    `${query} ${groups.join(' ')}`.toLowerCase().includes(needle),
  );
  return (
    <Dialog title="History" wide onClose={onClose}>
      <input
        class="input"
        aria-label="Find in the history"
        placeholder="Find a query or a log group"
        autofocus
        value={text}
        onInput={(event) => setText(event.currentTarget.value)}
      />
      {error && <ErrorCard what="The history could not be read" error={error} onRetry={reload} />}
      {!data && !error && <Skeleton rows={4} />}
      <ul class="insights-list">
        {shown.map((entry) => (
          <li key={entry.id}>
            <button type="button" onClick={() => onUse(entry.query, entry.groups)}>
              <code>{entry.query}</code>
              <span class="caption">
                {entry.groups.join(', ')} · {formatAgo(entry.created_ms, Date.now())}
                {entry.state === 'done' ? `, took ${formatDurationMs(entry.elapsed_ms)}` : `, ${entry.state}`}
              </span>
            </button>
          </li>
        ))}
      </ul>
      {data && shown.length === 0 && <p class="muted">{data.length ? 'None like that.' : 'Nothing has been asked yet.'}</p>}
    </Dialog>
  );
}
