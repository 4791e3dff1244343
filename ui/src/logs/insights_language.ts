// SPDX-License-Identifier: Apache-2.0
// The Logs Insights language as the editor sees it: what colour each word has, and what could come next.

import type { CodeLanguage, Completion, Token } from '../editor/code_editor.ts';

export const commands: [name: string, what: string][] = [
  ['fields', 'show fields'],
  ['filter', 'keep matching events'],
  ['stats', 'aggregate'],
  ['sort', 'order'],
  ['limit', 'so many rows'],
  ['parse', 'take fields out of text'],
  ['display', 'show only these'],
  ['dedup', 'one of each'],
  ['pattern', 'kinds of messages'],
  ['diff', 'against the time before'],
  ['anomaly', 'unusual patterns first'],
  ['unnest', 'a row for each element'],
  ['addtotals', 'sums of rows and columns'],
  ['join', 'rows of another group'],
  ['lookup', 'fields from a table'],
];

export const aggregates = [
  'count', 'count_distinct', 'sum', 'avg', 'min', 'max', 'stddev', 'pct', 'median', 'earliest', 'latest',
  'sortsFirst', 'sortsLast',
];

export const functions = [
  'abs', 'ceil', 'floor', 'log', 'sqrt', 'greatest', 'least', 'ispresent', 'coalesce', 'if', 'case', 'isempty',
  'isblank', 'concat', 'ltrim', 'rtrim', 'trim', 'strlen', 'toupper', 'tolower', 'substr', 'replace', 'strcontains',
  'bin', 'datefloor', 'dateceil', 'fromMillis', 'toMillis', 'now', 'isValidIp', 'isValidIpV4', 'isValidIpV6',
  'isIpInSubnet', 'isIpv4InSubnet', 'isIpv6InSubnet', 'jsonParse', 'jsonStringify', 'unmask',
];

const words = ['by', 'as', 'asc', 'desc', 'and', 'or', 'not', 'in', 'like', 'into', 'where', 'output'];
const ownFields = ['@timestamp', '@message', '@logStream', '@log', '@ingestionTime', '@ptr'];

const commandSet = new Set([...commands.map(([name]) => name), 'order', 'head', 'source', 'filterindex']);
const wordSet = new Set(words);
const functionSet = new Set([...aggregates, ...functions].map((name) => name.toLowerCase()));

const lexer =
  /(#[^\n]*)|("(?:\\.|[^"\\])*"?|'(?:\\.|[^'\\])*'?)|(`[^`]*`?)|(\/(?:\\.|[^/\\\n])+\/)|(\b\d+(?:\.\d+)?(?:ms|mo|[smhdwqy])?\b)|([@A-Za-z_][\w.@]*)|([|=<>!+*%^~-]+)/g;

/** A regular expression can only stand where a value is wanted; elsewhere `/` divides. */
function wantsRegex(text: string, at: number): boolean {
  return /(\blike|\bparse(\s+[@\w.]+)?|=~|\bin|[[,(])\s*$/i.test(text.slice(0, at));
}

function kindOf(match: RegExpMatchArray, text: string): string | null {
  const [, comment, string, quoted, regex, number, name, operator] = match;
  if (comment) return 'comment';
  if (string) return 'string';
  if (quoted) return 'field';
  if (regex) return wantsRegex(text, match.index ?? 0) ? 'string' : null;
  if (number) return 'number';
  if (operator) return operator.includes('|') ? 'pipe' : 'operator';
  if (!name) return null;
  const lower = name.toLowerCase();
  const end = (match.index ?? 0) + name.length;
  if (functionSet.has(lower) && /^\s*\(/.test(text.slice(end, end + 8))) return 'function';
  if (commandSet.has(lower) && /(^|[|(])\s*$/.test(withoutComments(text.slice(0, match.index)))) return 'keyword';
  if (wordSet.has(lower)) return 'keyword';
  return 'field';
}

/** Comments do not stand between a pipe and its command. */
function withoutComments(text: string): string {
  return text.replace(/#[^\n]*/g, '');
}

export function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  lexer.lastIndex = 0;
  for (let match = lexer.exec(text); match; match = lexer.exec(text)) {
    const kind = kindOf(match, text);
    const from = match.index;
    if (kind) tokens.push({ from, to: from + match[0].length, kind });
    // A lone slash divides: what follows it is read again.
    else if (match[4]) lexer.lastIndex = from + 1;
  }
  return tokens;
}

/** The command that the cursor is in: the first word after the last pipe outside of quotes. */
function commandAt(text: string, at: number): string {
  const bare = withoutComments(text.slice(0, at)).replace(/"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'/g, '""');
  return /^\s*(\w+)\s/.exec(bare.slice(bare.lastIndexOf('|') + 1))?.[1]?.toLowerCase() ?? '';
}

const option = (kind: Completion['kind'], detail?: string) => (label: string) => ({
  label,
  kind,
  ...(detail ? { detail } : {}),
});

function optionsFor(command: string, fields: readonly string[]): Completion[] {
  if (command === '') return commands.map(([label, detail]) => ({ label, kind: 'keyword' as const, detail }));
  const known = [...new Set([...ownFields, ...fields])].map(option('field'));
  if (command === 'limit' || command === 'head') return ['20', '100', '1000'].map(option('value'));
  if (command === 'sort' || command === 'order') return [...known, ...['asc', 'desc'].map(option('keyword'))];
  const calls = functions.map(option('function'));
  const joining = words.map(option('keyword'));
  if (command === 'stats') return [...aggregates.map(option('function', 'aggregate')), ...calls, ...known, ...joining];
  return [...known, ...calls, ...joining];
}

/** `fields` are those that were found in the log groups. */
export function insightsLanguage(fields: readonly string[]): CodeLanguage {
  return {
    tokens: tokensOf,
    complete(text, at, isAsked) {
      const inside = tokensOf(text).find((token) => token.from < at && at <= token.to);
      if (inside && (inside.kind === 'string' || inside.kind === 'comment')) return null;
      const word = /[@\w.]*$/.exec(text.slice(0, at))?.[0] ?? '';
      if (!word && !isAsked) return null;
      const from = at - word.length;
      return { from, options: optionsFor(commandAt(text, from), fields) };
    },
  };
}
