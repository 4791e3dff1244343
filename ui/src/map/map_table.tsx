// SPDX-License-Identifier: Apache-2.0
// The map in words: the same nodes, edges and figures as two tables.

import { useMemo } from 'preact/hooks';
import { formatCount, formatPercent } from '../format/number.ts';
import { Table, type TableColumn } from '../ui/table.tsx';
import { milliseconds, rateOf, shortType } from './map_text.ts';
import type { GraphFigures, MapEdge, MapNode, ServiceMap } from './map_types.ts';
import { outcomeKinds } from './outcomes.ts';

export interface MapTableProps {
  map: ServiceMap;
  selected: string;
  onSelect: (kind: 'node' | 'edge', id: string) => void;
}

function figureColumns<T extends GraphFigures>(): TableColumn<T>[] {
  return [
    {
      key: 'total',
      header: 'Requests',
      align: 'end',
      sortValue: (row) => row.total,
      render: (row) => formatCount(row.total),
    },
    { key: 'rate', header: 'Rate', align: 'end', sortValue: (row) => row.per_minute, render: (row) => rateOf(row) },
    ...outcomeKinds.map((kind) => ({
      key: kind,
      header: kind === 'ok' ? 'OK' : `${kind[0]!.toUpperCase()}${kind.slice(1)}`,
      align: 'end' as const,
      class: kind === 'ok' ? '' : `outcome-cell ${kind}`,
      sortValue: (row: T) => (row.total ? row[kind] / row.total : 0),
      render: (row: T) =>
        row[kind] > 0 ? formatPercent(row[kind] / row.total) : <span class="muted">–</span>,
    })),
    { key: 'p50', header: 'p50', align: 'end', sortValue: (row) => row.p50_ms, render: (row) => milliseconds(row.p50_ms) },
    { key: 'p95', header: 'p95', align: 'end', sortValue: (row) => row.p95_ms, render: (row) => milliseconds(row.p95_ms) },
  ];
}

export function MapTable({ map, selected, onSelect }: MapTableProps) {
  const names = useMemo(() => new Map(map.nodes.map(({ id, name }) => [id, name])), [map]);
  const nodeColumns: TableColumn<MapNode>[] = [
    { key: 'name', header: 'Node', sortValue: (node) => node.name, render: (node) => node.name },
    {
      key: 'type',
      header: 'Kind',
      sortValue: (node) => node.kind,
      render: (node) => [node.kind, node.kind !== 'client' && shortType(node)].filter(Boolean).join(' · '),
    },
    ...figureColumns<MapNode>(),
  ];
  const edgeColumns: TableColumn<MapEdge>[] = [
    { key: 'from', header: 'From', sortValue: (edge) => names.get(edge.from) ?? '', render: (edge) => names.get(edge.from) },
    { key: 'to', header: 'To', sortValue: (edge) => names.get(edge.to) ?? '', render: (edge) => names.get(edge.to) },
    ...figureColumns<MapEdge>(),
    {
      key: 'network',
      header: 'Network p50 / p95',
      align: 'end',
      sortValue: (edge) => edge.network?.p50_ms ?? null,
      render: ({ network }) =>
        network ? `${milliseconds(network.p50_ms)} / ${milliseconds(network.p95_ms)}` : <span class="muted">–</span>,
    },
  ];
  return (
    <div class="map-tables">
      <Table
        label="Nodes"
        columns={nodeColumns}
        rows={map.nodes}
        rowKey={({ id }) => id}
        rowData={({ name }) => ({ 'data-node-row': name })}
        selectedKey={selected}
        onOpen={({ id }) => onSelect('node', id)}
      />
      <h2>Calls</h2>
      <Table
        label="Edges"
        columns={edgeColumns}
        rows={map.edges}
        rowKey={({ id }) => id}
        selectedKey={selected}
        onOpen={({ id }) => onSelect('edge', id)}
      />
    </div>
  );
}
