// SPDX-License-Identifier: Apache-2.0
// Reads the cells of an Insights answer: as numbers, as times, as lines over time.

import type { InsightsAnswer } from './types.ts';

type Table = Pick<InsightsAnswer, 'columns' | 'rows'>;

/** One column of numbers over time, a line for each combination of the other keys. */
export interface ColumnChart {
  column: string;
  lines: { label: string; values: (number | null)[] }[];
}

export interface Charts {
  timesMs: number[];
  stepMs: number;
  charts: ColumnChart[];
}

const instant = /^(\d{4})-(\d\d)-(\d\d) (\d\d):(\d\d):(\d\d)\.(\d{3})$/;
const pointsMax = 10_000;

/** Epoch milliseconds of `2026-01-02 03:04:05.678`, which is UTC; null for anything else. */
export function timeOfCell(cell: string | null): number | null {
  const match = instant.exec(cell ?? '');
  if (!match) return null;
  const [year, month, day, hour, minute, second, ms] = match.slice(1).map(Number);
  return Date.UTC(year!, month! - 1, day!, hour, minute, second, ms);
}

export function numberOfCell(cell: string | null): number | null {
  return cell === null || !/^-?\d+(\.\d+)?(e[-+]?\d+)?$/i.test(cell) ? null : Number(cell);
}

/** True when every cell that is there reads as a number. */
function isNumeric(rows: Table['rows'], column: number): boolean {
  let any = false;
  for (const row of rows) {
    const cell = row[column] ?? null;
    if (cell === null || cell === '') continue;
    if (numberOfCell(cell) === null) return false;
    any = true;
  }
  return any;
}

/** Whether the query groups by time; only then are its rows points of lines. */
export function groupsByTime(query: string): boolean {
  return /\bstats\b[\s\S]*\bby\b[\s\S]*\b(bin|datefloor|dateceil)\s*\(/i.test(query);
}

/** What can be drawn over time; null when nothing can. */
export function chartsOf({ columns, rows }: Table, query: string): Charts | null {
  if (!groupsByTime(query) || rows.length === 0) return null;
  const time = columns.findIndex((_, at) => rows.every((row) => timeOfCell(row[at] ?? null) !== null));
  if (time < 0) return null;
  const others = columns.map((_, at) => at).filter((at) => at !== time);
  const byKeys = keyCountOf(query) - 1;
  // Keys come first in the answer, so those that are numbers (a status) are told from values.
  const keys = others.slice(0, Math.max(0, byKeys));
  const values = others.slice(keys.length).filter((at) => isNumeric(rows, at));
  if (values.length === 0) return null;

  const times = [...new Set(rows.map((row) => timeOfCell(row[time]!)!))].sort((a, b) => a - b);
  const stepMs = smallestGap(times);
  const timesMs = filled(times, stepMs);
  const place = new Map(timesMs.map((ms, index) => [ms, index]));
  const charts = values.map((at) => {
    const lines = new Map<string, (number | null)[]>();
    for (const row of rows) {
      const label = keys.map((key) => row[key] ?? '–').join(', ') || columns[at]!;
      if (!lines.has(label)) lines.set(label, new Array<number | null>(timesMs.length).fill(null));
      lines.get(label)![place.get(timeOfCell(row[time]!)!)!] = numberOfCell(row[at] ?? null);
    }
    return { column: columns[at]!, lines: [...lines].map(([label, points]) => ({ label, values: points })) };
  });
  return { timesMs, stepMs, charts };
}

/** How many things the last `stats` groups by: commas outside of parentheses, and one. */
export function keyCountOf(query: string): number {
  const stats = query.split('|').filter((part) => /^\s*stats\b/i.test(part)).at(-1) ?? '';
  const by = /\bby\b([\s\S]*)$/i.exec(stats)?.[1];
  if (by === undefined) return 0;
  let depth = 0;
  let count = 1;
  for (const letter of by) {
    if (letter === '(') depth += 1;
    else if (letter === ')') depth -= 1;
    else if (letter === ',' && depth === 0) count += 1;
  }
  return count;
}

function smallestGap(times: readonly number[]): number {
  let gap = Infinity;
  for (let i = 1; i < times.length; i += 1) gap = Math.min(gap, times[i]! - times[i - 1]!);
  return Number.isFinite(gap) ? gap : 60_000;
}

/** All steps from the first time to the last, where they are not too many or of unequal lengths. */
function filled(times: number[], stepMs: number): number[] {
  const [first, last] = [times[0]!, times.at(-1)!];
  const count = (last - first) / stepMs + 1;
  const isEven = times.every((ms) => (ms - first) % stepMs === 0);
  if (!isEven || count > pointsMax) return times;
  return Array.from({ length: count }, (_, index) => first + index * stepMs);
}

function csvCell(cell: string | null): string {
  const text = cell ?? '';
  return /[",\n\r]/.test(text) ? `"${text.replace(/"/g, '""')}"` : text;
}

export function asCsv({ columns, rows }: Table): string {
  return [columns, ...rows].map((cells) => `${cells.map(csvCell).join(',')}\r\n`).join('');
}
