// SPDX-License-Identifier: Apache-2.0

import { useState } from 'preact/hooks';
import { asApiError, type ApiError } from '../api/client.ts';
import { Button } from '../ui/button.tsx';
import { Failure } from '../ui/failure.tsx';
import { addNote, removeNote } from './errors_api.ts';
import { Ago } from './item_table.tsx';
import type { Note } from './types.ts';

export interface NotesProps {
  itemId: number;
  notes: Note[];
  onChange: () => void;
}

export function Notes({ itemId, notes, onChange }: NotesProps) {
  const [text, setText] = useState('');
  const [error, setError] = useState<ApiError | null>(null);
  const nowMs = Date.now();
  const run = (work: Promise<unknown>, after: () => void = () => undefined) =>
    void work.then(
      () => {
        setError(null);
        after();
        onChange();
      },
      (thrown: unknown) => setError(asApiError(thrown)),
    );
  const save = () => {
    if (text.trim()) run(addNote(itemId, text.trim()), () => setText(''));
  };
  return (
    <section aria-label="Notes">
      <h2>Notes</h2>
      <ul class="notes">
        {notes.map((note) => (
          <li key={note.id}>
            <p>{note.text}</p>
            <span class="caption">
              {note.user && `${note.user} · `}
              <Ago ns={note.time_ns} nowMs={nowMs} />
            </span>
            <Button look="ghost" icon="trash" label="Delete note" onClick={() => run(removeNote(itemId, note.id))} />
          </li>
        ))}
      </ul>
      <form
        class="note-form"
        onSubmit={(event) => {
          event.preventDefault();
          save();
        }}
      >
        <textarea
          class="input"
          rows={2}
          aria-label="Add a note"
          placeholder="What is known, where the runbook is…"
          value={text}
          onInput={(event) => setText(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
            event.preventDefault();
            save();
          }}
        />
        {text.trim() && (
          <Button type="submit" aria-keyshortcuts="Control+Enter">
            Add note
          </Button>
        )}
      </form>
      <Failure error={error} />
    </section>
  );
}
