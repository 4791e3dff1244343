// SPDX-License-Identifier: Apache-2.0
// Reads what people type into the time picker: `last 45m`, `yesterday 9-11`, ISO dates, epochs.

import { parseRange, type TimeRange } from './time_range.ts';

const dayMs = 86_400_000;

const unitWords: Record<string, string> = {
  second: 's',
  sec: 's',
  minute: 'm',
  min: 'm',
  hour: 'h',
  hr: 'h',
  day: 'd',
  week: 'w',
};

function relativeOf(text: string): TimeRange | null {
  const match = /^(?:last\s+)?(\d+)?\s*([a-z]+?)s?$/.exec(text);
  if (!match) return null;
  const unit = match[2] ?? '';
  const letter = /^[smhdw]$/.test(unit) ? unit : unitWords[unit];
  return letter ? parseRange(`${match[1] ?? '1'}${letter}`) : null;
}

function startOfDay(nowMs: number, daysBack: number): number {
  const day = new Date(nowMs);
  day.setHours(0, 0, 0, 0);
  day.setDate(day.getDate() - daysBack);
  return day.getTime();
}

function hoursOf(text: string): number | null {
  const match = /^(\d{1,2})(?::(\d{2}))?(?::(\d{2}))?$/.exec(text);
  if (!match) return null;
  const ms =
    Number(match[1]) * 3_600_000 + Number(match[2] ?? 0) * 60_000 + Number(match[3] ?? 0) * 1000;
  return ms <= dayMs ? ms : null;
}

function namedDay(text: string, nowMs: number): TimeRange | null {
  const match = /^(today|yesterday)(?:\s+(\S+?)\s*(?:-|to|–)\s*(\S+))?$/.exec(text);
  if (!match) return null;
  const start = startOfDay(nowMs, match[1] === 'yesterday' ? 1 : 0);
  if (match[2] === undefined) {
    const end = match[1] === 'today' ? nowMs : start + dayMs;
    return { kind: 'absolute', fromMs: start, toMs: end };
  }
  const from = hoursOf(match[2]);
  const to = hoursOf(match[3] ?? '');
  if (from === null || to === null || from >= to) return null;
  return { kind: 'absolute', fromMs: start + from, toMs: start + to };
}

function instantOf(text: string, nowMs: number): number | null {
  if (/^now$/.test(text)) return nowMs;
  if (/^\d{13}$/.test(text)) return Number(text);
  if (/^\d{10}$/.test(text)) return Number(text) * 1000;
  const clock = hoursOf(text);
  if (clock !== null && text.includes(':')) return startOfDay(nowMs, 0) + clock;
  if (!/^\d{4}-\d{2}-\d{2}/.test(text)) return null;
  const iso = text.replace(/^(\S+)\s+(\S+)$/, '$1T$2').toUpperCase();
  const ms = Date.parse(iso.length === 10 ? `${iso}T00:00` : iso);
  return Number.isNaN(ms) ? null : ms;
}

/** Null when the text is not understood. A single instant means the hour around it. */
export function parseTypedTime(text: string, nowMs: number): TimeRange | null {
  const typed = text.trim().toLowerCase();
  const simple = parseRange(typed) ?? relativeOf(typed) ?? namedDay(typed, nowMs);
  if (simple) return simple;
  const parts = typed.split(/\s+(?:to|-|–|until)\s+|\.\./);
  const from = instantOf((parts[0] ?? '').trim(), nowMs);
  if (from === null || parts.length > 2) return null;
  if (parts.length === 1) {
    return { kind: 'absolute', fromMs: from - 1_800_000, toMs: from + 1_800_000 };
  }
  const to = instantOf((parts[1] ?? '').trim(), nowMs);
  return to !== null && from < to ? { kind: 'absolute', fromMs: from, toMs: to } : null;
}
