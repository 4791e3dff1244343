// SPDX-License-Identifier: Apache-2.0
// A board: tiles on a grid of twelve columns, one time range over all of them if wanted.

import { useState } from 'preact/hooks';
import { asApiError, getJson, remove, send, type ApiError } from '../api/client.ts';
import { useResource } from '../api/resource.ts';
import type { Board, BoardPanel } from '../api/types.ts';
import { refreshTick } from '../frame/auto_refresh.ts';
import { useTitle } from '../frame/title.ts';
import { navigate, route, setParams } from '../route/route.ts';
import { Button } from '../ui/button.tsx';
import { EmptyState, Skeleton } from '../ui/empty_state.tsx';
import { ErrorCard } from '../ui/error_card.tsx';
import { MenuButton } from '../ui/menu.tsx';
import { copyText } from '../ui/toast.tsx';
import { swapPanels, withoutPanel } from './layout.ts';
import { Tile } from './tile.tsx';

export function BoardScreen({ boardId }: { boardId: string }) {
  const url = `/1/boards/${encodeURIComponent(boardId)}`;
  const loaded = useResource(url, (abort) => getJson<Board>(url, abort));
  const [edited, setEdited] = useState<Board | null>(null);
  const [saveError, setSaveError] = useState<ApiError | null>(null);
  const [refreshes, setRefreshes] = useState(0);
  const board = edited ?? loaded.data;
  useTitle(board?.name ?? 'Board');

  const save = async (panels: BoardPanel[]) => {
    if (!board) return;
    const next = { ...board, panels };
    setEdited(next);
    try {
      await send(url, { method: 'PUT', body: next });
      setSaveError(null);
    } catch (thrown) {
      setSaveError(asApiError(thrown));
    }
  };
  const removeBoard = async () => {
    if (!confirm(`Delete the board “${board?.name}”? Its queries stay saved.`)) return;
    await remove(url);
    navigate('/boards');
  };

  if (loaded.error) {
    return (
      <div class="page" data-state="error">
        <h1 class="visually-hidden">Board</h1>
        <ErrorCard what="The board could not be read" error={loaded.error} onRetry={loaded.reload} />
      </div>
    );
  }
  if (!board) {
    return (
      <div class="page" data-state="loading">
        <h1 class="visually-hidden">Board</h1>
        <Skeleton />
      </div>
    );
  }
  const overridden = route.value.params.has('t');
  return (
    <div class="page" data-state="done">
      <div class="page-head">
        <h1>{board.name}</h1>
        <span class="muted">{board.description}</span>
        <span class="spacer" />
        {overridden && (
          <Button look="ghost" onClick={() => setParams({ t: null })}>
            Each tile's own time
          </Button>
        )}
        <Button look="ghost" icon="refresh" onClick={() => setRefreshes((n) => n + 1)}>
          Refresh
        </Button>
        <MenuButton
          look="ghost"
          icon="menu"
          label="Board actions"
          align="end"
          items={[
            { label: 'Copy link', icon: 'link', onSelect: () => void copyText(location.href, 'Link copied') },
            { label: 'Delete board', icon: 'trash', onSelect: () => void removeBoard() },
          ]}
        />
      </div>
      {saveError && <ErrorCard what="The board could not be saved" error={saveError} />}
      {board.panels.length === 0 && (
        <EmptyState title="An empty board" actions={<a href="/query">Go to Query</a>}>
          Run a query, press Save query and choose this board.
        </EmptyState>
      )}
      <div class="tiles">
        {board.panels.map((panel, index) => (
          <Tile
            key={panel.query_panel?.query_annotation_id ?? index}
            panel={panel}
            refreshes={refreshes + refreshTick.value}
            onMove={(step) => void save(swapPanels(board.panels, index, index + step))}
            canMove={(step) => board.panels[index + step] !== undefined}
            onRemove={() => void save(withoutPanel(board.panels, index))}
          />
        ))}
      </div>
    </div>
  );
}
