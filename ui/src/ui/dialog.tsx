// SPDX-License-Identifier: Apache-2.0

import type { ComponentChildren } from 'preact';
import { useId, useLayoutEffect, useRef } from 'preact/hooks';
import { Button } from './button.tsx';

export interface DialogProps {
  title: string;
  onClose: () => void;
  children: ComponentChildren;
  /** Buttons at the end. */
  actions?: ComponentChildren;
  wide?: boolean;
}

/** A modal dialog; mounted means open. Escape and a click beside it close it. */
export function Dialog({ title, onClose, children, actions, wide }: DialogProps) {
  const dialogRef = useRef<HTMLDialogElement>(null);
  const titleId = useId();
  useLayoutEffect(() => {
    const restoreTo = document.activeElement as HTMLElement | null;
    dialogRef.current?.showModal();
    return () => restoreTo?.focus?.();
  }, []);
  return (
    <dialog
      ref={dialogRef}
      class={`dialog${wide ? ' wide' : ''}`}
      aria-labelledby={titleId}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onClick={(event) => event.target === dialogRef.current && onClose()}
    >
      <div class="dialog-body">
        <div class="dialog-head">
          <h2 id={titleId}>{title}</h2>
          <Button look="ghost" icon="close" label="Close" onClick={onClose} />
        </div>
        {children}
        {actions && <div class="dialog-actions">{actions}</div>}
      </div>
    </dialog>
  );
}
