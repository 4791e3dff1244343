// SPDX-License-Identifier: Apache-2.0
// Front-to-back network latency, call by call: the caller's duration less the called service's.

import { useMemo } from 'preact/hooks';
import { apiUrl, postJson } from '../api/client.ts';
import { useResource } from '../api/resource.ts';
import { formatCount } from '../format/number.ts';
import { milliseconds } from '../map/map_text.ts';
import type { MapEdge, Network, ServiceMap } from '../map/map_types.ts';
import { hrefOf } from '../route/href.ts';
import { navigate } from '../route/route.ts';
import { printRange, resolveRange } from '../route/time_range.ts';
import { Skeleton } from '../ui/empty_state.tsx';
import { ErrorCard } from '../ui/error_card.tsx';
import { Table, type TableColumn } from '../ui/table.tsx';
import type { TileContentProps } from './tile_content.tsx';

interface Call {
  edge: MapEdge;
  network: Network;
  from: string;
  to: string;
}

const columns: TableColumn<Call>[] = [
  { key: 'from', header: 'From', sortValue: (call) => call.from, render: (call) => call.from },
  { key: 'to', header: 'To', sortValue: (call) => call.to, render: (call) => call.to },
  { key: 'calls', header: 'Calls', align: 'end', sortValue: ({ network }) => network.count, render: ({ network }) => formatCount(network.count) },
  { key: 'p50', header: 'Network p50', align: 'end', sortValue: ({ network }) => network.p50_ms, render: ({ network }) => milliseconds(network.p50_ms) },
  { key: 'p95', header: 'Network p95', align: 'end', sortValue: ({ network }) => network.p95_ms, render: ({ network }) => milliseconds(network.p95_ms) },
  { key: 'whole', header: 'Whole call p95', align: 'end', sortValue: ({ edge }) => edge.p95_ms, render: ({ edge }) => milliseconds(edge.p95_ms) },
];

function callsOf({ nodes, edges }: ServiceMap): Call[] {
  const names = new Map(nodes.map(({ id, name }) => [id, name]));
  return edges
    .flatMap((edge) =>
      edge.network
        ? [{ edge, network: edge.network, from: names.get(edge.from) ?? '', to: names.get(edge.to) ?? '' }]
        : [],
    )
    .sort((a, b) => b.network.p95_ms - a.network.p95_ms);
}

export function NetworkTile({ tile, refreshes }: TileContentProps) {
  const t = printRange(tile.range);
  const body = useMemo(() => {
    const { fromMs, toMs } = resolveRange(tile.range, Date.now());
    return { start_ms: Math.floor(fromMs), end_ms: Math.ceil(toMs) + 1 };
  }, [t, refreshes]);
  const map = useResource(JSON.stringify(body), (abort) => postJson<ServiceMap>(apiUrl('map'), body, abort));
  if (map.error) return <ErrorCard what="Calls could not be read" error={map.error} onRetry={map.reload} />;
  if (!map.data) return <Skeleton rows={4} />;
  const calls = callsOf(map.data);
  if (calls.length === 0) {
    return <p class="tile-none muted" data-state="empty">No call was seen from both ends in this time.</p>;
  }
  return (
    <div class="tile-body" data-state="done">
      <Table
        label="Network latency"
        columns={columns}
        rows={calls}
        rowKey={({ edge }) => edge.id}
        onOpen={({ edge }) => navigate(hrefOf('/map', { t, edge: edge.id }))}
        maxHeight="100%"
      />
    </div>
  );
}
