// SPDX-License-Identifier: Apache-2.0
// A button with a menu (WAI-ARIA menu button pattern), and the menu alone.

import type { ComponentChildren } from 'preact';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { Button, type ButtonProps } from './button.tsx';
import { Icon, type IconName } from './icon.tsx';
import { Popover } from './popover.tsx';

export interface MenuItem {
  label: string;
  onSelect: () => void;
  icon?: IconName;
  hint?: string;
  /** Shows a tick; the item is one of a choice. */
  checked?: boolean;
  disabled?: boolean;
  /** Draws a line above. */
  separated?: boolean;
}

export interface MenuProps {
  anchor: Element | null;
  items: MenuItem[];
  label: string;
  onClose: () => void;
  heading?: ComponentChildren;
  align?: 'start' | 'end';
}

/** Index of the next item whose label starts with `letter`, after `from`, wrapping. */
function findByLetter(items: MenuItem[], letter: string, from: number): number {
  for (let step = 1; step <= items.length; step += 1) {
    const index = (from + step) % items.length;
    if (items[index]?.label.toLowerCase().startsWith(letter)) return index;
  }
  return from;
}

export function Menu({ anchor, items, label, onClose, heading, align }: MenuProps) {
  const listRef = useRef<HTMLDivElement>(null);
  const focusItem = (index: number) => {
    const found = listRef.current?.querySelectorAll<HTMLElement>('[role^=menuitem]');
    found?.[(index + items.length) % items.length]?.focus();
  };
  // Before the menu is seen, so that the next key already meets it.
  useLayoutEffect(() => {
    const checked = items.findIndex((item) => item.checked);
    focusItem(Math.max(0, checked));
  }, []);

  const onKeyDown = (event: KeyboardEvent) => {
    const all = [...(listRef.current?.querySelectorAll('[role^=menuitem]') ?? [])];
    const at = all.indexOf(document.activeElement as Element);
    if (event.key === 'ArrowDown') focusItem(at + 1);
    else if (event.key === 'ArrowUp') focusItem(at - 1);
    else if (event.key === 'Home') focusItem(0);
    else if (event.key === 'End') focusItem(items.length - 1);
    else if (event.key === 'Tab') onClose();
    else if (/^\S$/.test(event.key) && !event.ctrlKey && !event.metaKey) {
      focusItem(findByLetter(items, event.key.toLowerCase(), at));
    } else return;
    event.stopPropagation();
    if (event.key !== 'Tab') event.preventDefault();
  };

  return (
    <Popover anchor={anchor} onClose={onClose} class="menu-layer" align={align ?? 'start'}>
      {heading && <div class="menu-heading">{heading}</div>}
      <div role="menu" aria-label={label} ref={listRef} onKeyDown={onKeyDown}>
        {items.map((item) => (
          <button
            type="button"
            key={item.label}
            role={item.checked === undefined ? 'menuitem' : 'menuitemradio'}
            aria-checked={item.checked}
            aria-disabled={item.disabled}
            tabIndex={-1}
            class={`menu-item${item.separated ? ' separated' : ''}`}
            onClick={() => {
              if (item.disabled) return;
              onClose();
              item.onSelect();
            }}
          >
            <span class="menu-mark">
              {item.checked ? <Icon name="check" /> : item.icon ? <Icon name={item.icon} /> : null}
            </span>
            <span class="menu-label">{item.label}</span>
            {item.hint && <span class="menu-hint">{item.hint}</span>}
          </button>
        ))}
      </div>
    </Popover>
  );
}

export interface MenuButtonProps extends Omit<ButtonProps, 'onSelect'> {
  items: MenuItem[];
  menuLabel?: string;
  align?: 'start' | 'end';
  caret?: boolean;
}

export function MenuButton(props: MenuButtonProps) {
  const { items, menuLabel, align, caret = true, children, ...rest } = props;
  const [open, setOpen] = useState(false);
  const anchorRef = useRef<HTMLButtonElement>(null);
  return (
    <>
      <Button
        {...rest}
        buttonRef={anchorRef}
        aria-haspopup="menu"
        aria-expanded={open}
        onClick={() => setOpen(!open)}
        onKeyDown={(event) => {
          if (event.key !== 'ArrowDown' || open) return;
          event.preventDefault();
          setOpen(true);
        }}
      >
        {children}
        {children !== undefined && caret && <Icon name="chevronDown" />}
      </Button>
      {open && (
        <Menu
          anchor={anchorRef.current}
          items={items}
          label={menuLabel ?? rest.label ?? 'Menu'}
          align={align ?? 'start'}
          onClose={() => setOpen(false)}
        />
      )}
    </>
  );
}
