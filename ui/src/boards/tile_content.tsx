// SPDX-License-Identifier: Apache-2.0

import { useMemo, useState } from 'preact/hooks';
import { useTracePages } from '../api/pages.ts';
import type { QueryResult } from '../api/types.ts';
import { HeatmapFigure } from '../chart/heatmap_figure.tsx';
import { TimeSeries } from '../chart/time_series.tsx';
import { describeOffset } from '../query/compare.ts';
import { formatterOf, linesOf } from '../query/lines.ts';
import { useQueryRun } from '../query/query_run.ts';
import { queryHref } from '../query/query_url.ts';
import { ResultsTable } from '../query/results_table.tsx';
import { printSelection } from '../query/selection.ts';
import type { QuerySpec } from '../query/spec.ts';
import { navigate, setTimeRange } from '../route/route.ts';
import { printRange, resolveRange, type TimeRange } from '../route/time_range.ts';
import { TraceTable } from '../traces/trace_table.tsx';
import { Skeleton } from '../ui/empty_state.tsx';
import { ErrorCard } from '../ui/error_card.tsx';

export interface TileQuery {
  dataset: string;
  spec: QuerySpec;
  range: TimeRange;
  /** The spec with its time filled in. */
  toRun: QuerySpec;
  style: 'graph' | 'table' | 'combo';
}

export interface TileContentProps {
  tile: TileQuery;
  refreshes: number;
}

const chartHeight = 118;

export function QueryTile({ tile, refreshes }: TileContentProps) {
  const { dataset, spec, toRun, style } = tile;
  const [hovered, setHovered] = useState<number | null>(null);
  const run = useQueryRun(JSON.stringify([dataset, toRun, refreshes]), { dataset, spec: toRun });
  const { result, state, error } = run;
  if (error && !result) return <ErrorCard what="The query failed" error={error} />;
  if (!result) return <Skeleton rows={6} />;
  if (state === 'done' && result.stats.rows_matched === 0) {
    return <p class="tile-none muted" data-state="empty">Nothing matches in this time.</p>;
  }
  return (
    <div class={`tile-body${state === 'loading' ? ' stale' : ''}`} data-state={state}>
      {style !== 'table' && result.series && <TileChart tile={tile} result={result} highlighted={hovered} />}
      {style !== 'graph' && (
        <ResultsTable result={result} dataset={dataset} spec={spec} onHover={setHovered} bare />
      )}
    </div>
  );
}

interface TileChartProps {
  tile: TileQuery;
  result: QueryResult;
  highlighted: number | null;
}

/** The first calculation; selecting in a heatmap opens the query with that selection. */
function TileChart({ tile, result, highlighted }: TileChartProps) {
  const lines = useMemo(() => linesOf(result, 0, false), [result]);
  const calculation = result.calculations[0]!;
  if (calculation.op === 'HEATMAP') {
    return (
      <HeatmapFigure
        result={result}
        calculation={0}
        scale="auto"
        selection={null}
        onSelect={(selection) => {
          if (!selection) return;
          navigate(queryHref(tile.dataset, tile.spec, tile.range, { sel: printSelection(selection) }));
        }}
        onMenu={() => undefined}
        height={chartHeight + 20}
      />
    );
  }
  return (
    <TimeSeries
      heading={calculation.key}
      timesMs={result.series!.times_ms}
      stepMs={result.granularity_ms}
      lines={lines}
      {...(result.compare ? { comparedName: describeOffset(result.compare.offset_s) } : {})}
      format={formatterOf(calculation)}
      log={false}
      stacked={false}
      omitMissing={false}
      highlighted={highlighted}
      onZoom={(fromMs, toMs) =>
        setTimeRange({ kind: 'absolute', fromMs: Math.floor(fromMs), toMs: Math.ceil(toMs) })
      }
      height={chartHeight}
    />
  );
}

export function TracesTile({ tile, refreshes }: TileContentProps) {
  const { dataset, spec, range } = tile;
  const times = useMemo(() => resolveRange(range, Date.now()), [printRange(range), refreshes]);
  const pages = useTracePages({
    dataset,
    start_ms: Math.floor(times.fromMs),
    end_ms: Math.ceil(times.toMs) + 1,
    filters: spec.filters ?? [],
    filter_combination: spec.filter_combination ?? 'AND',
    order: 'newest',
    columns: [],
    limit: 50,
  });
  if (pages.error) return <ErrorCard what="Traces could not be listed" error={pages.error} onRetry={pages.reload} />;
  if (pages.loading && !pages.items.length) return <Skeleton rows={6} />;
  if (!pages.items.length) {
    return <p class="tile-none muted" data-state="empty">No traces in this time.</p>;
  }
  return (
    <div class="tile-body" data-state="done">
      <TraceTable traces={pages.items} dataset={dataset} compact onEnd={pages.more} maxHeight="100%" />
    </div>
  );
}
