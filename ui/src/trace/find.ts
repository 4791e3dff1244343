// SPDX-License-Identifier: Apache-2.0
// "Find spans": plain words and `field op value` clauses, all of which must hold. Service, name,
// kind, status and duration are answered here from the arrays; any other field by the server.
import { filterOps, valuelessOps } from '../query/spec.ts';
import { isError } from './colors.ts';
import type { TraceCols } from './cols.ts';

export type Clause =
  | { readonly word: string }
  | { readonly field: string; readonly op: string; readonly value: string };

/** Splits into words; double quotes keep spaces, comparison signs need no spaces around them. */
export function tokenize(text: string): { text: string; quoted: boolean }[] {
  const tokens: { text: string; quoted: boolean }[] = [];
  const pattern = /"((?:[^"\\]|\\.)*)"?|(!=|>=|<=|[=<>])|([^\s"=<>!]+(?:![^\s"=<>!]+)*|!)/g;
  for (const match of text.matchAll(pattern)) {
    const quoted = match[1] !== undefined;
    tokens.push({ text: quoted ? match[1]!.replace(/\\(.)/g, '$1') : match[0], quoted });
  }
  return tokens;
}

export function parseFind(text: string): Clause[] {
  const tokens = tokenize(text);
  const clauses: Clause[] = [];
  for (let i = 0; i < tokens.length; i++) {
    const operator = tokens[i + 1];
    const isOperator =
      operator !== undefined && !operator.quoted && filterOps.includes(operator.text);
    const needsValue = isOperator && !valuelessOps.has(operator.text);
    if (isOperator && (!needsValue || i + 2 < tokens.length)) {
      const value = needsValue ? tokens[i + 2]!.text : '';
      clauses.push({ field: tokens[i]!.text, op: operator.text, value });
      i += needsValue ? 2 : 1;
    } else if (tokens[i]!.text !== '') {
      clauses.push({ word: tokens[i]!.text });
    }
  }
  return clauses;
}

/** A value as "Find spans" reads it back: quoted unless it is one plain word. */
export function quotedForFind(text: string): string {
  return /^[^\s"=<>!]+$/.test(text) ? text : `"${text.replace(/["\\]/g, '\\$&')}"`;
}

export interface Found {
  readonly rows: Uint32Array;
  /** False when only the server can answer fully; `rows` then holds what is certain by now. */
  readonly complete: boolean;
}

type Test = (row: number) => boolean;

export function findLocal(cols: TraceCols, clauses: readonly Clause[]): Found {
  const tests: Test[] = [];
  let complete = true;
  for (const clause of clauses) {
    if ('word' in clause) {
      tests.push(wordTest(cols, clause.word));
      complete = false;
      continue;
    }
    const test = fieldTest(cols, clause.field, clause.op, clause.value);
    if (test === null) return { rows: new Uint32Array(0), complete: false };
    tests.push(test);
  }
  return { rows: tests.length === 0 ? new Uint32Array(0) : rowsPassing(cols.n, tests), complete };
}

function rowsPassing(n: number, tests: readonly Test[]): Uint32Array {
  const rows = new Uint32Array(n);
  let count = 0;
  for (let i = 0; i < n; i++) {
    if (tests.every((test) => test(i))) rows[count++] = i;
  }
  return rows.slice(0, count);
}

function wordTest(cols: TraceCols, word: string): Test {
  const needle = word.toLowerCase();
  const has = (entry: string): boolean => entry.toLowerCase().includes(needle);
  const inService = codeTest(cols.svc, cols.services, has);
  const inName = codeTest(cols.name, cols.names, has);
  return (row) => inService(row) || inName(row);
}

function codeTest(
  codes: ArrayLike<number>,
  dict: readonly string[],
  holds: (entry: string) => boolean,
): Test {
  const hit = Uint8Array.from(dict, (entry) => (holds(entry) ? 1 : 0));
  return (row) => hit[codes[row]!] === 1;
}

function fieldTest(cols: TraceCols, field: string, op: string, value: string): Test | null {
  switch (field) {
    case 'service':
    case 'service.name': {
      const holds = textTest(op, value);
      return holds && codeTest(cols.svc, cols.services, holds);
    }
    case 'name': {
      const holds = textTest(op, value);
      return holds && codeTest(cols.name, cols.names, holds);
    }
    case 'duration':
    case 'duration_ms': {
      const limit = durationNs(value, field === 'duration' ? '' : 'ms');
      const holds = limit === null ? null : numberTest(op, limit);
      return holds && ((row) => holds(cols.dur[row]!));
    }
    case 'kind': {
      const holds = textTest(op, value);
      return holds && codeTest(cols.kind, cols.kinds, holds);
    }
    case 'error': {
      if ((op !== '=' && op !== '!=') || (value !== 'true' && value !== 'false')) return null;
      const wanted = (op === '=') === (value === 'true');
      return (row) => isError(cols, row) === wanted;
    }
    default:
      return null;
  }
}

function textTest(op: string, value: string): ((entry: string) => boolean) | null {
  switch (op) {
    case '=':
      return (entry) => entry === value;
    case '!=':
      return (entry) => entry !== value;
    case 'contains':
      return (entry) => entry.includes(value);
    case 'does-not-contain':
      return (entry) => !entry.includes(value);
    case 'starts-with':
      return (entry) => entry.startsWith(value);
    case 'does-not-start-with':
      return (entry) => !entry.startsWith(value);
    case 'ends-with':
      return (entry) => entry.endsWith(value);
    case 'does-not-end-with':
      return (entry) => !entry.endsWith(value);
    default:
      return null;
  }
}

function numberTest(op: string, limit: number): ((value: number) => boolean) | null {
  switch (op) {
    case '=':
      return (value) => value === limit;
    case '!=':
      return (value) => value !== limit;
    case '>':
      return (value) => value > limit;
    case '>=':
      return (value) => value >= limit;
    case '<':
      return (value) => value < limit;
    case '<=':
      return (value) => value <= limit;
    default:
      return null;
  }
}

const unitNs: Record<string, number> = { ns: 1, us: 1e3, µs: 1e3, ms: 1e6, s: 1e9, m: 60e9 };

/** `120ms`, `1.5 s`, or a bare number in `unit`; null when it is no duration. */
export function durationNs(text: string, unit: string): number | null {
  const parts = /^(\d+(?:\.\d+)?)\s*(ns|us|µs|ms|s|m)?$/.exec(text.trim());
  const size = unitNs[parts?.[2] ?? unit];
  return parts && size !== undefined ? Number(parts[1]) * size : null;
}

/** Ascending union of two ascending lists. */
export function union(a: Uint32Array, b: Uint32Array): Uint32Array {
  const merged = new Uint32Array(a.length + b.length);
  let count = 0;
  for (let i = 0, j = 0; i < a.length || j < b.length;) {
    const next = Math.min(a[i] ?? Infinity, b[j] ?? Infinity);
    if (a[i] === next) i++;
    if (b[j] === next) j++;
    merged[count++] = next;
  }
  return merged.slice(0, count);
}
