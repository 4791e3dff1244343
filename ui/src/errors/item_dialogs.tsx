// SPDX-License-Identifier: Apache-2.0
// Changes of an item that need a word.

import { useState } from 'preact/hooks';
import { FormDialog } from '../ui/form_dialog.tsx';
import { changeAll } from './item_actions.ts';
import type { ErrorItem } from './types.ts';

interface ItemDialogProps {
  item: ErrorItem;
  onClose: () => void;
}

interface WordDialogProps {
  title: string;
  field: string;
  hint?: string;
  text: string;
  max: number;
  action: string;
  onClose: () => void;
  onDone: (text: string) => void;
}

function WordDialog(props: WordDialogProps) {
  const [text, setText] = useState(props.text);
  return (
    <FormDialog
      title={props.title}
      action={props.action}
      onClose={props.onClose}
      onSubmit={() => {
        props.onClose();
        props.onDone(text.trim());
      }}
    >
      <label class="field">
        <span class="caption">{props.field}</span>
        <input
          class="input"
          autofocus
          required
          maxLength={props.max}
          value={text}
          onInput={(event) => setText(event.currentTarget.value)}
        />
      </label>
      {props.hint && <p class="muted">{props.hint}</p>}
    </FormDialog>
  );
}

export function ResolveDialog({ item, onClose }: ItemDialogProps) {
  return (
    <WordDialog
      title={`Resolve #${item.counter} in a version`}
      field="Version that has the fix"
      hint="Occurrences of older versions are counted and leave the item resolved; one of this version or a newer one brings it back."
      text={item.last_version ?? ''}
      max={40}
      action="Resolve"
      onClose={onClose}
      onDone={(version) =>
        void changeAll(
          { ids: [item.id], status: 'resolved', resolved_in_version: version },
          `Resolved #${item.counter} in ${version}`,
        )
      }
    />
  );
}

export function RenameDialog({ item, onClose }: ItemDialogProps) {
  return (
    <WordDialog
      title={`Rename #${item.counter}`}
      field="Title"
      text={item.title}
      max={255}
      action="Rename"
      onClose={onClose}
      onDone={(title) => void changeAll({ ids: [item.id], title }, `Renamed #${item.counter}`)}
    />
  );
}
