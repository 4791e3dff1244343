// SPDX-License-Identifier: Apache-2.0
// What came back: tabs, progress, and the state every test and screen reader can see.

import { useMemo } from 'preact/hooks';
import { apiUrl, postJson } from '../api/client.ts';
import { useTracePages, type RowsRequest } from '../api/pages.ts';
import type { ColumnInfo, QueryResult } from '../api/types.ts';
import { formatCompact, formatCount, formatDurationMs } from '../format/number.ts';
import { route, setParams } from '../route/route.ts';
import { printRange, resolveRange, type TimeRange } from '../route/time_range.ts';
import { Button } from '../ui/button.tsx';
import { ErrorCard } from '../ui/error_card.tsx';
import { Tabs } from '../ui/tabs.tsx';
import { announce } from '../ui/toast.tsx';
import { MenuButton } from '../ui/menu.tsx';
import { compareOffsets, describeOffset, offsetFits } from './compare.ts';
import { EventsTab } from './events_tab.tsx';
import { describeGranularity, granularities } from './granularity.ts';
import { Overview } from './overview.tsx';
import { useQueryRun, type QueryRun } from './query_run.ts';
import { lengthSeconds, specWithRange } from './query_url.ts';
import { parseSelection, selectionColumn, selectionFilters } from './selection.ts';
import { isEmptySpec, type QuerySpec } from './spec.ts';
import { TracesTab } from './traces_tab.tsx';

export interface ResultsViewProps {
  dataset: string;
  spec: QuerySpec;
  range: TimeRange;
  /** Seconds between the range and what it is compared with; null for no comparison. */
  compare: number | null;
  /** Grows with every press of Run, so that the same query can run again. */
  runs: number;
  columns: ColumnInfo[];
  onRun: (spec: QuerySpec) => void;
}

/** Remembers what ran, so that it can be found in the history. */
function remember(dataset: string, query: QuerySpec, { stats }: QueryResult): void {
  const { elapsed_ms, rows_matched } = stats;
  postJson(apiUrl('history'), { dataset, query, elapsed_ms, rows_matched }).catch(() => undefined);
}

/** The rows behind the result: its times and filters, narrowed by the heatmap's selection. */
function useRowsRequest(props: ResultsViewProps, result: QueryResult | null): RowsRequest {
  const { dataset, spec, range, runs } = props;
  const selText = route.value.params.get('sel');
  return useMemo(() => {
    const selection = parseSelection(selText);
    const column = selectionColumn(spec);
    const times = result
      ? { fromMs: result.start_ms, toMs: result.end_ms }
      : resolveRange(range, Date.now());
    const narrowed = selection && column ? selection : null;
    const extra = narrowed && column ? selectionFilters(narrowed, column) : [];
    return {
      dataset,
      start_ms: Math.floor(narrowed?.fromMs ?? times.fromMs),
      end_ms: Math.ceil(narrowed?.toMs ?? times.toMs),
      filters: [...(spec.filters ?? []), ...extra],
      filter_combination: extra.length ? 'AND' : (spec.filter_combination ?? 'AND'),
    };
  }, [dataset, JSON.stringify(spec), printRange(range), runs, selText, result?.start_ms, result?.end_ms]);
}

export function ResultsView(props: ResultsViewProps) {
  const { dataset, spec, range, compare, runs } = props;
  const { params } = route.value;
  const empty = isEmptySpec(spec);
  const tab = params.get('tab') ?? (empty ? 'events' : 'overview');
  const toRun = useMemo(
    () => specWithRange(spec, range, compare),
    [JSON.stringify(spec), printRange(range), compare],
  );
  const key = empty ? null : JSON.stringify([dataset, toRun, runs]);
  const run = useQueryRun(key, { dataset, spec: toRun }, (result) => {
    remember(dataset, toRun, result);
    announce(`${formatCount(result.rows.length)} groups, ${formatCount(result.stats.rows_matched)} events`);
  });
  const complete = run.state === 'done' ? run.result : null;
  const request = useRowsRequest(props, run.result);
  const settled = empty || complete !== null;
  const traceCount = useTracePages(
    settled ? { ...request, order: 'newest', columns: [], limit: 1 } : null,
  );
  const tabs = [
    { id: 'overview', label: 'Overview', count: run.result ? formatCompact(run.result.groups_total) : undefined },
    { id: 'traces', label: 'Traces', count: traceCount.matched === null ? undefined : formatCompact(traceCount.matched) },
    { id: 'events', label: 'Events', count: run.result ? formatCompact(run.result.stats.rows_matched) : undefined },
  ];
  return (
    <section class="results" data-state={empty && tab !== 'overview' ? 'done' : stateOf(run)} aria-label="Query results">
      <h2 class="visually-hidden">Results</h2>
      <Tabs
        label="Results"
        tabs={tabs}
        selected={tab}
        onSelect={(id) => setParams({ tab: id === 'overview' && !empty ? null : id }, { replace: true })}
        aside={<RunStatus {...props} run={run} />}
      >
        {run.error && tab === 'overview' && (
          <ErrorCard
            what={run.error.code === 'cancelled' ? 'Cancelled' : 'The query failed'}
            error={run.error}
            onRetry={() => props.onRun(spec)}
          />
        )}
        {tab === 'overview' && <Overview {...props} run={run} />}
        {tab === 'traces' && <TracesTab {...props} request={request} />}
        {tab === 'events' && <EventsTab {...props} request={request} />}
      </Tabs>
    </section>
  );
}

function stateOf(run: QueryRun): string {
  if (run.state === 'done' && run.result && run.result.stats.rows_matched === 0) return 'empty';
  return run.state;
}

function RunStatus(props: ResultsViewProps & { run: QueryRun }) {
  const { run, spec, onRun } = props;
  const { state, progress, result } = run;
  if (state === 'loading' || state === 'partial') {
    const share = progress?.rows_total ? progress.rows_scanned / progress.rows_total : 0;
    return (
      <>
        {state === 'partial' && <span class="badge">partial</span>}
        {progress && (
          <span class="run-progress">
            <progress max={1} value={share} aria-label="Rows scanned" />
            {formatCompact(progress.rows_scanned)} of {formatCompact(progress.rows_total)} rows
          </span>
        )}
        <Button icon="close" class="cancel-run" onClick={run.cancel}>
          Cancel query
        </Button>
      </>
    );
  }
  if (!result || state === 'error') return null;
  const { rows_matched, rows_scanned, elapsed_ms } = result.stats;
  return (
    <>
      <span class="run-stats">
        {formatCount(rows_matched)} of {formatCompact(rows_scanned)} rows · {formatDurationMs(elapsed_ms)}
      </span>
      {result.series && <GranularityMenu result={result} spec={spec} onRun={onRun} />}
      <CompareMenu compare={props.compare} seconds={lengthSeconds(props.range)} />
    </>
  );
}

/** Only offsets that do not overlap the range can be chosen. */
function CompareMenu({ compare, seconds }: { compare: number | null; seconds: number }) {
  const isOn = compare !== null && offsetFits(compare, seconds);
  const choose = (offset: number | null) => () => setParams({ cmp: offset === null ? null : String(offset) });
  return (
    <MenuButton
      look="ghost"
      align="end"
      menuLabel="Compare"
      items={[
        { label: 'Off', checked: !isOn, onSelect: choose(null) },
        ...compareOffsets
          .filter((offset) => offsetFits(offset, seconds))
          .map((offset) => ({
            label: describeOffset(offset),
            checked: offset === compare,
            onSelect: choose(offset),
          })),
      ]}
    >
      {isOn ? `Compared with ${describeOffset(compare)}` : 'Compare'}
    </MenuButton>
  );
}

interface GranularityMenuProps {
  result: QueryResult;
  spec: QuerySpec;
  onRun: (spec: QuerySpec) => void;
}

function GranularityMenu({ result, spec, onRun }: GranularityMenuProps) {
  const chosen = spec.granularity ?? 0;
  const shown = describeGranularity(result.granularity_ms / 1000);
  const choices = granularities((result.end_ms - result.start_ms) / 1000);
  return (
    <MenuButton
      look="ghost"
      align="end"
      menuLabel="Granularity"
      items={[
        { label: 'Automatic', checked: !chosen, onSelect: () => onRun({ ...spec, granularity: undefined }) },
        ...choices.map((seconds) => ({
          label: describeGranularity(seconds),
          checked: seconds === chosen,
          onSelect: () => onRun({ ...spec, granularity: seconds }),
        })),
      ]}
    >
      Granularity {chosen ? shown : `auto ${shown}`}
    </MenuButton>
  );
}
