// SPDX-License-Identifier: Apache-2.0
// What the trace page asks of the server; shapes as in docs/wire/ui-api.md.
import { apiUrl, getJson, postJson, send } from '../api/client.ts';
import { computed } from '@preact/signals';
import { route } from '../route/route.ts';
import type { FieldValue } from '../format/number.ts';
import type { LogLine } from '../logs/types.ts';
import { decodeTraceCols, type TraceCols } from './cols.ts';
import type { FieldValues } from './colors.ts';
import { quotedForFind, type Clause } from './find.ts';

export interface SpanEvent {
  time_ns: string;
  name: string;
  fields: Record<string, FieldValue>;
}

export interface SpanLink {
  trace_id: string;
  span_id: string;
  fields: Record<string, FieldValue>;
}

/** A span without its source document. */
export interface SpanFacts {
  trace_id: string;
  span_id: string;
  parent_id: string | null;
  dataset: string;
  service: string;
  name: string;
  kind: string;
  start_ns: string;
  duration_ns: string;
  error: boolean;
  status_message: string;
  fields: Record<string, FieldValue>;
  events: SpanEvent[];
  links: SpanLink[];
}

export interface SpanDetail extends SpanFacts {
  sources: { source: string; document: unknown }[];
}

export interface RelatedItem {
  kind: 'log' | 'rollbar' | 'xray';
  span_id: string | null;
  time_ns: string;
  dataset: string;
  level: string;
  title: string;
  /** The same as the Logs screens have it; of log records only. */
  line?: LogLine;
  fields: Record<string, FieldValue>;
}

/** One request that another instrumentation reported under another trace id. */
export interface SameRequest {
  span_id: string;
  other_trace_id: string;
  other_span_id: string;
  source: string;
  name: string;
  start_difference_ms: number;
  ambiguous: boolean;
  evidence: { field: string; value: FieldValue }[];
}

export interface Related {
  items: RelatedItem[];
  same_requests: SameRequest[];
}

/** `stitch=1` in the address shows other traces of the same request as part of this one. */
export const stitched = computed(() => route.value.params.get('stitch') === '1');

function stitching(): { stitch?: string } {
  return stitched.peek() ? { stitch: '1' } : {};
}

/** An occurrence of an error item. Its dataset is the item's project. */
export interface ReportedError extends RelatedItem {
  item_id: number;
  counter: number;
  occurrence_id: number;
}

function tracePath(traceId: string, rest: string): string {
  return `trace/${encodeURIComponent(traceId)}/${rest}`;
}

export interface FetchedTrace {
  cols: TraceCols;
  /** Names this state of the trace; changes when a span arrives. */
  etag: string;
}

export async function fetchTrace(traceId: string, abort?: AbortSignal): Promise<FetchedTrace> {
  const response = await send(apiUrl(tracePath(traceId, 'cols'), stitching()), { signal: abort });
  const cols = decodeTraceCols(await response.arrayBuffer());
  return { cols, etag: response.headers.get('etag') ?? '' };
}

/** Every field, event, link and source document of one span. */
export function fetchSpan(
  traceId: string,
  spanId: string,
  abort?: AbortSignal,
): Promise<SpanDetail> {
  return getJson(apiUrl(tracePath(traceId, `span/${spanId}`), stitching()), abort);
}

/** At most so many spans can be asked for at once. */
export const spansAtOnceMax = 2000;

/** Many spans at once, without their source documents; those that are not stored are left out. */
export async function fetchSpans(
  traceId: string,
  spanIds: readonly string[],
  abort?: AbortSignal,
): Promise<SpanFacts[]> {
  const url = apiUrl(tracePath(traceId, 'spans'));
  return (await postJson<{ spans: SpanFacts[] }>(url, { span_ids: spanIds }, abort)).spans;
}

/** One field of every row of the trace. */
export async function fetchField(
  traceId: string,
  name: string,
  abort?: AbortSignal,
): Promise<FieldValues> {
  const url = apiUrl(tracePath(traceId, 'field'), { name });
  const { values, rows } = await getJson<{ values: FieldValue[]; rows: number[] }>(url, abort);
  return { name, values, codes: Int32Array.from(rows) };
}

/** Log events and other records that carry the trace's id, and other traces of the same requests. */
export function fetchRelated(traceId: string, abort?: AbortSignal): Promise<Related> {
  return getJson(apiUrl(tracePath(traceId, 'related')), abort);
}

/** Occurrences of errors that carry the trace's id. */
export async function fetchReported(
  traceId: string,
  abort?: AbortSignal,
): Promise<ReportedError[]> {
  const url = apiUrl(tracePath(traceId, 'related'), { kind: 'rollbar' });
  return (await getJson<{ items: ReportedError[] }>(url, abort)).items;
}

async function searchOne(traceId: string, q: string, abort: AbortSignal): Promise<Uint32Array> {
  const answer = await getJson<{ rows: number[] }>(
    apiUrl(tracePath(traceId, 'search'), { q }),
    abort,
  );
  return Uint32Array.from(answer.rows).sort();
}

/**
 * Rows for which every clause holds. The server takes plain words together, or one comparison, so
 * each comparison is a search of its own.
 */
export async function searchTrace(
  traceId: string,
  clauses: readonly Clause[],
  abort: AbortSignal,
): Promise<Uint32Array> {
  const words: string[] = [];
  const searches: string[] = [];
  for (const clause of clauses) {
    if ('word' in clause) words.push(quotedForFind(clause.word));
    else
      searches.push(`${clause.field} ${clause.op} ${clause.value && quotedForFind(clause.value)}`.trim());
  }
  if (words.length > 0) searches.unshift(words.join(' '));
  const answers = await Promise.all(searches.map((q) => searchOne(traceId, q, abort)));
  return answers.reduce((both, rows) => {
    const known = new Set(rows);
    return both.filter((row) => known.has(row));
  });
}
