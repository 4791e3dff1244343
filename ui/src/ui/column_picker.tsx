// SPDX-License-Identifier: Apache-2.0
// Chooses which columns a table shows; remembered per table and dataset.

import { useRef, useState } from 'preact/hooks';
import type { ColumnInfo } from '../api/types.ts';
import { preferences, setPreference } from '../frame/preferences.ts';
import { Button } from './button.tsx';
import { Popover } from './popover.tsx';

/** The remembered columns of `table`, or `defaults`. */
export function useChosenColumns(
  table: string,
  dataset: string,
  defaults: string[],
): [string[], (columns: string[]) => void] {
  const key = `${table}:${dataset}`;
  const chosen = preferences.value.columns[key] ?? defaults;
  const choose = (columns: string[]) =>
    setPreference('columns', { ...preferences.value.columns, [key]: columns });
  return [chosen, choose];
}

export interface ColumnPickerProps {
  columns: ColumnInfo[];
  chosen: string[];
  onChange: (columns: string[]) => void;
}

export function ColumnPicker({ columns, chosen, onChange }: ColumnPickerProps) {
  const [open, setOpen] = useState(false);
  const [text, setText] = useState('');
  const anchorRef = useRef<HTMLButtonElement>(null);
  const names = columns.filter((column) => !column.hidden).map((column) => column.key);
  const others = names.filter((name) => !chosen.includes(name)).sort();
  const shown = [...chosen, ...others].filter((name) =>
    name.toLowerCase().includes(text.trim().toLowerCase()),
  );
  const toggle = (name: string) =>
    onChange(chosen.includes(name) ? chosen.filter((other) => other !== name) : [...chosen, name]);
  return (
    <>
      <Button
        look="ghost"
        icon="columns"
        buttonRef={anchorRef}
        aria-haspopup="dialog"
        aria-expanded={open}
        onClick={() => setOpen(!open)}
      >
        Columns
      </Button>
      {open && (
        <Popover anchor={anchorRef.current} onClose={() => setOpen(false)} align="end">
          <div class="column-picker" role="dialog" aria-label="Columns">
            <input
              class="input"
              aria-label="Find a column"
              placeholder="Find a column"
              value={text}
              autofocus
              onInput={(event) => setText(event.currentTarget.value)}
            />
            <div class="column-list" role="group" aria-label="Shown columns">
              {shown.slice(0, 200).map((name) => (
                <label class="check" key={name}>
                  <input type="checkbox" checked={chosen.includes(name)} onChange={() => toggle(name)} />
                  <span class="mono ellipsis">{name}</span>
                </label>
              ))}
            </div>
          </div>
        </Popover>
      )}
    </>
  );
}
