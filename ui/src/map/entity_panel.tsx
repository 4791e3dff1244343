// SPDX-License-Identifier: Apache-2.0
// Everything about the selected node or edge.

import { apiUrl, postJson } from '../api/client.ts';
import { useResource } from '../api/resource.ts';
import { TimeSeries, type Line } from '../chart/time_series.tsx';
import { formatCompact, formatCount, formatPercent } from '../format/number.ts';
import { hrefOf } from '../route/href.ts';
import { navigate, setTimeRange } from '../route/route.ts';
import { Button } from '../ui/button.tsx';
import { Skeleton } from '../ui/empty_state.tsx';
import { ErrorCard } from '../ui/error_card.tsx';
import { Table, type TableColumn } from '../ui/table.tsx';
import { withResponseTime } from './latency_bins.ts';
import { LatencyHistogram } from './latency_histogram.tsx';
import { bothFilters, milliseconds, rateOf, shortType } from './map_text.ts';
import type { GraphFigures, MapEdge, MapNode, MapOperation, MapScope, MapSeries, ServiceMap } from './map_types.ts';
import { outcomeColour, outcomeKinds, type OutcomeKind } from './outcomes.ts';

export interface EntityPanelProps {
  map: ServiceMap;
  scope: MapScope;
  entity: { kind: 'node'; node: MapNode } | { kind: 'edge'; edge: MapEdge };
  /** The screen's `t`, kept when going to the traces. */
  t: string;
  onSelect: (kind: 'node' | 'edge' | null, id: string) => void;
}

const nameOf = (map: ServiceMap, id: string) => map.nodes.find((node) => node.id === id)?.name ?? id;

/** The traces through an entity, within what the map shows. */
function tracesHref({ scope, t }: EntityPanelProps, filter: string): string {
  return hrefOf('/traces', { t, group: scope.group, filter: bothFilters(scope.filter, filter) });
}

export function EntityPanel(props: EntityPanelProps) {
  const { map, entity, onSelect } = props;
  const figures: GraphFigures = entity.kind === 'node' ? entity.node : entity.edge;
  const title =
    entity.kind === 'node' ? entity.node.name : `${nameOf(map, entity.edge.from)} → ${nameOf(map, entity.edge.to)}`;
  return (
    <aside class="map-panel" aria-label="Details">
      <div class="panel-title">
        <h2>{title}</h2>
        <Button look="ghost" icon="close" label="Close details" onClick={() => onSelect(null, '')} />
      </div>
      {entity.kind === 'node' && <NodeFacts node={entity.node} />}
      {figures.total > 0 && <OutcomeBar figures={figures} />}
      <dl class="map-facts">
        <div>
          <dt>Requests</dt>
          <dd>{formatCount(figures.total)}</dd>
        </div>
        <div>
          <dt>Rate</dt>
          <dd>{rateOf(figures)}</dd>
        </div>
        <div>
          <dt>p50</dt>
          <dd>{milliseconds(figures.p50_ms)}</dd>
        </div>
        <div>
          <dt>p95</dt>
          <dd>{milliseconds(figures.p95_ms)}</dd>
        </div>
      </dl>
      {entity.kind === 'edge' && entity.edge.network && <NetworkFacts edge={entity.edge} />}
      <div class="row">
        <a class="button primary" href={tracesHref(props, figures.filter)}>
          View traces
        </a>
        {figures.fault > 0 && (
          <a class="button" href={tracesHref(props, `${figures.filter} { fault }`)}>
            Faulty traces
          </a>
        )}
      </div>
      {entity.kind === 'node' && <Calls map={map} node={entity.node} onSelect={onSelect} />}
      {figures.total > 0 && <Charts {...props} figures={figures} />}
    </aside>
  );
}

function NodeFacts({ node }: { node: MapNode }) {
  const type = shortType(node);
  if (!type && node.kind !== 'inferred' && !node.root) return null;
  return (
    <p class="muted">
      {type}
      {node.kind === 'inferred' && `${type ? ' · ' : ''}inferred from its callers; not instrumented`}
      {node.root && `${type ? ' · ' : ''}traces begin here`}
    </p>
  );
}

function OutcomeBar({ figures }: { figures: GraphFigures }) {
  const present = outcomeKinds.filter((kind) => figures[kind] > 0);
  return (
    <ul class="outcome-list" aria-label="Outcomes">
      {present.map((kind) => (
        <li key={kind} style={{ '--swatch': `var(--${outcomeColour[kind]})`, flexGrow: figures[kind] }}>
          <span class="outcome-part" />
          <span>
            {formatPercent(figures[kind] / figures.total)} {kind}
          </span>
        </li>
      ))}
    </ul>
  );
}

function NetworkFacts({ edge }: { edge: MapEdge }) {
  const { p50_ms, p95_ms, count } = edge.network!;
  return (
    <p class="map-network">
      Network: <strong data-network-p50={p50_ms}>p50 {milliseconds(p50_ms)}</strong>, p95 {milliseconds(p95_ms)}
      <span class="caption"> the caller waited so much longer than the service took, in {formatCount(count)} calls</span>
    </p>
  );
}

function Calls({ map, node, onSelect }: { map: ServiceMap; node: MapNode; onSelect: EntityPanelProps['onSelect'] }) {
  const calls = map.edges.filter(({ from }) => from === node.id);
  const calledBy = map.edges.filter(({ to, from }) => to === node.id && from !== node.id);
  const list = (edges: MapEdge[], other: (edge: MapEdge) => string) =>
    edges.map((edge) => (
      <button key={edge.id} type="button" class="map-call" onClick={() => onSelect('edge', edge.id)}>
        {nameOf(map, other(edge))} <span class="caption">{rateOf(edge)}</span>
      </button>
    ));
  return (
    <>
      {calledBy.length > 0 && (
        <div class="map-calls">
          <h3>Called by</h3> {list(calledBy, ({ from }) => from)}
        </div>
      )}
      {calls.length > 0 && (
        <div class="map-calls">
          <h3>Calls</h3> {list(calls, ({ to }) => to)}
        </div>
      )}
    </>
  );
}

const lineKinds: [OutcomeKind | 'total', string][] = [
  ['total', 's0'],
  ['error', 'warn'],
  ['throttle', 'throttle'],
  ['fault', 'error'],
];

function linesOf(series: MapSeries): Line[] {
  return lineKinds
    .filter(([kind]) => kind === 'total' || series[kind].some((count) => count > 0))
    .map(([kind, token]) => ({
      label: kind === 'total' ? 'requests' : kind,
      values: series[kind],
      colour: { index: 0, hatched: false, token },
    }));
}

const operationColumns: TableColumn<MapOperation>[] = [
  { key: 'name', header: 'Operation', class: 'map-operation', render: ({ name }) => <span title={name}>{name}</span> },
  { key: 'total', header: 'Requests', align: 'end', sortValue: (row) => row.total, render: (row) => formatCount(row.total) },
  {
    key: 'fault',
    header: 'Fault',
    align: 'end',
    sortValue: (row) => row.fault,
    render: (row) =>
      row.fault ? <span class="error-text">{formatPercent(row.fault / row.total)}</span> : <span class="muted">–</span>,
  },
  { key: 'p95', header: 'p95', align: 'end', sortValue: (row) => row.p95_ms, render: (row) => milliseconds(row.p95_ms) },
];

function Charts(props: EntityPanelProps & { figures: GraphFigures }) {
  const { scope, figures, entity } = props;
  const body = { ...scope, entity: figures.filter, buckets: 60 };
  const series = useResource(JSON.stringify(body), (abort) => postJson<MapSeries>(apiUrl('map/series'), body, abort));
  if (series.error) {
    return <ErrorCard what="Its figures could not be read" error={series.error} onRetry={series.reload} />;
  }
  if (!series.data) return <Skeleton rows={6} />;
  const data = series.data;
  return (
    <div class={series.loading ? 'stale' : ''}>
      <TimeSeries
        heading="Requests by outcome"
        timesMs={data.times_ms}
        stepMs={data.bucket_ms}
        lines={linesOf(data)}
        format={formatCompact}
        log={false}
        stacked={false}
        omitMissing={false}
        highlighted={null}
        onZoom={(fromMs, toMs) =>
          setTimeRange({ kind: 'absolute', fromMs: Math.round(fromMs), toMs: Math.round(toMs) })
        }
      />
      <h3>Response times</h3>
      <LatencyHistogram
        key={figures.id}
        histogram={figures.histogram}
        p50Ms={figures.p50_ms}
        p95Ms={figures.p95_ms}
        onTraces={(fromMs, toMs) => navigate(tracesHref(props, withResponseTime(figures.filter, fromMs, toMs)))}
      />
      {entity.kind === 'node' && data.operations.length > 0 && (
        <>
          <h3>Top operations</h3>
          <Table
            label="Top operations"
            columns={operationColumns}
            rows={data.operations}
            rowKey={({ name }) => name}
            maxHeight="320px"
          />
        </>
      )}
    </div>
  );
}
