// SPDX-License-Identifier: Apache-2.0
// The trace as JSON text, line by line, so that only the lines on screen are ever made.
import { isError } from './colors.ts';
import { spanIdHex, type TraceCols } from './cols.ts';

export interface JsonLines {
  readonly count: number;
  line(index: number): string;
}

const linesPerSpan = 11;

/** Head and end of the document around one object per span, every object equally long. */
export function traceLines(traceId: string, cols: TraceCols): JsonLines {
  const head = ['{', `  "trace_id": ${JSON.stringify(traceId)},`, '  "spans": ['];
  const spans = spanRows(cols);
  const count = head.length + spans.length * linesPerSpan + 2;
  return {
    count,
    line(index) {
      if (index < head.length) return head[index]!;
      if (index === count - 2) return '  ]';
      if (index === count - 1) return '}';
      const at = Math.floor((index - head.length) / linesPerSpan);
      const within = (index - head.length) % linesPerSpan;
      return spanLine(cols, spans[at]!, within, at === spans.length - 1);
    },
  };
}

function spanRows(cols: TraceCols): Uint32Array {
  const rows = new Uint32Array(cols.n);
  let count = 0;
  for (let i = 0; i < cols.n; i++) if (cols.spanId[i] !== 0n) rows[count++] = i;
  return rows.slice(0, count);
}

function spanLine(cols: TraceCols, row: number, within: number, isLast: boolean): string {
  const field = (key: string, value: unknown, comma = ','): string =>
    `      "${key}": ${JSON.stringify(value)}${comma}`;
  switch (within) {
    case 0:
      return '    {';
    case 1:
      return field('span_id', spanIdHex(cols, row));
    case 2: {
      const parent = cols.parent[row]!;
      return field('parent_id', parent < 0 ? null : spanIdHex(cols, parent));
    }
    case 3:
      return field('service', cols.services[cols.svc[row]!]);
    case 4:
      return field('name', cols.names[cols.name[row]!]);
    case 5:
      return field('kind', cols.kinds[cols.kind[row]!]);
    case 6:
      return field('start_ns', String(cols.t0Ns + BigInt(Math.round(cols.start[row]!))));
    case 7:
      return field('duration_ns', Math.round(cols.dur[row]!));
    case 8:
      return field('self_ns', Math.round(cols.self[row]!));
    case 9:
      return field('error', isError(cols, row), '');
    default:
      return isLast ? '    }' : '    },';
  }
}

/** Any document, pretty-printed. */
export function documentLines(document: unknown): JsonLines {
  const lines = JSON.stringify(document, null, 2).split('\n');
  return { count: lines.length, line: (index) => lines[index]! };
}

/** Whole text, for copying and saving. */
export function joinLines(lines: JsonLines): string {
  const all: string[] = [];
  for (let i = 0; i < lines.count; i++) all.push(lines.line(i));
  return all.join('\n');
}

/** Lines with `text` in them, whatever the case; gives way to the page between pieces. */
export async function findLines(
  lines: JsonLines,
  text: string,
  abort: AbortSignal,
): Promise<Uint32Array> {
  const needle = text.toLowerCase();
  const found: number[] = [];
  for (let i = 0; i < lines.count; i++) {
    if (lines.line(i).toLowerCase().includes(needle)) found.push(i);
    if (i % 20_000 === 19_999) {
      await new Promise((resolve) => setTimeout(resolve));
      if (abort.aborted) break;
    }
  }
  return Uint32Array.from(found);
}
