// SPDX-License-Identifier: Apache-2.0
// What of the Logs screens is in the address.

import { hrefOf } from '../route/href.ts';
import { levels, type Level } from './types.ts';

export interface GroupUrl {
  stream: string;
  filter: string;
  levels: Level[];
  order: 'newest' | 'oldest';
  wrap: boolean;
  /** The line whose surroundings are shown, or empty. */
  at: string;
}

export function readGroupUrl(params: URLSearchParams): GroupUrl {
  const chosen = (params.get('level') ?? '').split(',');
  return {
    stream: params.get('stream') ?? '',
    filter: params.get('filter') ?? '',
    levels: levels.filter((level) => chosen.includes(level)),
    order: params.get('order') === 'oldest' ? 'oldest' : 'newest',
    wrap: params.get('wrap') === '1',
    at: params.get('at') ?? '',
  };
}

export function groupHref(group: string, params: Record<string, string | null> = {}): string {
  return hrefOf(`/logs/group/${encodeURIComponent(group)}`, params);
}

/** Names in one parameter: commas between them, `%2C` for those within. */
export function writeNames(names: readonly string[]): string {
  return names.map((name) => name.replaceAll('%', '%25').replaceAll(',', '%2C')).join(',');
}

export function readNames(text: string | null): string[] {
  return (text ?? '')
    .split(',')
    .filter(Boolean)
    .map((name) => name.replaceAll('%2C', ',').replaceAll('%25', '%'));
}

export function tailHref(groups: readonly string[], filter = ''): string {
  return hrefOf('/logs/tail', { groups: writeNames(groups), filter });
}

export function insightsHref(groups: readonly string[], query = '', t: string | null = null): string {
  return hrefOf('/logs/insights', { groups: writeNames(groups), q: query, t });
}
