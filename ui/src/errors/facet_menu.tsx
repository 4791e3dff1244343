// SPDX-License-Identifier: Apache-2.0
// A filter on one property: which of its values, each with how many items have it.

import { useRef, useState } from 'preact/hooks';
import { formatCount } from '../format/number.ts';
import { Button } from '../ui/button.tsx';
import { Icon } from '../ui/icon.tsx';
import { Popover } from '../ui/popover.tsx';
import type { FacetValue } from './types.ts';

export interface FacetMenuProps {
  /** `Level` */
  name: string;
  values: FacetValue[];
  chosen: string[];
  onChange: (chosen: string[]) => void;
  label?: (value: string) => string;
}

/** What is chosen, shortly: `any`, the one, or the first and how many more. */
function summaryOf(chosen: string[], label: (value: string) => string): string {
  if (chosen.length === 0) return 'any';
  const first = label(chosen[0]!);
  return chosen.length === 1 ? first : `${first} + ${chosen.length - 1}`;
}

function moveBetween(event: KeyboardEvent & { currentTarget: HTMLElement }): void {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step) return;
  event.preventDefault();
  const boxes = [...event.currentTarget.querySelectorAll('input')];
  const at = boxes.indexOf(document.activeElement as HTMLInputElement);
  boxes[(at + step + boxes.length) % boxes.length]?.focus();
}

export function FacetMenu({ name, values, chosen, onChange, label = (value) => value }: FacetMenuProps) {
  const [open, setOpen] = useState(false);
  const anchorRef = useRef<HTMLButtonElement>(null);
  const counts = new Map(values.map(({ value, count }) => [value, count]));
  // What is chosen stays to be unchosen, also when nothing has it now.
  const all = [...counts.keys(), ...chosen.filter((value) => !counts.has(value))].filter(Boolean);
  const toggle = (value: string) =>
    onChange(chosen.includes(value) ? chosen.filter((other) => other !== value) : [...chosen, value]);
  return (
    <>
      <Button
        buttonRef={anchorRef}
        class={`facet${chosen.length ? ' set' : ''}`}
        aria-haspopup="dialog"
        aria-expanded={open}
        onClick={() => setOpen(!open)}
      >
        <span class="facet-name">{name}</span> <span class="ellipsis">{summaryOf(chosen, label)}</span>
        <Icon name="chevronDown" />
      </Button>
      {open && (
        <Popover anchor={anchorRef.current} onClose={() => setOpen(false)}>
          <div class="facet-menu" role="dialog" aria-label={name}>
            <div class="facet-list" role="group" aria-label={name} onKeyDown={moveBetween}>
              {all.map((value, index) => (
                <label class="check facet-value" key={value}>
                  <input
                    type="checkbox"
                    autofocus={index === 0}
                    checked={chosen.includes(value)}
                    onChange={() => toggle(value)}
                  />
                  <span class="ellipsis">{label(value)}</span>
                  <span class="facet-count">{formatCount(counts.get(value) ?? 0)}</span>
                </label>
              ))}
              {all.length === 0 && <p class="muted facet-none">No item has one.</p>}
            </div>
            {chosen.length > 0 && (
              <Button look="ghost" onClick={() => onChange([])}>
                Any {name.toLowerCase()}
              </Button>
            )}
          </div>
        </Popover>
      )}
    </>
  );
}
