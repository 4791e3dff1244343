// SPDX-License-Identifier: Apache-2.0
// The inbox's filters in the address, and as the server takes them.

import { hrefOf } from '../route/href.ts';
import { parseRange, printRange, type TimeRange } from '../route/time_range.ts';
import { levels, statuses } from './types.ts';

export const sortKeys = ['last', 'first', 'count', 'level', 'title'] as const;
export type SortKey = (typeof sortKeys)[number];

export interface InboxFilter {
  /** Empty lists mean all. */
  status: string[];
  level: string[];
  env: string[];
  fw: string[];
  project: string[];
  /** A user's id, `none` for nobody, empty for whoever. */
  assignee: string;
  q: string;
  sort: SortKey;
  /** The other way round: oldest, fewest, least severe first. */
  backwards: boolean;
  /** When the last occurrence was; null for any time. */
  seen: TimeRange | null;
}

const lists = ['level', 'env', 'fw', 'project'] as const;

/** What is open is what an inbox is for; `any` shows the rest too. */
const defaultStatus = ['active'];

function listOf(text: string | null): string[] {
  return [...new Set((text ?? '').split(',').filter(Boolean))];
}

function known(values: string[], allowed: readonly string[]): string[] {
  return values.filter((value) => allowed.includes(value));
}

export function parseInbox(params: URLSearchParams): InboxFilter {
  const status = params.get('status');
  const sort = params.get('sort') ?? 'last';
  const key = sort.replace(/^-/, '') as SortKey;
  return {
    status: status === null ? defaultStatus : known(listOf(status), statuses),
    level: known(listOf(params.get('level')), levels),
    env: listOf(params.get('env')),
    fw: listOf(params.get('fw')),
    project: listOf(params.get('project')),
    assignee: params.get('assignee') ?? '',
    q: params.get('q') ?? '',
    sort: sortKeys.includes(key) ? key : 'last',
    backwards: sort.startsWith('-') && sortKeys.includes(key),
    seen: parseRange(params.get('t')),
  };
}

function sortText({ sort, backwards }: InboxFilter): string {
  return `${backwards ? '-' : ''}${sort}`;
}

function isDefaultStatus(status: string[]): boolean {
  return status.length === 1 && status[0] === defaultStatus[0];
}

/** The shortest address that means `filter`. */
export function inboxHref(filter: InboxFilter): string {
  const sort = sortText(filter);
  return hrefOf('/errors', {
    status: isDefaultStatus(filter.status) ? null : filter.status.join(',') || 'any',
    ...Object.fromEntries(lists.map((name) => [name, filter[name].join(',')])),
    assignee: filter.assignee,
    q: filter.q,
    sort: sort === 'last' ? null : sort,
    t: filter.seen && printRange(filter.seen),
  });
}

/** What a saved filter keeps of an address of the inbox, and the address it leads to. */
export function queryOf(href: string): string {
  return href.split('?')[1] ?? '';
}

export function savedHref(query: string): string {
  return query ? `/errors?${query}` : '/errors';
}

/** Parameters of `GET errors`. */
export function requestOf(filter: InboxFilter): Record<string, string> {
  return {
    status: filter.status.join(','),
    level: filter.level.join(','),
    env: filter.env.join(','),
    framework: filter.fw.join(','),
    project: filter.project.join(','),
    assignee: filter.assignee,
    q: filter.q,
    sort: sortText(filter),
    t: filter.seen ? printRange(filter.seen) : '',
  };
}

/** Whether anything besides the status narrows the list. */
export function isNarrowed(filter: InboxFilter): boolean {
  return (
    lists.some((name) => filter[name].length > 0) ||
    filter.assignee !== '' || filter.q !== '' || filter.seen !== null
  );
}

/** Where an item is; `project` makes its number unique. */
export function itemHref(
  item: { counter: number; project: string },
  more: Record<string, string | null | undefined> = {},
): string {
  return hrefOf(`/errors/${item.counter}`, { project: item.project, ...more });
}
