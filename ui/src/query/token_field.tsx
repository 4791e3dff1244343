// SPDX-License-Identifier: Apache-2.0
// One clause of the query: tokens, and a combobox that makes and edits them.

import { useRef, useState } from 'preact/hooks';
import { Combobox, type Suggestion } from '../ui/combobox.tsx';
import { Icon } from '../ui/icon.tsx';

export interface TokenFieldProps<T> {
  /** The combobox's accessible name; the clause's heading is its upper case. */
  label: string;
  items: T[];
  onChange: (items: T[]) => void;
  print: (item: T) => string;
  parse: (text: string) => T | null;
  suggest: (text: string) => Suggestion[] | Promise<Suggestion[]>;
  /** Whether an entry typed in full may stand although a suggestion would complete it. */
  accepts?: (item: T) => boolean;
  placeholder: string;
  /** At most this many tokens. */
  max?: number;
}

export function TokenField<T>(props: TokenFieldProps<T>) {
  const { label, items, onChange, print, parse, suggest, accepts, max = 100 } = props;
  const [text, setText] = useState('');
  /** The token being edited: its place, and itself in case of Escape. */
  const [editing, setEditing] = useState<{ index: number; item: T } | null>(null);
  const [invalid, setInvalid] = useState(false);
  const inputRef = useRef<HTMLInputElement>(null);
  const fieldRef = useRef<HTMLDivElement>(null);
  const chosen = useRef<string[]>([]);

  const insert = (item: T) => {
    const next = [...items];
    next.splice(editing?.index ?? items.length, 0, item);
    onChange(next.slice(-max));
    setEditing(null);
    setText('');
    setInvalid(false);
  };

  const commit = (typed: string): boolean => {
    const item = parse(typed);
    const known = item !== null && (!accepts || accepts(item) || chosen.current.length === 0);
    if (item === null || !known) {
      setInvalid(item === null);
      return false;
    }
    insert(item);
    return true;
  };

  const edit = (index: number) => {
    const item = items[index];
    if (item === undefined) return;
    setEditing({ index, item });
    setText(print(item));
    onChange(items.filter((_, at) => at !== index));
    inputRef.current?.focus();
  };

  const removeAt = (index: number) => {
    onChange(items.filter((_, at) => at !== index));
    inputRef.current?.focus();
  };

  const focusToken = (index: number) => {
    const tokens = fieldRef.current?.querySelectorAll<HTMLElement>('.token-text');
    if (index < 0) return;
    if (tokens && index < tokens.length) tokens[index]!.focus();
    else inputRef.current?.focus();
  };

  const onInputKey = (event: KeyboardEvent) => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
      if (text.trim()) commit(text);
    } else if (event.key === 'Escape' && (text || editing)) {
      event.stopPropagation();
      if (editing) insert(editing.item);
      setText('');
      setInvalid(false);
    } else if (text === '' && event.key === 'Backspace' && items.length) {
      event.preventDefault();
      edit(items.length - 1);
    } else if (text === '' && event.key === 'ArrowLeft' && items.length) {
      event.preventDefault();
      focusToken(items.length - 1);
    }
  };

  const onTokenKey = (event: KeyboardEvent, index: number) => {
    if (event.key === 'Delete') removeAt(index);
    else if (event.key === 'Backspace' || event.key === 'F2') edit(index);
    else if (event.key === 'ArrowLeft') focusToken(index - 1);
    else if (event.key === 'ArrowRight') focusToken(index + 1);
    else return;
    event.preventDefault();
  };

  const onBlur = () => {
    if (text.trim() && parse(text)) {
      const item = parse(text)!;
      insert(item);
    } else if (editing) insert(editing.item);
    else if (text.trim()) setInvalid(true);
  };

  return (
    <div class="clause" role="group" aria-label={`${label} clause`} ref={fieldRef}>
      <span class="clause-label" aria-hidden="true">
        {label}
      </span>
      <div
        class="tokens"
        onPointerDown={(event) => {
          if (event.target !== event.currentTarget) return;
          event.preventDefault();
          inputRef.current?.focus();
        }}
      >
        {items.map((item, index) => {
          const shown = print(item);
          return (
            <span class="token" key={`${index}:${shown}`} style={{ order: index * 2 }}>
              <button
                type="button"
                class="token-text"
                tabIndex={-1}
                title={shown}
                aria-label={`${shown}; Enter edits, Delete removes`}
                onClick={() => edit(index)}
                onKeyDown={(event) => onTokenKey(event, index)}
              >
                {shown}
              </button>
              <button
                type="button"
                class="token-remove"
                tabIndex={-1}
                aria-label={`Remove ${shown}`}
                onClick={() => removeAt(index)}
              >
                <Icon name="close" />
              </button>
            </span>
          );
        })}
        <span
          class={`token-input${invalid ? ' invalid' : ''}`}
          style={{ order: editing ? editing.index * 2 - 1 : items.length * 2 }}
        >
          <Combobox
            label={label}
            value={text}
            inputRef={inputRef}
            invalid={invalid}
            placeholder={items.length ? '+' : props.placeholder}
            onInput={(typed) => {
              setText(typed);
              setInvalid(false);
            }}
            suggest={(typed) => {
              const found = suggest(typed);
              chosen.current = Array.isArray(found) ? found.map((entry) => entry.text) : [];
              return found;
            }}
            onCommit={commit}
            onKeyDown={onInputKey}
            onFocusChange={(focused) => !focused && onBlur()}
          />
        </span>
      </div>
    </div>
  );
}
