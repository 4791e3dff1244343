// SPDX-License-Identifier: Apache-2.0
// The time picker: presets, typed text, shifting by half a window.

import { useRef, useState } from 'preact/hooks';
import { formatDayClock, formatInstant } from '../format/time.ts';
import {
  describeRelative,
  parseRange,
  printRange,
  resolveRange,
  scaleRange,
  shiftRange,
  type TimeRange,
} from '../route/time_range.ts';
import { parseTypedTime } from '../route/typed_time.ts';
import { Button } from './button.tsx';
import { Icon } from './icon.tsx';
import { Popover } from './popover.tsx';

const presets = ['10m', '30m', '1h', '2h', '8h', '24h', '7d', '28d'];

export function describeRange(range: TimeRange): string {
  if (range.kind === 'relative') return describeRelative(range.seconds);
  return `${formatDayClock(range.fromMs)} – ${formatDayClock(range.toMs)}`;
}

export interface TimePickerProps {
  range: TimeRange;
  onChange: (range: TimeRange) => void;
}

export function TimePicker({ range, onChange }: TimePickerProps) {
  const [open, setOpen] = useState(false);
  const anchorRef = useRef<HTMLButtonElement>(null);
  const change = (next: TimeRange) => {
    setOpen(false);
    onChange(next);
  };
  return (
    <div class="time-picker">
      <Button
        look="ghost"
        icon="chevronLeft"
        label="Earlier by half the range"
        onClick={() => onChange(shiftRange(range, -0.5, Date.now()))}
      />
      <Button
        buttonRef={anchorRef}
        icon="clock"
        data-shortcut="t"
        aria-haspopup="dialog"
        aria-expanded={open}
        aria-label={`Time range: ${describeRange(range)}`}
        onClick={() => setOpen(!open)}
      >
        {describeRange(range)}
        <Icon name="chevronDown" />
      </Button>
      <Button
        look="ghost"
        icon="chevronRight"
        label="Later by half the range"
        disabled={range.kind === 'relative'}
        onClick={() => onChange(shiftRange(range, 0.5, Date.now()))}
      />
      {open && (
        <Popover anchor={anchorRef.current} onClose={() => setOpen(false)} align="end">
          <TimePanel range={range} onChange={change} />
        </Popover>
      )}
    </div>
  );
}

function typedForm(range: TimeRange): string {
  if (range.kind === 'relative') return printRange(range);
  return `${formatInstant(range.fromMs, false)} to ${formatInstant(range.toMs, false)}`;
}

function TimePanel({ range, onChange }: TimePickerProps) {
  const [text, setText] = useState(typedForm(range));
  const parsed = parseTypedTime(text, Date.now());
  const { fromMs, toMs } = resolveRange(parsed ?? range, Date.now());
  return (
    <div class="time-panel" role="dialog" aria-label="Time range">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (parsed) onChange(parsed);
        }}
      >
        <label class="field">
          <span class="caption">From – to, in words or dates</span>
          <input
            class="input"
            autofocus
            onFocus={(event) => event.currentTarget.select()}
            value={text}
            spellcheck={false}
            aria-invalid={!parsed}
            onInput={(event) => setText(event.currentTarget.value)}
          />
        </label>
        <p class={parsed ? 'caption' : 'caption error-text'}>
          {parsed
            ? `${formatInstant(fromMs, false)} → ${formatInstant(toMs, false)}`
            : 'Try: 45m, yesterday 9-11, 2026-01-31 14:00 to 15:00'}
        </p>
      </form>
      <div class="time-presets" role="group" aria-label="Presets">
        {presets.map((preset) => {
          const value = parseRange(preset)!;
          const current = range.kind === 'relative' && printRange(range) === printRange(value);
          return (
            <Button
              key={preset}
              look="ghost"
              aria-pressed={current}
              onClick={() => onChange(value)}
            >
              {describeRange(value)}
            </Button>
          );
        })}
      </div>
      <div class="time-actions">
        <Button look="ghost" onClick={() => onChange(scaleRange(range, 0.5, Date.now()))}>
          Zoom in
        </Button>
        <Button look="ghost" onClick={() => onChange(scaleRange(range, 2, Date.now()))}>
          Zoom out
        </Button>
        {range.kind === 'absolute' && (
          <Button look="ghost" onClick={() => onChange(untilNow(range))}>
            Up to now
          </Button>
        )}
      </div>
    </div>
  );
}

function untilNow(range: TimeRange): TimeRange {
  const { fromMs, toMs } = resolveRange(range, Date.now());
  return { kind: 'relative', seconds: Math.max(1, Math.round((toMs - fromMs) / 1000)) };
}
