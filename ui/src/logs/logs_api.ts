// SPDX-License-Identifier: Apache-2.0
// What the Logs screens ask of the server.

import { apiUrl, getJson, postJson, remove, send } from '../api/client.ts';
import type { ValueCount } from '../api/types.ts';
import type { FieldValue } from '../format/number.ts';
import type {
  InsightsQueryInfo, LinePage, LineSelection, LogGroup, LogHistogram, LogLine, LogStream,
  SavedInsightsQuery,
} from './types.ts';

export interface Times {
  start_ms: number;
  end_ms: number;
}

export async function fetchGroups(abort?: AbortSignal): Promise<LogGroup[]> {
  return (await getJson<{ groups: LogGroup[] }>(apiUrl('logs/groups'), abort)).groups;
}

export async function createGroup(name: string): Promise<void> {
  await send(apiUrl('logs/groups'), { method: 'POST', body: { name } });
}

export async function deleteGroup(group: string): Promise<void> {
  await remove(apiUrl('logs/groups', { group }));
}

export async function setRetention(group: string, days: number | null): Promise<void> {
  await send(apiUrl('logs/groups/retention'), { method: 'POST', body: { group, days } });
}

export interface StreamsAnswer {
  streams: LogStream[];
  total: number;
}

export function fetchStreams(group: string, q: string, abort?: AbortSignal): Promise<StreamsAnswer> {
  return getJson(apiUrl('logs/streams', { group, q }), abort);
}

export interface LinesRequest extends LineSelection, Times {
  order: 'newest' | 'oldest';
  limit: number;
  cursor: string | null;
}

export function fetchLines(request: LinesRequest, abort?: AbortSignal): Promise<LinePage> {
  return postJson(apiUrl('logs/events'), request, abort);
}

export interface ContextAnswer extends LinePage {
  index: number;
}

export function fetchContext(id: string, around: number, abort?: AbortSignal): Promise<ContextAnswer> {
  return getJson(apiUrl('logs/context', { id, before: around, after: around }), abort);
}

export interface WholeLine {
  line: LogLine;
  document: Record<string, FieldValue>;
}

export function fetchLine(id: string, abort?: AbortSignal): Promise<WholeLine> {
  return getJson(apiUrl('logs/line', { id }), abort);
}

export function fetchHistogram(
  request: LineSelection & Times & { buckets: number },
  abort?: AbortSignal,
): Promise<LogHistogram> {
  return postJson(apiUrl('logs/histogram'), request, abort);
}

/** A parameter that may come several times. */
function withGroups(url: string, groups: readonly string[]): string {
  const list = groups.map((group) => `group=${encodeURIComponent(group)}`).join('&');
  return `${url}${url.includes('?') ? '&' : '?'}${list}`;
}

export interface FieldShare {
  name: string;
  percent: number;
}

export async function fetchFields(groups: string[], t: string, abort?: AbortSignal): Promise<FieldShare[]> {
  const url = withGroups(apiUrl('logs/fields', { t }), groups);
  return (await getJson<{ fields: FieldShare[] }>(url, abort)).fields;
}

export async function fetchFieldValues(
  groups: string[],
  field: string,
  t: string,
  abort?: AbortSignal,
): Promise<ValueCount[]> {
  const url = withGroups(apiUrl('logs/values', { field, t, limit: 8 }), groups);
  return (await getJson<{ values: ValueCount[] }>(url, abort)).values;
}

export async function fetchHistory(abort?: AbortSignal): Promise<InsightsQueryInfo[]> {
  const url = apiUrl('logs/insights', { limit: 100 });
  return (await getJson<{ queries: InsightsQueryInfo[] }>(url, abort)).queries;
}

export async function fetchSaved(abort?: AbortSignal): Promise<SavedInsightsQuery[]> {
  return (await getJson<{ saved: SavedInsightsQuery[] }>(apiUrl('logs/saved'), abort)).saved;
}

export function saveQuery(saved: { id?: string; name: string; query: string; groups: string[] }): Promise<unknown> {
  return postJson(apiUrl('logs/saved'), saved);
}

export function removeSaved(id: string): Promise<void> {
  return remove(apiUrl(`logs/saved/${encodeURIComponent(id)}`));
}
