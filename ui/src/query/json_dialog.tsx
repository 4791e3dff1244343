// SPDX-License-Identifier: Apache-2.0

import { useState } from 'preact/hooks';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { copyText } from '../ui/toast.tsx';
import type { QuerySpec } from './spec.ts';

export interface JsonDialogProps {
  spec: QuerySpec;
  onClose: () => void;
  onApply: (spec: QuerySpec) => void;
}

function parse(text: string): QuerySpec | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as QuerySpec) : null;
  } catch {
    return null;
  }
}

/** The query as Honeycomb's JSON, to read, copy, or paste over. */
export function JsonDialog({ spec, onClose, onApply }: JsonDialogProps) {
  const [text, setText] = useState(JSON.stringify(spec, null, 2));
  const parsed = parse(text);
  return (
    <Dialog
      title="Query as JSON"
      wide
      onClose={onClose}
      actions={
        <>
          <Button icon="copy" onClick={() => void copyText(text, 'JSON copied')}>
            Copy
          </Button>
          <Button look="primary" disabled={!parsed} onClick={() => parsed && onApply(parsed)}>
            Use this query
          </Button>
        </>
      }
    >
      <textarea
        class="input"
        aria-label="Query JSON"
        aria-invalid={!parsed}
        rows={18}
        spellcheck={false}
        value={text}
        onInput={(event) => setText(event.currentTarget.value)}
      />
      {!parsed && <p class="error-text">This is not a JSON object.</p>}
    </Dialog>
  );
}
