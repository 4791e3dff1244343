// SPDX-License-Identifier: Apache-2.0
import { useState } from 'preact/hooks';
import { formatCount, type FieldValue } from '../format/number.ts';
import { Icon } from '../ui/icon.tsx';
import { Menu } from '../ui/menu.tsx';
import { fieldMenu, type Field, type FieldMenuPlace } from './field_menu.ts';

export interface SpanFieldsProps {
  fields: Record<string, FieldValue>;
  place: FieldMenuPlace;
  /** Shows a search box above. */
  searchable?: boolean;
}

/** More of a value is not laid out; copying gives all of it. */
const shownCharsMax = 4000;

function Shown({ value }: { value: FieldValue }) {
  const text = String(value);
  if (text === '') return <span class="muted">empty</span>;
  if (text.length <= shownCharsMax) return <>{text}</>;
  return (
    <>
      {text.slice(0, shownCharsMax)}…{' '}
      <span class="muted">{formatCount(text.length - shownCharsMax)} more characters</span>
    </>
  );
}

/** Fields by name, as exact as stored; each value opens the field menu. */
export function SpanFields({ fields, place, searchable = false }: SpanFieldsProps) {
  const [text, setText] = useState('');
  const [open, setOpen] = useState<{ anchor: Element; field: Field } | null>(null);
  const all = Object.entries(fields).sort(([a], [b]) => (a < b ? -1 : 1));
  const needle = text.trim().toLowerCase();
  const shown = all.filter(
    ([key, value]) =>
      key.toLowerCase().includes(needle) || String(value).toLowerCase().includes(needle),
  );
  return (
    <div class="fields">
      {searchable && (
        <span class="find-field">
          <Icon name="search" />
          <input
            type="search"
            class="input"
            aria-label="Search fields"
            placeholder={`Search ${formatCount(all.length)} fields`}
            autocomplete="off"
            spellcheck={false}
            value={text}
            onInput={(event) => setText(event.currentTarget.value)}
          />
        </span>
      )}
      <dl class="field-list">
        {shown.map(([key, value]) => (
          <div key={key}>
            <dt>{key}</dt>
            <dd>
              <button
                type="button"
                class={`field-value ${typeof value}`}
                aria-haspopup="menu"
                onClick={(event) => setOpen({ anchor: event.currentTarget, field: { key, value } })}
              >
                <Shown value={value} />
              </button>
            </dd>
          </div>
        ))}
      </dl>
      {shown.length === 0 && (
        <p class="muted">{all.length === 0 ? 'No fields.' : 'No field or value contains this.'}</p>
      )}
      {open && (
        <Menu
          anchor={open.anchor}
          label={`Actions for ${open.field.key}`}
          items={fieldMenu(open.field, place)}
          onClose={() => setOpen(null)}
        />
      )}
    </div>
  );
}
