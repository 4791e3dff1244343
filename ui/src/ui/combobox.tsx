// SPDX-License-Identifier: Apache-2.0
// A text input with suggestions (WAI-ARIA editable combobox with a list).

import type { ComponentChildren, RefObject } from 'preact';
import { useId, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { Popover } from './popover.tsx';

export interface Suggestion {
  /** What the input becomes, or what is committed. */
  text: string;
  label?: string;
  detail?: string | undefined;
  /** True when choosing completes the entry; otherwise typing goes on after `text`. */
  final: boolean;
}

export interface ComboboxProps {
  label: string;
  value: string;
  onInput: (text: string) => void;
  /** Called on focus and after each change; newer answers replace older ones. */
  suggest: (text: string) => Suggestion[] | Promise<Suggestion[]>;
  /** Commits; false keeps the text (it was not understood). */
  onCommit: (text: string) => boolean;
  onKeyDown?: (event: KeyboardEvent) => void;
  onFocusChange?: (focused: boolean) => void;
  inputRef?: RefObject<HTMLInputElement | null>;
  placeholder?: string;
  invalid?: boolean;
  /** Id of what is wrong with the text. */
  describedBy?: string | undefined;
  /** The key that leads here. */
  shortcut?: string;
  /** False: Tab leaves what is typed as it is. */
  tabCommits?: boolean;
  emptyHint?: ComponentChildren;
}

function useSuggestions(text: string, open: boolean, suggest: ComboboxProps['suggest']) {
  const [list, setList] = useState<Suggestion[]>([]);
  const suggestRef = useRef(suggest);
  suggestRef.current = suggest;
  // Before the next key, as all that follows a key here.
  useLayoutEffect(() => {
    if (!open) return undefined;
    let current = true;
    const found = suggestRef.current(text);
    if (Array.isArray(found)) setList(found);
    else {
      found.then(
        (late) => current && setList(late),
        () => current && setList([]),
      );
    }
    return () => {
      current = false;
    };
  }, [text, open]);
  return list;
}

export function Combobox(props: ComboboxProps) {
  const { label, value, onInput, onCommit } = props;
  const [open, setOpen] = useState(false);
  const [active, setActive] = useState(-1);
  const ownRef = useRef<HTMLInputElement>(null);
  const inputRef = props.inputRef ?? ownRef;
  const listId = useId();
  const list = useSuggestions(value, open, props.suggest);
  const shown = open && list.length > 0;
  const activeIndex = active < list.length ? active : -1;

  useLayoutEffect(() => setActive(-1), [value]);

  const choose = (suggestion: Suggestion) => {
    if (suggestion.final) {
      if (onCommit(suggestion.text)) setActive(-1);
    } else {
      onInput(suggestion.text);
      inputRef.current?.focus();
    }
  };

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      if (!open) setOpen(true);
      const step = event.key === 'ArrowDown' ? 1 : -1;
      const count = list.length || 1;
      setActive(activeIndex < 0 && step < 0 ? count - 1 : (activeIndex + step + count) % count);
    } else if (event.key === 'Escape' && shown) {
      event.preventDefault();
      event.stopPropagation();
      setOpen(false);
    } else if (event.key === 'Enter' && !event.ctrlKey && !event.metaKey) {
      const suggestion = list[activeIndex];
      if (shown && suggestion) {
        event.preventDefault();
        choose(suggestion);
      } else if (value.trim()) {
        event.preventDefault();
        if (!onCommit(value) && list[0]) choose(list[0]);
      }
    } else if (event.key === 'Tab' && value.trim()) {
      const suggestion = list[activeIndex];
      if (shown && suggestion && !suggestion.final) {
        event.preventDefault();
        choose(suggestion);
      } else if (props.tabCommits !== false) onCommit(suggestion?.text ?? value);
    } else props.onKeyDown?.(event);
  };

  return (
    <>
      <input
        ref={inputRef}
        class="combobox-input"
        role="combobox"
        aria-label={label}
        aria-autocomplete="list"
        aria-expanded={shown}
        aria-controls={shown ? listId : undefined}
        aria-activedescendant={shown && activeIndex >= 0 ? `${listId}-${activeIndex}` : undefined}
        aria-invalid={props.invalid}
        aria-describedby={props.describedBy}
        data-shortcut={props.shortcut}
        autocomplete="off"
        spellcheck={false}
        placeholder={props.placeholder}
        value={value}
        onInput={(event) => {
          setOpen(true);
          onInput(event.currentTarget.value);
        }}
        onKeyDown={onKeyDown}
        onClick={() => setOpen(true)}
        onFocus={() => {
          setOpen(true);
          props.onFocusChange?.(true);
        }}
        onBlur={() => {
          setOpen(false);
          props.onFocusChange?.(false);
        }}
      />
      {shown && (
        <Popover anchor={inputRef.current} onClose={() => setOpen(false)} keepFocus class="listbox-layer">
          <ul role="listbox" id={listId} aria-label={`${label} suggestions`} class="listbox">
            {list.map((suggestion, index) => (
              <Option
                key={suggestion.text}
                id={`${listId}-${index}`}
                suggestion={suggestion}
                active={index === activeIndex}
                onChoose={() => choose(suggestion)}
              />
            ))}
          </ul>
        </Popover>
      )}
    </>
  );
}

interface OptionProps {
  id: string;
  suggestion: Suggestion;
  active: boolean;
  onChoose: () => void;
}

function Option({ id, suggestion, active, onChoose }: OptionProps) {
  const itemRef = useRef<HTMLLIElement>(null);
  useLayoutEffect(() => {
    if (active) itemRef.current?.scrollIntoView({ block: 'nearest' });
  }, [active]);
  return (
    <li
      ref={itemRef}
      id={id}
      role="option"
      aria-selected={active}
      class="option"
      onPointerDown={(event) => {
        event.preventDefault();
        onChoose();
      }}
    >
      <span class="ellipsis">{suggestion.label ?? suggestion.text}</span>
      {suggestion.detail && <span class="option-detail">{suggestion.detail}</span>}
    </li>
  );
}
