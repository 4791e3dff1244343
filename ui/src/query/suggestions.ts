// SPDX-License-Identifier: Apache-2.0
// What each clause offers while it is being typed.

import type { ColumnInfo, ValueCount } from '../api/types.ts';
import type { Suggestion } from '../ui/combobox.tsx';
import {
  anyTypeOps,
  calculationKey,
  columnOps,
  compareOps,
  filterOps,
  plainOps,
  resultKeys,
  valuelessOps,
  type QuerySpec,
} from './spec.ts';
import { printFilter, splitFilter } from './token_parser.ts';

const shownMax = 60;

/** Ranks 0 for a prefix, 1 for the start of a word, 2 for anywhere; null for no match. */
function rank(name: string, typed: string): number | null {
  const text = name.toLowerCase();
  const query = typed.toLowerCase();
  if (text.startsWith(query)) return 0;
  const at = text.indexOf(query);
  if (at < 0) return null;
  return /[._/\s-]/.test(text[at - 1] ?? '') ? 1 : 2;
}

/** The columns whose names contain `typed`, best first; `duration_ms` before its equals. */
export function matchColumns(columns: ColumnInfo[], typed: string, numeric = false): ColumnInfo[] {
  return columns
    .filter((column) => !column.hidden)
    .filter((column) => !numeric || column.type === 'integer' || column.type === 'float')
    .map((column) => ({ column, rank: rank(column.key, typed.trim()) }))
    .filter((entry): entry is { column: ColumnInfo; rank: number } => entry.rank !== null)
    .sort((a, b) => a.rank - b.rank || familiar(a.column.key) - familiar(b.column.key))
    .map((entry) => entry.column)
    .slice(0, shownMax);
}

const familiarNames = ['duration_ms', 'name', 'service.name', 'error', 'http.route'];

function familiar(name: string): number {
  const at = familiarNames.indexOf(name);
  return at < 0 ? familiarNames.length : at;
}

function takesColumn(op: string): boolean {
  return columnOps.includes(op);
}

/** `p95 dur` offers `P95(duration_ms)`; a bare word offers operators, then `OP(word)`. */
export function suggestCalculations(text: string, columns: ColumnInfo[]): Suggestion[] {
  const match = /^\s*([a-z_]\w*)[\s(]+([^)]*)\)?\s*$/i.exec(text);
  const op = match?.[1]?.toUpperCase();
  if (op && takesColumn(op)) {
    return matchColumns(columns, match?.[2] ?? '', !anyTypeOps.has(op)).map((column) => ({
      text: `${op}(${column.key})`,
      detail: column.type,
      final: true,
    }));
  }
  const typed = text.trim();
  const ops = [...plainOps, ...columnOps].filter((name) => rank(name, typed) !== null);
  const list: Suggestion[] = ops
    .sort((a, b) => (rank(a, typed) ?? 9) - (rank(b, typed) ?? 9))
    .map((name) =>
      takesColumn(name)
        ? { text: `${name}(`, label: `${name}(…)`, final: false }
        : { text: name, final: true },
    );
  if (!typed) return list;
  for (const column of matchColumns(columns, typed, true).slice(0, 4)) {
    for (const name of ['P95', 'HEATMAP', 'AVG', 'MAX']) {
      list.push({ text: `${name}(${column.key})`, detail: column.type, final: true });
    }
  }
  return list.slice(0, shownMax);
}

/** Calculations; after `name =` the keys that a formula can be made of. */
export function suggestShown(text: string, columns: ColumnInfo[], spec: QuerySpec): Suggestion[] {
  if (!/^\s*[A-Za-z_][\w.]*\s*=/.test(text)) return suggestCalculations(text, columns);
  const typed = /\$"?([^\s"]*)$/.exec(text);
  if (!typed && /[\w")]\s*$/.test(text.replace(/^[^=]*=/, ''))) return [];
  const start = typed ? text.slice(0, typed.index) : text;
  return (spec.calculations ?? [])
    .filter(({ op }) => op !== 'HEATMAP')
    .map(calculationKey)
    .filter((key) => key.toLowerCase().includes((typed?.[1] ?? '').toLowerCase()))
    .map((key) => {
      const name = /^[\w.]+$/.test(key) ? `$${key}` : `$"${key}"`;
      return { text: `${start}${name} `, label: name, final: false };
    });
}

export function suggestColumns(text: string, columns: ColumnInfo[]): Suggestion[] {
  return matchColumns(columns, text).map((column) => ({
    text: column.key,
    detail: column.type,
    final: true,
  }));
}

/** Column, then operator, then value; `loadValues` answers for the last step. */
export function suggestFilters(
  text: string,
  columns: ColumnInfo[],
  loadValues: (column: string, prefix: string) => Promise<ValueCount[]>,
): Suggestion[] | Promise<Suggestion[]> {
  const parts = splitFilter(text);
  const wordOp = parts && /^[a-z]/.test(parts.op);
  if (parts && !valuelessOps.has(parts.op) && (!wordOp || /\s$/.test(text) || parts.valueText)) {
    const { column, op } = parts;
    return loadValues(column, parts.valueText.replace(/^"|"$/g, '')).then((values) =>
      values.map(({ value, count }) => ({
        text: printFilter({ column, op, value }),
        label: value === null ? 'null' : String(value),
        detail: count.toLocaleString('en-US'),
        final: true,
      })),
    );
  }
  const named = /^\s*("(?:[^"\\]|\\.)+"|\S+)\s+(\S*)$/.exec(text);
  if (!named) {
    return matchColumns(columns, text).map((column) => ({
      text: `${printFilter({ column: column.key, op: 'exists' }).replace(/exists$/, '')}`,
      label: column.key,
      detail: column.type,
      final: false,
    }));
  }
  return filterOps
    .filter((op) => rank(op, named[2] ?? '') !== null)
    .map((op) => ({
      text: valuelessOps.has(op) ? `${named[1]} ${op}` : `${named[1]} ${op} `,
      label: op,
      final: valuelessOps.has(op),
    }));
}

/** Only what the query computes or groups by can order it. */
export function suggestOrders(text: string, spec: QuerySpec): Suggestion[] {
  const typed = text.trim().toLowerCase();
  const keys = resultKeys(spec);
  return [
    ...keys.flatMap((key) => [`${key} desc`, `${key} asc`]),
    ...(spec.breakdowns ?? []).flatMap((column) => [`${column} asc`, `${column} desc`]),
  ]
    .filter((choice) => choice.toLowerCase().includes(typed))
    .map((choice) => ({ text: choice, final: true }));
}

export function suggestHavings(text: string, spec: QuerySpec): Suggestion[] {
  const keys = resultKeys(spec);
  const key = keys.find((name) => text.trim().toLowerCase().startsWith(name.toLowerCase()));
  if (key === undefined) {
    const typed = text.trim().toLowerCase();
    return keys
      .filter((name) => name.toLowerCase().includes(typed))
      .map((name) => ({ text: `${name} `, label: name, final: false }));
  }
  if (/[=<>]/.test(text)) return [];
  return compareOps.map((op) => ({ text: `${key} ${op} `, label: op, final: false }));
}

export function suggestLimits(): Suggestion[] {
  return ['10', '50', '100', '500', '1000'].map((text) => ({ text, final: true }));
}
