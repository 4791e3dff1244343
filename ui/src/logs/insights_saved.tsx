// SPDX-License-Identifier: Apache-2.0
// Saved queries: CloudWatch's query definitions, so that its clients see them, too.

import { useState } from 'preact/hooks';
import { asApiError, type ApiError } from '../api/client.ts';
import { useResource } from '../api/resource.ts';
import { formatAgo } from '../format/time.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Skeleton } from '../ui/empty_state.tsx';
import { ErrorCard } from '../ui/error_card.tsx';
import { toast } from '../ui/toast.tsx';
import { fetchSaved, removeSaved, saveQuery } from './logs_api.ts';

export interface SavedQueriesDialogProps {
  onClose: () => void;
  onUse: (query: string, groups: string[]) => void;
}

export function SavedQueriesDialog({ onClose, onUse }: SavedQueriesDialogProps) {
  const { data, error, reload } = useResource('saved', fetchSaved);
  const [failure, setFailure] = useState<ApiError | null>(null);
  const drop = (id: string, name: string) => {
    removeSaved(id).then(
      () => {
        toast(`${name} deleted`);
        reload();
      },
      (thrown: unknown) => setFailure(asApiError(thrown)),
    );
  };
  const shownError = error ?? failure;
  return (
    <Dialog title="Saved queries" wide onClose={onClose}>
      {shownError && <ErrorCard what="Saved queries" error={shownError} onRetry={reload} />}
      {!data && !error && <Skeleton rows={4} />}
      <ul class="insights-list">
        {data?.map((entry) => (
          <li key={entry.id} class="with-action">
            <button type="button" onClick={() => onUse(entry.query, entry.groups)}>
              <strong>{entry.name}</strong>
              <code>{entry.query}</code>
              <span class="caption">
                {entry.groups.length ? entry.groups.join(', ') : 'no log groups of its own'} ·{' '}
                {formatAgo(entry.updated_ms, Date.now())}
              </span>
            </button>
            <Button look="ghost" icon="trash" label={`Delete ${entry.name}`} onClick={() => drop(entry.id, entry.name)} />
          </li>
        ))}
      </ul>
      {data?.length === 0 && <p class="muted">None yet. Save the query on screen with its log groups.</p>}
    </Dialog>
  );
}

export interface SaveQueryDialogProps {
  query: string;
  groups: string[];
  onClose: () => void;
}

export function SaveQueryDialog({ query, groups, onClose }: SaveQueryDialogProps) {
  const [name, setName] = useState('');
  const [error, setError] = useState<ApiError | null>(null);
  const save = () => {
    saveQuery({ name: name.trim(), query, groups }).then(
      () => {
        toast(`${name.trim()} saved`);
        onClose();
      },
      (thrown: unknown) => setError(asApiError(thrown)),
    );
  };
  return (
    <Dialog
      title="Save query"
      onClose={onClose}
      actions={
        <Button look="primary" disabled={!name.trim()} onClick={save}>
          Save
        </Button>
      }
    >
      <label class="field">
        <span class="caption">Name</span>
        <input
          autofocus
          class="input"
          placeholder="Errors by route"
          value={name}
          onInput={(event) => setName(event.currentTarget.value)}
          onKeyDown={(event) => event.key === 'Enter' && name.trim() && save()}
        />
      </label>
      <pre class="log-query" tabIndex={0} aria-label="Query">
        {query}
      </pre>
      <p class="muted">{groups.length ? `Over ${groups.join(', ')}.` : 'Without log groups of its own.'}</p>
      {error && (
        <p class="error-text" role="alert">
          {error.message}. {error.hint}
        </p>
      )}
    </Dialog>
  );
}
