// SPDX-License-Identifier: Apache-2.0
// Links shaped like Honeycomb's, X-Ray's and Rollbar's, rewritten to ours.

import { hrefOf } from './href.ts';

/** Our link for a vendor-shaped one, or null when it is not one. */
export function redirectVendorLink(path: string, search: string, hash: string): string | null {
  const xray = /^#xray:traces\/([0-9a-fA-F-]+)/.exec(hash);
  if (xray) return `/trace/${encodeURIComponent(xray[1] ?? '')}`;
  const error = errorLink(path, search);
  if (error) return error;
  const match = /^\/[^/]+(?:\/environments\/[^/]+)?\/datasets\/([^/]+)(?:\/(.*))?$/.exec(path);
  if (!match) return null;
  const dataset = match[1] ?? '__all__';
  const rest = (match[2] ?? '').replace(/\/$/, '');
  const params = new URLSearchParams(search);
  if (rest === 'trace') return traceLink(params);
  const result = /^result\/([^/]+)/.exec(rest);
  if (result) return `/query/${dataset}?qid=${encodeURIComponent(result[1] ?? '')}`;
  if (rest !== '') return `/query/${dataset}`;
  const query = params.get('query');
  return query ? `/query/${dataset}?query=${encodeURIComponent(query)}` : `/query/${dataset}`;
}

/**
 * `/{account}/{project}/items/{counter}/`, with `occurrences/{id}/` after it, and the links by uuid
 * that SDKs print.
 */
function errorLink(path: string, search: string): string | null {
  if (/^\/(item|occurrence)\/uuid\/?$/.test(path)) {
    const uuid = new URLSearchParams(search).get('uuid');
    return uuid ? hrefOf('/errors/find', { uuid }) : '/errors';
  }
  const match =
    /^\/[^/]+\/([^/]+)\/items(?:\/(\d+)(?:\/occurrences\/([\w-]+))?)?\/?$/.exec(path);
  if (!match) return null;
  const [, project = '', counter, occ] = match;
  if (!counter) return hrefOf('/errors', { project: decodeURIComponent(project) });
  return hrefOf(`/errors/${counter}`, { project: decodeURIComponent(project), occ });
}

/** Honeycomb's `trace_start_ts` and `trace_end_ts` only narrow its search; ours needs no hint. */
function traceLink(params: URLSearchParams): string {
  const id = params.get('trace_id');
  if (!id) return '/traces';
  const span = params.get('span');
  const suffix = span ? `?span=${encodeURIComponent(span)}` : '';
  return `/trace/${encodeURIComponent(id)}${suffix}`;
}
