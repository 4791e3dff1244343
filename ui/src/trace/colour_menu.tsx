// SPDX-License-Identifier: Apache-2.0
// "Colour by": service, kind, status, or any field of the spans.
import { effect } from '@preact/signals';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { asApiError, isAbort } from '../api/client.ts';
import { useColumns } from '../query/column_cache.ts';
import { MenuButton } from '../ui/menu.tsx';
import { Popover } from '../ui/popover.tsx';
import { toast } from '../ui/toast.tsx';
import { byField, fieldOf, type ColourBy } from './colors.ts';
import { fetchField } from './trace_api.ts';
import type { TraceModel } from './trace_model.ts';

const fixed: [by: ColourBy, label: string][] = [
  ['service', 'Service'],
  ['kind', 'Kind'],
  ['status', 'Status'],
];
const fieldsShownMax = 200;

/** Loads the values of the field that colours follow; gives back how to stop. */
export function followColourField(traceId: string, model: TraceModel): () => void {
  let abort = new AbortController();
  const stop = effect(() => {
    const field = fieldOf(model.colourBy.value);
    abort.abort();
    if (field === null || model.fieldValues.peek()?.name === field) return;
    abort = new AbortController();
    fetchField(traceId, field, abort.signal).then(
      (values) => {
        // A trace that grew since is loaded again as a whole.
        if (values.codes.length === model.cols.n) model.fieldValues.value = values;
      },
      (error: unknown) => {
        if (!isAbort(error)) toast(`No colours by ${field}: ${asApiError(error).message}`);
      },
    );
  });
  return () => {
    stop();
    abort.abort();
  };
}

export function ColourMenu({ model }: { model: TraceModel }) {
  const by = model.colourBy.value;
  const field = fieldOf(by);
  const [isPicking, setPicking] = useState(false);
  const placeRef = useRef<HTMLSpanElement>(null);
  const choose = (one: ColourBy) => () => (model.colourBy.value = one);
  const shown = field ?? by;
  return (
    <span ref={placeRef}>
      <MenuButton
        look="ghost"
        menuLabel="Colour by"
        align="end"
        class="colour-menu"
        items={[
          ...fixed.map(([one, label]) => ({ label, checked: one === by, onSelect: choose(one) })),
          ...(field === null ? [] : [{ label: field, checked: true, onSelect: choose(by) }]),
          { label: 'A field …', separated: true, onSelect: () => setPicking(true) },
        ]}
      >
        <span class="ellipsis">Colour: {shown}</span>
      </MenuButton>
      {isPicking && (
        <FieldPicker
          anchor={placeRef.current}
          onClose={() => setPicking(false)}
          onPick={(name) => {
            setPicking(false);
            model.colourBy.value = byField(name);
          }}
        />
      )}
    </span>
  );
}

interface FieldPickerProps {
  anchor: Element | null;
  onClose: () => void;
  onPick: (name: string) => void;
}

function FieldPicker({ anchor, onClose, onPick }: FieldPickerProps) {
  const [text, setText] = useState('');
  const inputRef = useRef<HTMLInputElement>(null);
  useLayoutEffect(() => inputRef.current?.focus(), []);
  const columns = useColumns('__all__');
  const namesWith = (typed: string) =>
    columns
      .filter((column) => !column.hidden && column.key.toLowerCase().includes(typed.trim().toLowerCase()))
      .map((column) => column.key)
      .sort();
  const names = namesWith(text);
  return (
    <Popover anchor={anchor} onClose={onClose} align="end">
      <div class="column-picker" role="dialog" aria-label="Colour by a field">
        <input
          class="input"
          aria-label="Find a field"
          placeholder="Find a field"
          value={text}
          ref={inputRef}
          onInput={(event) => setText(event.currentTarget.value)}
          onKeyDown={(event) => {
            // What is shown may be a key behind what is typed.
            const typed = event.currentTarget.value;
            const name = namesWith(typed)[0] ?? typed.trim();
            if (event.key !== 'Enter' || name === '') return;
            // Else the key would press the button that gets the focus back.
            event.preventDefault();
            onPick(name);
          }}
        />
        <div class="column-list" role="group" aria-label="Fields">
          {names.slice(0, fieldsShownMax).map((name) => (
            <button type="button" class="menu-item mono" key={name} onClick={() => onPick(name)}>
              <span class="ellipsis">{name}</span>
            </button>
          ))}
        </div>
      </div>
    </Popover>
  );
}
