// SPDX-License-Identifier: Apache-2.0
// Chooses several log groups.

import { useRef, useState } from 'preact/hooks';
import { useResource } from '../api/resource.ts';
import { formatAgo } from '../format/time.ts';
import { Button } from '../ui/button.tsx';
import { Icon } from '../ui/icon.tsx';
import { Popover } from '../ui/popover.tsx';
import { fetchGroups } from './logs_api.ts';

export interface GroupPickerProps {
  chosen: readonly string[];
  max: number;
  onChange: (groups: string[]) => void;
}

function describe(chosen: readonly string[]): string {
  if (chosen.length === 0) return 'Choose log groups';
  if (chosen.length === 1) return chosen[0]!;
  return `${chosen[0]} and ${chosen.length - 1} more`;
}

export function GroupPicker({ chosen, max, onChange }: GroupPickerProps) {
  const [open, setOpen] = useState(false);
  const [text, setText] = useState('');
  const anchorRef = useRef<HTMLButtonElement>(null);
  const { data } = useResource('groups', fetchGroups);
  const needle = text.trim().toLowerCase();
  const known = (data ?? []).filter(({ name }) => name.toLowerCase().includes(needle));
  const isFull = chosen.length >= max;
  const toggle = (name: string) =>
    onChange(chosen.includes(name) ? chosen.filter((other) => other !== name) : [...chosen, name]);
  return (
    <>
      <Button
        buttonRef={anchorRef}
        aria-haspopup="dialog"
        aria-expanded={open}
        aria-label={`Log groups: ${describe(chosen)}`}
        class="group-picker-button"
        onClick={() => setOpen(!open)}
      >
        <span class="ellipsis">{describe(chosen)}</span>
        <Icon name="chevronDown" />
      </Button>
      {open && (
        <Popover anchor={anchorRef.current} onClose={() => setOpen(false)}>
          <div class="column-picker group-picker" role="dialog" aria-label="Log groups">
            <input
              class="input"
              aria-label="Find a log group"
              placeholder="Find a log group"
              autofocus
              value={text}
              onInput={(event) => setText(event.currentTarget.value)}
            />
            <div class="column-list" role="group" aria-label={`At most ${max}`}>
              {known.slice(0, 200).map((group) => (
                <label class="check" key={group.name}>
                  <input
                    type="checkbox"
                    checked={chosen.includes(group.name)}
                    disabled={isFull && !chosen.includes(group.name)}
                    onChange={() => toggle(group.name)}
                  />
                  <span class="ellipsis">
                    <bdi>{group.name}</bdi>
                  </span>
                  <span class="option-detail">
                    {group.last_event_ms === null ? 'empty' : formatAgo(group.last_event_ms, Date.now())}
                  </span>
                </label>
              ))}
              {data && known.length === 0 && <p class="muted">No log group by that name.</p>}
            </div>
            <p class="caption">
              {chosen.length} of at most {max} chosen
            </p>
          </div>
        </Popover>
      )}
    </>
  );
}
