// SPDX-License-Identifier: Apache-2.0

import { useEffect, useState } from 'preact/hooks';
import { asApiError, getJson, postJson, send, type ApiError } from '../api/client.ts';
import type { Board } from '../api/types.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { toast } from '../ui/toast.tsx';
import { describeSpec } from './describe.ts';
import type { QuerySpec } from './spec.ts';

export interface SaveDialogProps {
  dataset: string;
  spec: QuerySpec;
  onClose: () => void;
}

interface SaveRequest {
  dataset: string;
  spec: QuerySpec;
  name: string;
  description: string;
  boardId: string;
}

const tileWidth = 6;
const tileHeight = 5;

async function addToBoard(boardId: string, dataset: string, ids: { query_id: string; query_annotation_id: string }) {
  const url = `/1/boards/${encodeURIComponent(boardId)}`;
  const board = await getJson<Board>(url);
  const bottom = board.panels.reduce(
    (top, { position }) => Math.max(top, (position?.y_coordinate ?? 0) + (position?.height ?? tileHeight)),
    0,
  );
  const position = { x_coordinate: 0, y_coordinate: bottom, width: tileWidth, height: tileHeight };
  const panel = { type: 'query', position, query_panel: { ...ids, dataset, query_style: 'combo' } };
  await send(url, { method: 'PUT', body: { ...board, panels: [...board.panels, panel] } });
}

async function save({ dataset, spec, name, description, boardId }: SaveRequest): Promise<void> {
  const ds = encodeURIComponent(dataset);
  const query = await postJson<{ id: string }>(`/1/queries/${ds}`, spec);
  const body = { name, description, query_id: query.id };
  const annotation = await postJson<{ id: string }>(`/1/query_annotations/${ds}`, body);
  if (boardId) await addToBoard(boardId, dataset, { query_id: query.id, query_annotation_id: annotation.id });
}

export function SaveDialog({ dataset, spec, onClose }: SaveDialogProps) {
  const [name, setName] = useState('');
  const [description, setDescription] = useState('');
  const [boardId, setBoardId] = useState('');
  const [boards, setBoards] = useState<Board[]>([]);
  const [error, setError] = useState<ApiError | null>(null);
  const [busy, setBusy] = useState(false);
  useEffect(() => {
    getJson<Board[]>('/1/boards').then(setBoards, () => undefined);
  }, []);
  const submit = async () => {
    setBusy(true);
    try {
      await save({ dataset, spec, name: name.trim(), description: description.trim(), boardId });
      toast(`Saved “${name.trim()}”`);
      onClose();
    } catch (thrown) {
      setError(asApiError(thrown));
      setBusy(false);
    }
  };
  return (
    <Dialog title="Save query" onClose={onClose}>
      <form
        class="stack"
        onSubmit={(event) => {
          event.preventDefault();
          if (name.trim()) void submit();
        }}
      >
        <p class="muted mono">{describeSpec(spec)}</p>
        <label class="field">
          Name
          <input class="input" required maxLength={320} value={name} autofocus onInput={(event) => setName(event.currentTarget.value)} />
        </label>
        <label class="field">
          Description
          <input class="input" maxLength={1023} value={description} onInput={(event) => setDescription(event.currentTarget.value)} />
        </label>
        <label class="field">
          Board
          <select class="select" value={boardId} onChange={(event) => setBoardId(event.currentTarget.value)}>
            <option value="">None</option>
            {boards.map((board) => (
              <option key={board.id} value={board.id}>
                {board.name}
              </option>
            ))}
          </select>
        </label>
        {error && (
          <p class="error-text" role="alert">
            {error.message}. {error.hint}
          </p>
        )}
        <div class="dialog-actions">
          <Button onClick={onClose}>Cancel</Button>
          <Button look="primary" type="submit" disabled={busy || !name.trim()}>
            Save
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
