// SPDX-License-Identifier: Apache-2.0
// One query on a board: a chart, a table, both, or a list of traces.

import { useMemo } from 'preact/hooks';
import { getJson } from '../api/client.ts';
import { useResource } from '../api/resource.ts';
import type { BoardPanel } from '../api/types.ts';
import { readOffset } from '../query/compare.ts';
import { queryHref, rangeOfSpec, specWithRange } from '../query/query_url.ts';
import { withoutTime, type QuerySpec } from '../query/spec.ts';
import { hrefOf } from '../route/href.ts';
import { navigate, route } from '../route/route.ts';
import { defaultRange, parseRange, printRange } from '../route/time_range.ts';
import { Skeleton } from '../ui/empty_state.tsx';
import { ErrorCard } from '../ui/error_card.tsx';
import { MenuButton } from '../ui/menu.tsx';
import { describeRange } from '../ui/time_picker.tsx';
import { positionOf } from './layout.ts';
import { NetworkTile } from './network_tile.tsx';
import { QueryTile, TracesTile, type TileQuery } from './tile_content.tsx';

export interface TileProps {
  panel: BoardPanel;
  refreshes: number;
  canMove: (step: number) => boolean;
  onMove: (step: number) => void;
  onRemove: () => void;
}

type QueryPanel = NonNullable<BoardPanel['query_panel']>;

interface TileSource {
  spec: QuerySpec;
  name: string;
  description: string;
}

async function loadSource(panel: QueryPanel, abort: AbortSignal): Promise<TileSource> {
  const ds = encodeURIComponent(panel.dataset ?? '__all__');
  const [{ id: _id, ...spec }, annotation] = await Promise.all([
    getJson<QuerySpec>(`/1/queries/${ds}/${encodeURIComponent(panel.query_id)}`, abort),
    getJson<{ name: string; description?: string }>(
      `/1/query_annotations/${ds}/${encodeURIComponent(panel.query_annotation_id)}`,
      abort,
    ),
  ]);
  return { spec, name: annotation.name, description: annotation.description ?? '' };
}

export function Tile(props: TileProps) {
  const { panel } = props;
  const { x_coordinate, y_coordinate, width, height } = positionOf(panel, 0);
  const place = {
    gridColumn: `${x_coordinate + 1} / span ${width}`,
    gridRow: `${y_coordinate + 1} / span ${height}`,
  };
  return (
    <div class="tile card" style={place}>
      {panel.query_panel && <QueryPanelTile {...props} query={panel.query_panel} />}
      {panel.text_panel && <p class="tile-text">{panel.text_panel.content}</p>}
    </div>
  );
}

function QueryPanelTile({ query, ...props }: TileProps & { query: QueryPanel }) {
  const source = useResource(`${query.query_id}/${query.query_annotation_id}`, (abort) =>
    loadSource(query, abort),
  );
  const override = parseRange(route.value.params.get('t'));
  const dataset = query.dataset ?? '__all__';
  const view = query.visualization_settings?.tracery_view;
  const asTraces = view === 'traces';
  const tile = useMemo<TileQuery | null>(() => {
    if (!source.data) return null;
    const range = override ?? rangeOfSpec(source.data.spec) ?? defaultRange;
    const spec = withoutTime(source.data.spec);
    const compare = readOffset(source.data.spec.compare_time_offset_seconds);
    return { dataset, spec, range, toRun: specWithRange(spec, range, compare), style: query.query_style };
  }, [source.data, route.value.params.get('t'), dataset]);
  if (source.error) return <ErrorCard what="This tile could not be read" error={source.error} onRetry={source.reload} />;
  if (!tile || !source.data) return <Skeleton />;
  const href =
    view === 'network'
      ? hrefOf('/map', { t: printRange(tile.range), view: 'table' })
      : queryHref(dataset, tile.spec, tile.range, { tab: asTraces ? 'traces' : null });
  return (
    <>
      <div class="tile-head">
        <h2 class="ellipsis">
          <a href={href} title={source.data.description}>
            {source.data.name}
          </a>
        </h2>
        <span class="caption">{describeRange(tile.range)}</span>
        <MenuButton
          look="ghost"
          icon="menu"
          label={`Actions for ${source.data.name}`}
          align="end"
          items={[
            { label: view === 'network' ? 'Open the map' : 'Open in Query', icon: 'search', onSelect: () => navigate(href) },
            { label: 'Move earlier', disabled: !props.canMove(-1), onSelect: () => props.onMove(-1) },
            { label: 'Move later', disabled: !props.canMove(1), onSelect: () => props.onMove(1) },
            { label: 'Remove from board', icon: 'trash', separated: true, onSelect: props.onRemove },
          ]}
        />
      </div>
      {asTraces ? (
        <TracesTile tile={tile} refreshes={props.refreshes} />
      ) : view === 'network' ? (
        <NetworkTile tile={tile} refreshes={props.refreshes} />
      ) : (
        <QueryTile tile={tile} refreshes={props.refreshes} />
      )}
    </>
  );
}
