// SPDX-License-Identifier: Apache-2.0
// The typed form of each clause: `P95(duration_ms)`, `name contains home`, `COUNT desc`.

import type { FieldValue } from '../format/number.ts';
import {
  calculationKey,
  calculationOps,
  columnOps,
  compareOps,
  filterOps,
  listOps,
  valuelessOps,
  type Calculation,
  type Filter,
  type Formula,
  type Having,
  type Order,
} from './spec.ts';

export type ColumnType = 'string' | 'integer' | 'float' | 'boolean';

const namePattern = '[A-Za-z_][\\w.]*';
const formulaPattern = new RegExp(`^\\s*(${namePattern})\\s*=\\s*(\\S.*?)\\s*$`, 's');
const namedPattern = new RegExp(`^(.+?)\\s+as\\s+(${namePattern})\\s*$`, 'is');

/** Reads `share = $errors / $COUNT * 100`; null when it is no formula. */
export function parseFormula(text: string): Formula | null {
  const match = formulaPattern.exec(text);
  return match ? { name: match[1]!, expression: match[2]! } : null;
}

/** What the first clause holds: calculations, and formulas over them. */
export type Shown = Calculation | Formula;

export function isFormula(shown: Shown): shown is Formula {
  return 'expression' in shown;
}

export function parseShown(text: string): Shown | null {
  return parseFormula(text) ?? parseCalculation(text);
}

export function printShown(shown: Shown): string {
  return isFormula(shown) ? `${shown.name} = ${shown.expression}` : printCalculation(shown);
}

/** Reads `P95(duration_ms)`, `p95 duration_ms`, `count as all`; null when it is neither. */
export function parseCalculation(text: string): Calculation | null {
  const named = namedPattern.exec(text);
  const calculation = parseUnnamed(named ? named[1]! : text);
  return calculation && named ? { ...calculation, name: named[2]! } : calculation;
}

function parseUnnamed(text: string): Calculation | null {
  const match = /^\s*([a-z_]\w*)\s*(?:\(\s*(.*?)\s*\)|(?:\s+|\()(.+?))?\s*$/i.exec(text);
  if (!match) return null;
  const op = match[1]!.toUpperCase();
  const column = unquote(match[2] ?? match[3] ?? '');
  if (!calculationOps.includes(op)) return null;
  if (columnOps.includes(op)) return column ? { op, column } : null;
  if (op === 'CONCURRENCY' && column) return null;
  return column ? { op, column } : { op };
}

export function printCalculation({ name, ...unnamed }: Calculation): string {
  return calculationKey(unnamed) + (name ? ` as ${name}` : '');
}

const operatorAliases: Record<string, string> = {
  '==': '=',
  '<>': '!=',
  is: '=',
  'starts with': 'starts-with',
  'ends with': 'ends-with',
  'not in': 'not-in',
  'does not exist': 'does-not-exist',
  'does not contain': 'does-not-contain',
  'does not start with': 'does-not-start-with',
  'does not end with': 'does-not-end-with',
};

/** Word operators longest first, so that `does-not-contain` is not read as something shorter. */
const operatorPattern = [
  '!=|<>|>=|<=|==|=|>|<',
  ...[...filterOps.filter((op) => /^[a-z]/.test(op)), ...Object.keys(operatorAliases)]
    .filter((op) => /^[a-z]/.test(op))
    .sort((a, b) => b.length - a.length)
    .map((op) => `(?<=\\s)${op}(?=\\s|$)`),
].join('|');

const filterPattern = new RegExp(
  `^\\s*("(?:[^"\\\\]|\\\\.)+"|[^\\s"=<>!]+)\\s*(${operatorPattern})\\s*(.*?)\\s*$`,
  'i',
);

export interface FilterParts {
  column: string;
  op: string;
  valueText: string;
}

/** Splits a filter into its parts as far as it has been typed; null before there is an operator. */
export function splitFilter(text: string): FilterParts | null {
  const match = filterPattern.exec(text);
  if (!match) return null;
  const typed = match[2]!.toLowerCase();
  return { column: unquote(match[1]!), op: operatorAliases[typed] ?? typed, valueText: match[3]! };
}

export function parseFilter(
  text: string,
  typeOf: (column: string) => ColumnType | undefined = () => undefined,
): Filter | null {
  const parts = splitFilter(text);
  if (!parts || !filterOps.includes(parts.op)) return null;
  const { column, op, valueText } = parts;
  if (valuelessOps.has(op)) return valueText === '' ? { column, op } : null;
  if (valueText === '') return null;
  const type = typeOf(column);
  if (listOps.has(op)) {
    const value = splitList(valueText).map((item) => parseValue(item, type));
    return value.length ? { column, op, value } : null;
  }
  return { column, op, value: parseValue(valueText, type) };
}

export function printFilter({ column, op, value }: Filter): string {
  const name = /[\s"=<>!]/.test(column) ? JSON.stringify(column) : column;
  if (valuelessOps.has(op)) return `${name} ${op}`;
  const values = Array.isArray(value) ? value : [value ?? null];
  return `${name} ${op} ${values.map((item) => printValue(item, values.length > 1)).join(', ')}`;
}

/** A string that would read back as something else is quoted. */
function printValue(value: FieldValue, inList: boolean): string {
  if (typeof value !== 'string') return String(value);
  const plain = value !== '' && value.trim() === value && !/^["[]/.test(value);
  const ambiguous = typeof parseValue(value, undefined) !== 'string';
  return plain && !ambiguous && !(inList && value.includes(',')) ? value : JSON.stringify(value);
}

/** Numbers, booleans and quoted strings, unless the column is known to hold strings. */
export function parseValue(text: string, type: ColumnType | undefined): FieldValue {
  if (/^".*"$/s.test(text)) return unquote(text);
  if (type === 'string') return text;
  if (text === 'true') return true;
  if (text === 'false') return false;
  if (text === 'null') return null;
  return /^-?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : text;
}

function splitList(text: string): string[] {
  const inner = text.replace(/^[([](.*)[)\]]$/s, '$1');
  const items = inner.match(/"(?:[^"\\]|\\.)*"|[^,]+/g) ?? [];
  return items.map((item) => item.trim()).filter((item) => item !== '');
}

function unquote(text: string): string {
  if (!/^".*"$/s.test(text)) return text;
  try {
    return String(JSON.parse(text));
  } catch {
    return text.slice(1, -1);
  }
}

/** `COUNT desc`, `P95(duration_ms)`, `name asc`; calculations fall, columns rise by default. */
export function parseOrder(text: string): Order | null {
  const match = /^\s*(.+?)(?:\s+(asc|desc)(?:ending)?)?\s*$/i.exec(text);
  if (!match) return null;
  const target = match[1]!;
  const calculation = parseUnnamed(target);
  const direction = match[2]?.toLowerCase();
  const order = direction
    ? direction === 'asc' ? 'ascending' : 'descending'
    : calculation ? 'descending' : 'ascending';
  if (calculation?.op === 'HEATMAP') return null;
  return calculation ? { ...calculation, order } : { column: unquote(target), order };
}

export function printOrder({ op, column, order }: Order): string {
  const target = op ? calculationKey({ op, ...(column ? { column } : {}) }) : (column ?? '');
  return `${target} ${order === 'descending' ? 'desc' : 'asc'}`;
}

/** `names` are those of calculations and formulas that can be named alone. */
export function parseHaving(text: string, names: readonly string[] = []): Having | null {
  const match = /^\s*(.+?)\s*(!=|>=|<=|=|>|<)\s*(-?[\d.]+)\s*$/.exec(text);
  const calculation = match && parseUnnamed(match[1]!);
  if (!match || calculation?.op === 'HEATMAP') return null;
  const value = Number(match[3]);
  if (Number.isNaN(value) || !compareOps.includes(match[2]!)) return null;
  if (names.includes(match[1]!)) return { name: match[1]!, op: match[2]!, value };
  if (!calculation) return null;
  const { op, column } = calculation;
  return { calculate_op: op, ...(column ? { column } : {}), op: match[2]!, value };
}

export function printHaving(having: Having): string {
  const target =
    having.name ??
    calculationKey({
      op: having.calculate_op ?? 'COUNT',
      ...(having.column ? { column: having.column } : {}),
    });
  return `${target} ${having.op} ${having.value}`;
}

export function parseLimit(text: string): number | null {
  const match = /^\s*(\d{1,4})\s*$/.exec(text);
  const limit = match ? Number(match[1]) : 0;
  return limit >= 1 && limit <= 1000 ? limit : null;
}
