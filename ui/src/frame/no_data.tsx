// SPDX-License-Identifier: Apache-2.0
// Says which kind of nothing this is: never any data, none in this range, or all filtered out.

import { apiUrl, getJson } from '../api/client.ts';
import { useResource } from '../api/resource.ts';
import type { DatasetInfo } from '../api/types.ts';
import { formatAgo } from '../format/time.ts';
import { setTimeRange } from '../route/route.ts';
import { Button } from '../ui/button.tsx';
import { EmptyState } from '../ui/empty_state.tsx';

export interface NoDataProps {
  /** Whether filters are set that could exclude everything. */
  filtered: boolean;
  /** `traces`, `events`… */
  what: string;
  dataset?: string;
}

/** Half an hour either side of the newest event. */
const aroundMs = 1_800_000;

export function NoData({ filtered, what, dataset = '__all__' }: NoDataProps) {
  const datasets = useResource('datasets', (abort) =>
    getJson<{ datasets: DatasetInfo[] }>(apiUrl('datasets'), abort),
  );
  if (!datasets.data) return null;
  const known = datasets.data.datasets.filter(({ slug }) => dataset === '__all__' || slug === dataset);
  const last = known.reduce((newest, { last_event_ms }) => Math.max(newest, last_event_ms ?? 0), 0);
  if (last === 0) {
    return (
      <EmptyState title="No data has arrived yet" actions={<a href="/send">Send data</a>}>
        Point an application at this server and its {what} appear here.
      </EmptyState>
    );
  }
  const jump = () =>
    setTimeRange({ kind: 'absolute', fromMs: last - aroundMs, toMs: Math.min(last + aroundMs, Date.now()) });
  return (
    <EmptyState
      title={filtered ? `No ${what} match here` : `No ${what} in this time range`}
      actions={<Button onClick={jump}>Jump to the newest event</Button>}
    >
      The newest event arrived {formatAgo(last, Date.now())}.
      {filtered && ' The filters may exclude everything, or the range may be too narrow.'}
    </EmptyState>
  );
}
