// SPDX-License-Identifier: Apache-2.0
// A dialog that asks for a few words; Enter gives the answer.

import type { ComponentChildren } from 'preact';
import type { ApiError } from '../api/client.ts';
import { Button } from './button.tsx';
import { Dialog } from './dialog.tsx';
import { Failure } from './failure.tsx';

export interface FormDialogProps {
  title: string;
  /** What the button says. */
  action: string;
  error?: ApiError | null;
  onClose: () => void;
  onSubmit: () => void;
  children: ComponentChildren;
}

export function FormDialog({ title, action, error = null, onClose, onSubmit, children }: FormDialogProps) {
  return (
    <Dialog title={title} onClose={onClose}>
      <form
        class="stack"
        onSubmit={(event) => {
          event.preventDefault();
          onSubmit();
        }}
      >
        {children}
        <Failure error={error} />
        <div class="dialog-actions">
          <Button onClick={onClose}>Cancel</Button>
          <Button look="primary" type="submit">
            {action}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
