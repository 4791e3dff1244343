// SPDX-License-Identifier: Apache-2.0

import { apiUrl, getJson } from '../api/client.ts';
import { useResource } from '../api/resource.ts';
import type { SavedQuery } from '../api/types.ts';
import { describeSpec } from './describe.ts';
import { queryHref } from './query_url.ts';

/** Every saved query by name, leading to its results. */
export function SavedQueries() {
  const { data } = useResource('saved', (abort) =>
    getJson<{ saved: SavedQuery[] }>(apiUrl('saved'), abort),
  );
  if (data?.saved.length === 0) {
    return <p class="muted">None yet: run a query and press Save query.</p>;
  }
  return (
    <ul class="saved-list">
      {data?.saved.map((entry) => (
        <li key={entry.id}>
          <a href={queryHref(entry.dataset, entry.query)}>{entry.name}</a>
          <span class="caption ellipsis">{entry.description || describeSpec(entry.query)}</span>
        </li>
      ))}
    </ul>
  );
}
