// SPDX-License-Identifier: Apache-2.0
// Who calls whom, how often, how fast, how well.

import { useMemo } from 'preact/hooks';
import { apiUrl, postJson } from '../api/client.ts';
import { useResource } from '../api/resource.ts';
import { formatCount } from '../format/number.ts';
import { refreshTick } from '../frame/auto_refresh.ts';
import { NoData } from '../frame/no_data.tsx';
import { useTitle } from '../frame/title.ts';
import { route, setParams, timeRange } from '../route/route.ts';
import { printRange, resolveRange } from '../route/time_range.ts';
import { Button } from '../ui/button.tsx';
import { Skeleton } from '../ui/empty_state.tsx';
import { ErrorCard } from '../ui/error_card.tsx';
import { Segmented } from '../ui/segmented.tsx';
import { EntityPanel, type EntityPanelProps } from './entity_panel.tsx';
import { FilterBox } from './filter_box.tsx';
import { GroupPicker } from './group_picker.tsx';
import { MapFigure } from './map_figure.tsx';
import { MapTable } from './map_table.tsx';
import { bothFilters } from './map_text.ts';
import type { MapScope, ServiceMap } from './map_types.ts';
import { useLayout } from './use_layout.ts';

/** Selecting one thing forgets the other. */
function select(kind: 'node' | 'edge' | null, id: string): void {
  setParams({ node: kind === 'node' ? id : null, edge: kind === 'edge' ? id : null }, { replace: true });
}

function entityOf(map: ServiceMap | null, nodeId: string, edgeId: string): EntityPanelProps['entity'] | null {
  const node = map?.nodes.find(({ id }) => id === nodeId);
  if (node) return { kind: 'node', node };
  const edge = map?.edges.find(({ id }) => id === edgeId);
  return edge ? { kind: 'edge', edge } : null;
}

export function MapScreen() {
  useTitle('Map');
  const { params } = route.value;
  const group = params.get('group') ?? '';
  const filter = params.get('filter') ?? '';
  const by = params.get('by') === 'latency' ? 'latency' : 'rate';
  const view = params.get('view') === 'table' ? 'table' : 'map';
  const direction = params.get('dir') === 'down' ? 'TB' : 'LR';
  const t = printRange(timeRange.value);
  const scope: MapScope = useMemo(() => {
    const { fromMs, toMs } = resolveRange(timeRange.value, Date.now());
    return { start_ms: Math.floor(fromMs), end_ms: Math.ceil(toMs) + 1, group, filter };
  }, [t, group, filter, refreshTick.value]);
  const { data: map, error, loading, reload } = useResource(JSON.stringify(scope), (abort) =>
    postJson<ServiceMap>(apiUrl('map'), scope, abort),
  );
  const layout = useLayout(map, direction);
  const selected = params.get('node') ?? params.get('edge') ?? '';
  const entity = entityOf(map, params.get('node') ?? '', params.get('edge') ?? '');
  const chosen = entity && (entity.kind === 'node' ? entity.node : entity.edge);
  const isLaidOut = layout !== null && map?.nodes.some(({ id }) => layout.nodes[id]);
  const state = error ? 'error' : !map || (map.nodes.length > 0 && !isLaidOut) ? 'loading' : map.nodes.length ? 'done' : 'empty';
  return (
    <div class="page map-page" data-state={state}>
      <div class="page-head">
        <h1>Map</h1>
        <span class="muted" role="status">
          {map && `${formatCount(map.nodes.length)} nodes, ${formatCount(map.traces)} traces`}
        </span>
        <span class="spacer" />
        <GroupPicker value={group} onChange={(name) => setParams({ group: name, node: null, edge: null })} />
        <label class="inline-field">
          Edges by
          <select
            class="select"
            value={by}
            onChange={(event) => setParams({ by: event.currentTarget.value === 'rate' ? null : 'latency' })}
          >
            <option value="rate">rate</option>
            <option value="latency">latency</option>
          </select>
        </label>
        <label class="inline-field">
          Layout
          <select
            class="select"
            value={direction}
            onChange={(event) => setParams({ dir: event.currentTarget.value === 'LR' ? null : 'down' })}
          >
            <option value="LR">left to right</option>
            <option value="TB">top down</option>
          </select>
        </label>
        <Segmented
          label="View"
          options={[
            { value: 'map', label: 'Map' },
            { value: 'table', label: 'Table' },
          ]}
          value={view}
          onChange={(next) => setParams({ view: next === 'map' ? null : next })}
        />
        <Button icon="refresh" look="ghost" label="Refresh" onClick={reload} />
      </div>
      <FilterBox
        value={filter}
        onApply={(expression) => setParams({ filter: expression || null, node: null, edge: null })}
        {...(chosen ? { proposal: bothFilters(filter, chosen.filter) } : {})}
      />
      {error && <ErrorCard what="The map could not be drawn" error={error} onRetry={reload} />}
      {state === 'loading' && <Skeleton rows={12} />}
      {state === 'empty' && <NoData filtered={filter !== '' || group !== ''} what="requests" />}
      {state === 'done' && map && layout && (
        <div class={`map-columns${entity ? ' with-panel' : ''}${loading ? ' stale' : ''}`}>
          {view === 'map' ? (
            <MapFigure map={map} layout={layout} selected={selected} by={by} onSelect={select} />
          ) : (
            <MapTable map={map} selected={selected} onSelect={select} />
          )}
          {entity && <EntityPanel map={map} scope={scope} entity={entity} t={t} onSelect={select} />}
        </div>
      )}
    </div>
  );
}
