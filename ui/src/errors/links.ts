// SPDX-License-Identifier: Apache-2.0
// From an error to the other screens: its trace, the logs around it, a query.

import { msOfNs } from '../format/time.ts';
import { queryHref } from '../query/query_url.ts';
import type { Filter } from '../query/spec.ts';
import { hrefOf } from '../route/href.ts';
import type { ItemDetail } from './types.ts';

const aroundMs = 5 * 60_000;

/** `occ` finds the span that failed where the report does not name it. */
export function traceHref(occurrence: { id: number; trace_id: string | null; span_id: string | null }): string {
  return hrefOf(`/trace/${encodeURIComponent(occurrence.trace_id ?? '')}`, {
    span: occurrence.span_id,
    occ: String(occurrence.id),
  });
}

/** Log events of every service some minutes before and after. */
export function logsAroundHref({ time_ns }: { time_ns: string }): string {
  const atMs = Math.round(msOfNs(time_ns));
  const filters: Filter[] = [{ column: 'meta.signal_type', op: '=', value: 'log' }];
  const range = { kind: 'absolute' as const, fromMs: atMs - aroundMs, toMs: atMs + aroundMs };
  return queryHref('__all__', { filters }, range, { tab: 'events' });
}

/** All occurrences of an item in a query, by version. */
export function occurrencesHref({ fingerprints }: ItemDetail): string {
  const keys = fingerprints.map(({ fingerprint }) => fingerprint);
  const filter: Filter =
    keys.length === 1
      ? { column: 'meta.error_item', op: '=', value: keys[0]! }
      : { column: 'meta.error_item', op: 'in', value: keys };
  const spec = { calculations: [{ op: 'COUNT' }], filters: [filter], breakdowns: ['code_version'] };
  return queryHref('__all__', spec, { kind: 'relative', seconds: 86_400 });
}
