// SPDX-License-Identifier: Apache-2.0
// Creating and deleting a log group.

import { useState } from 'preact/hooks';
import { asApiError, type ApiError } from '../api/client.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { toast } from '../ui/toast.tsx';
import { createGroup, deleteGroup } from './logs_api.ts';

/** Does `work` and closes; says what went wrong where it was asked for. */
function useWork(done: () => void): [ApiError | null, (work: () => Promise<void>) => void] {
  const [error, setError] = useState<ApiError | null>(null);
  const run = (work: () => Promise<void>) => {
    work().then(done, (thrown: unknown) => setError(asApiError(thrown)));
  };
  return [error, run];
}

function Failure({ error }: { error: ApiError | null }) {
  return error ? (
    <p class="error-text" role="alert">
      {error.message}. {error.hint}
    </p>
  ) : null;
}

export function CreateGroupDialog({ onClose, onCreated }: { onClose: () => void; onCreated: () => void }) {
  const [name, setName] = useState('');
  const [error, run] = useWork(() => {
    toast(`${name.trim()} created`);
    onClose();
    onCreated();
  });
  const create = () => run(() => createGroup(name.trim()));
  return (
    <Dialog
      title="Create log group"
      onClose={onClose}
      actions={
        <Button look="primary" disabled={!name.trim()} onClick={create}>
          Create
        </Button>
      }
    >
      <label class="field">
        <span class="caption">Name</span>
        <input
          autofocus
          class="input mono"
          placeholder="cruddur-backend or /app/web"
          spellcheck={false}
          value={name}
          onInput={(event) => setName(event.currentTarget.value)}
          onKeyDown={(event) => event.key === 'Enter' && name.trim() && create()}
        />
      </label>
      <p class="muted">Clients that may create groups do so themselves; this is for those that may not.</p>
      <Failure error={error} />
    </Dialog>
  );
}

interface DeleteGroupDialogProps {
  group: string;
  onClose: () => void;
  onDeleted: () => void;
}

export function DeleteGroupDialog({ group, onClose, onDeleted }: DeleteGroupDialogProps) {
  const [error, run] = useWork(() => {
    toast(`${group} deleted`);
    onDeleted();
  });
  return (
    <Dialog
      title="Delete log group"
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>Keep it</Button>
          <Button look="danger" icon="trash" onClick={() => run(() => deleteGroup(group))}>
            Delete
          </Button>
        </>
      }
    >
      <p>
        Delete <strong>{group}</strong> with all its streams and events? They cannot be brought back.
      </p>
      <Failure error={error} />
    </Dialog>
  );
}
