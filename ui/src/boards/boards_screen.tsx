// SPDX-License-Identifier: Apache-2.0

import { useState } from 'preact/hooks';
import { asApiError, getJson, postJson, type ApiError } from '../api/client.ts';
import { useResource } from '../api/resource.ts';
import type { Board } from '../api/types.ts';
import { useTitle } from '../frame/title.ts';
import { SavedQueries } from '../query/saved_queries.tsx';
import { navigate } from '../route/route.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { EmptyState, Skeleton } from '../ui/empty_state.tsx';
import { ErrorCard } from '../ui/error_card.tsx';

export function BoardsScreen() {
  useTitle('Boards');
  const boards = useResource('boards', (abort) => getJson<Board[]>('/1/boards', abort));
  const [creating, setCreating] = useState(false);
  return (
    <div class="page" data-state={boards.error ? 'error' : boards.data ? 'done' : 'loading'}>
      <div class="page-head">
        <h1>Boards</h1>
        <span class="spacer" />
        <Button icon="plus" onClick={() => setCreating(true)}>
          New board
        </Button>
      </div>
      {boards.error && <ErrorCard what="Boards could not be listed" error={boards.error} onRetry={boards.reload} />}
      {!boards.data && !boards.error && <Skeleton />}
      {boards.data?.length === 0 && (
        <EmptyState title="No boards yet">Make one, then save queries onto it.</EmptyState>
      )}
      <ul class="board-list">
        {boards.data?.map((board) => (
          <li key={board.id} class="card">
            <h2>
              <a href={`/boards/${encodeURIComponent(board.id)}`}>{board.name}</a>
            </h2>
            {board.description && <p class="muted">{board.description}</p>}
            <p class="caption">{board.panels.length === 1 ? '1 tile' : `${board.panels.length} tiles`}</p>
          </li>
        ))}
      </ul>
      <section>
        <div class="section-head">
          <h2>Saved queries</h2>
        </div>
        <SavedQueries />
      </section>
      {creating && <NewBoard onClose={() => setCreating(false)} />}
    </div>
  );
}

function NewBoard({ onClose }: { onClose: () => void }) {
  const [name, setName] = useState('');
  const [error, setError] = useState<ApiError | null>(null);
  const create = async () => {
    try {
      const body = { name: name.trim(), type: 'flexible', layout_generation: 'manual', panels: [] };
      const board = await postJson<Board>('/1/boards', body);
      onClose();
      navigate(`/boards/${encodeURIComponent(board.id)}`);
    } catch (thrown) {
      setError(asApiError(thrown));
    }
  };
  return (
    <Dialog title="New board" onClose={onClose}>
      <form
        class="stack"
        onSubmit={(event) => {
          event.preventDefault();
          if (name.trim()) void create();
        }}
      >
        <label class="field">
          Name
          <input class="input" autofocus required maxLength={255} value={name} onInput={(event) => setName(event.currentTarget.value)} />
        </label>
        {error && (
          <p class="error-text" role="alert">
            {error.message}
          </p>
        )}
        <div class="dialog-actions">
          <Button onClick={onClose}>Cancel</Button>
          <Button look="primary" type="submit" disabled={!name.trim()}>
            Create
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
