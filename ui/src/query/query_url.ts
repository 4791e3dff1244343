// SPDX-License-Identifier: Apache-2.0
// A query as a URL: the spec in `query` (or `qid` when too long), the time in `t`, the offset of
// what it is compared with in `cmp`.

import { hrefOf } from '../route/href.ts';
import { parseRange, printRange, type TimeRange } from '../route/time_range.ts';
import { offsetFits, readOffset } from './compare.ts';
import { withoutTime, type QuerySpec } from './spec.ts';

/** Longer specs are stored at the server and named by id. */
export const specCharsMax = 1800;

/** The time of a spec as a range, if it has one that a range can hold. */
export function rangeOfSpec(spec: QuerySpec): TimeRange | null {
  const { time_range: length, start_time: start, end_time: end } = spec;
  if (start && end) return { kind: 'absolute', fromMs: start * 1000, toMs: end * 1000 };
  if (start && length) {
    return { kind: 'absolute', fromMs: start * 1000, toMs: (start + length) * 1000 };
  }
  if (end && length) return { kind: 'absolute', fromMs: (end - length) * 1000, toMs: end * 1000 };
  return length ? { kind: 'relative', seconds: length } : null;
}

/** Drops a granularity that does not suit the range, as after a change of range. */
function withFittingGranularity(spec: QuerySpec, seconds: number): QuerySpec {
  const { granularity, ...rest } = spec;
  const fits = granularity && granularity >= seconds / 1000 && granularity <= seconds;
  return fits ? { ...spec } : rest;
}

export function lengthSeconds(range: TimeRange): number {
  return range.kind === 'relative' ? range.seconds : (range.toMs - range.fromMs) / 1000;
}

/** The spec to run: `spec` with `range` in epoch seconds, compared where the offset allows it. */
export function specWithRange(
  spec: QuerySpec,
  range: TimeRange,
  compare: number | null = null,
): QuerySpec {
  const seconds = lengthSeconds(range);
  const timeless = withFittingGranularity(withoutTime(spec), seconds);
  if (compare !== null && offsetFits(compare, seconds)) {
    timeless.compare_time_offset_seconds = compare;
  }
  if (range.kind === 'relative') return { ...timeless, time_range: range.seconds };
  const start = Math.floor(range.fromMs / 1000);
  return { ...timeless, start_time: start, end_time: Math.max(start + 1, Math.ceil(range.toMs / 1000)) };
}

export function queryHref(
  dataset: string,
  spec: QuerySpec,
  range?: TimeRange | null,
  more: Record<string, string | null> = {},
): string {
  const text = JSON.stringify(withoutTime(spec));
  const time = range ?? rangeOfSpec(spec);
  return hrefOf(`/query/${encodeURIComponent(dataset)}`, {
    query: text === '{}' ? null : text,
    t: time ? printRange(time) : null,
    cmp: readOffset(spec.compare_time_offset_seconds)?.toString() ?? null,
    ...more,
  });
}

export interface UrlQuery {
  /** Null when the URL names no query at all. */
  spec: QuerySpec | null;
  range: TimeRange | null;
  /** Seconds; null when nothing is compared. */
  compare: number | null;
  /** Why `query` could not be read. */
  error: string | null;
}

/** Reads `query` and `t`; `t` wins over a time inside the spec. */
export function readQueryParams(params: URLSearchParams): UrlQuery {
  const range = parseRange(params.get('t'));
  const compare = readOffset(params.get('cmp'));
  const text = params.get('query');
  if (!text) return { spec: null, range, compare, error: null };
  try {
    const spec: unknown = JSON.parse(text);
    if (typeof spec !== 'object' || spec === null || Array.isArray(spec)) {
      const problem = 'The query in the address is not a JSON object';
      return { spec: null, range, compare, error: problem };
    }
    return {
      spec: withoutTime(spec as QuerySpec),
      range: range ?? rangeOfSpec(spec as QuerySpec),
      compare: compare ?? readOffset((spec as QuerySpec).compare_time_offset_seconds),
      error: null,
    };
  } catch {
    return { spec: null, range, compare, error: 'The query in the address is not valid JSON' };
  }
}
