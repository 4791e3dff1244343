// SPDX-License-Identifier: Apache-2.0
// The critical path: the chain of work that, made shorter, would make the trace shorter.
//
// Walking back from the end of a span, the child that finished last before that moment is what the
// span was waiting for; before the child began, the same question is asked again. What no child
// covers is the span's own. Children are cut to their parent's time, so work that outlives its
// parent does not count. Several roots are treated as children of one span over the whole trace.
import type { TraceCols } from './cols.ts';

type Timed = Pick<TraceCols, 'n' | 'end' | 'start' | 'dur' | 'durNs'>;

export interface CriticalPath {
  /** Rows with at least one section, ascending, one entry per section. */
  readonly row: Uint32Array;
  /** Section bounds, ns from t0. */
  readonly from: Float64Array;
  readonly to: Float64Array;
}

interface Section {
  row: number;
  from: number;
  to: number;
}

interface Span extends Section {
  /** First and one-past-last row of its children's range. */
  below: [number, number];
}

/** Sections sorted by row, then time. `skip` marks rows that are not work (log lines). */
export function criticalPath(
  trace: Timed,
  skip: (row: number) => boolean = () => false,
): CriticalPath {
  const sections: Section[] = [];
  const open: Span[] = [{ row: -1, from: 0, to: trace.durNs, below: [0, trace.n] }];
  for (let span = open.pop(); span; span = open.pop()) walkBack(trace, skip, span, open, sections);
  sections.sort((a, b) => a.row - b.row || a.from - b.from);
  return {
    row: Uint32Array.from(sections, (section) => section.row),
    from: Float64Array.from(sections, (section) => section.from),
    to: Float64Array.from(sections, (section) => section.to),
  };
}

function walkBack(
  trace: Timed,
  skip: (row: number) => boolean,
  span: Span,
  open: Span[],
  sections: Section[],
): void {
  let cursor = span.to;
  for (const child of childrenLastFirst(trace, skip, span)) {
    if (child.to > cursor) continue;
    if (span.row >= 0 && cursor > child.to)
      sections.push({ row: span.row, from: child.to, to: cursor });
    open.push(child);
    cursor = child.from;
  }
  if (span.row >= 0 && cursor > span.from)
    sections.push({ row: span.row, from: span.from, to: cursor });
}

function childrenLastFirst(trace: Timed, skip: (row: number) => boolean, span: Span): Span[] {
  const children: Span[] = [];
  for (let i = span.below[0]; i < span.below[1]; i = trace.end[i]!) {
    const from = Math.max(trace.start[i]!, span.from);
    const to = Math.min(trace.start[i]! + trace.dur[i]!, span.to);
    if (to > from && !skip(i)) children.push({ row: i, from, to, below: [i + 1, trace.end[i]!] });
  }
  return children.sort((a, b) => b.to - a.to || b.from - a.from || a.row - b.row);
}

/** Range of this row's sections in the path's arrays. */
export function sectionsOf(path: CriticalPath, row: number): [from: number, to: number] {
  const from = lowerBound(path.row, row);
  let to = from;
  while (to < path.row.length && path.row[to] === row) to++;
  return [from, to];
}

function lowerBound(rows: Uint32Array, row: number): number {
  let low = 0;
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (rows[middle]! < row) low = middle + 1;
    else high = middle;
  }
  return low;
}
