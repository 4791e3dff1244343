// SPDX-License-Identifier: Apache-2.0
// Where the rows and marks of a trace come from, as people hide and show them.
import { Flag, isMissing, type TraceCols } from './cols.ts';

export const sources = ['spans', 'xray', 'errors', 'logs'] as const;
export type Source = (typeof sources)[number];

export const sourceNames: Record<Source, string> = {
  spans: 'Spans',
  xray: 'X-Ray',
  errors: 'Errors',
  logs: 'Logs',
};

/** Of a row; null for one that stands for a missing span, which nobody sent. */
export function sourceOf(cols: TraceCols, row: number): Source | null {
  if (isMissing(cols, row)) return null;
  if (cols.spanId[row] === 0n) return 'logs';
  return (cols.flags[row]! & Flag.xray) === 0 ? 'spans' : 'xray';
}

/** One byte per row of a hidden source, or null when every row is shown. */
export function hiddenRows(cols: TraceCols, hidden: ReadonlySet<Source>): Uint8Array | null {
  if (hidden.size === 0) return null;
  const marks = new Uint8Array(cols.n);
  for (let row = 0; row < cols.n; row++) {
    const source = sourceOf(cols, row);
    if (source !== null && hidden.has(source)) marks[row] = 1;
  }
  return marks;
}

/** As in the URL, joined by commas; others than sources are left out. */
export function readSources(text: string | null): ReadonlySet<Source> {
  const names = (text ?? '').split(',');
  return new Set(sources.filter((source) => names.includes(source)));
}

export function writeSources(set: ReadonlySet<Source>): string {
  return sources.filter((source) => set.has(source)).join(',');
}
