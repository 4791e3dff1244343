// SPDX-License-Identifier: Apache-2.0
// What an Insights query found.

import { useMemo } from 'preact/hooks';
import { formatBytes, formatCount, formatDurationMs } from '../format/number.ts';
import { downloadText } from '../query/download.ts';
import { route, setParams } from '../route/route.ts';
import { Button } from '../ui/button.tsx';
import { EmptyState, Skeleton } from '../ui/empty_state.tsx';
import { ErrorCard } from '../ui/error_card.tsx';
import { Segmented } from '../ui/segmented.tsx';
import { InsightsCharts } from './insights_charts.tsx';
import { asCsv, chartsOf } from './insights_result.ts';
import type { InsightsRun } from './insights_run.ts';
import { InsightsTable } from './insights_table.tsx';
import type { InsightsAnswer } from './types.ts';

export interface InsightsResultsProps {
  run: InsightsRun;
  query: string;
  groups: string[];
  onFilter: (condition: string) => void;
  onRetry: () => void;
}

export function InsightsResults({ run, query, groups, onFilter, onRetry }: InsightsResultsProps) {
  const { answer, error } = run;
  const hasRows = (answer?.rows.length ?? 0) > 0;
  const dataState =
    run.state === 'running' ? 'loading' : error ? 'error' : run.state === 'idle' ? 'empty' : hasRows ? 'done' : 'empty';
  const charts = useMemo(
    () => (answer && run.state !== 'running' ? chartsOf(answer, answer.query) : null),
    [answer],
  );
  const wanted = route.value.params.get('view');
  const view = charts && wanted ? wanted : charts ? 'both' : 'table';
  return (
    <section class="insights-results results" data-state={dataState} aria-label="Results of the query">
      <div class="log-bar">
        <RunStatus run={run} />
        <span class="spacer" />
        {charts && (
          <Segmented
            label="Show as"
            options={[
              { value: 'both', label: 'Both' },
              { value: 'chart', label: 'Chart' },
              { value: 'table', label: 'Table' },
            ]}
            value={view as 'both' | 'chart' | 'table'}
            onChange={(value) => setParams({ view: value === 'both' ? null : value }, { replace: true })}
          />
        )}
        {answer && hasRows && <Downloads answer={answer} />}
      </div>
      {error && <ErrorCard what={error.place ? 'The query has a mistake' : 'The query failed'} error={error} onRetry={onRetry} />}
      {run.state === 'running' && !hasRows && <Skeleton rows={8} />}
      {run.state === 'idle' && (
        <EmptyState title="Nothing has been asked yet">
          Run the query with Ctrl Enter, or take a template, the history or a saved query.
        </EmptyState>
      )}
      {run.state === 'cancelled' && <EmptyState title="Cancelled">The query was stopped before it was done.</EmptyState>}
      {run.state === 'done' && !hasRows && answer && (
        <EmptyState title="No rows">
          {formatCount(answer.stats.records_scanned)} events were looked at; {formatCount(answer.stats.records_matched)}{' '}
          matched.
        </EmptyState>
      )}
      {answer && hasRows && (
        <div class={run.state === 'running' || error ? 'stale' : ''}>
          {charts && view !== 'table' && <InsightsCharts {...charts} />}
          {(view !== 'chart' || !charts) && (
            <InsightsTable answer={answer} groups={groups} query={query} onFilter={onFilter} />
          )}
        </div>
      )}
    </section>
  );
}

function RunStatus({ run }: { run: InsightsRun }) {
  const stats = run.state === 'running' ? run.progress : run.answer?.stats;
  const scanned = stats && (
    <>
      {formatCount(stats.records_scanned)} records scanned ({formatBytes(stats.bytes_scanned)}),{' '}
      {formatCount(stats.records_matched)} matched, {formatDurationMs(stats.elapsed_ms)}
    </>
  );
  return (
    <span class="muted" role="status">
      {run.state === 'running' && (
        <span class="running">
          Running… {scanned}
        </span>
      )}
      {run.state === 'done' && (
        <>
          <strong>{formatCount(run.answer?.rows.length ?? 0)} rows</strong> · {scanned}
        </>
      )}
      {run.state === 'cancelled' && <>Cancelled · {scanned}</>}
    </span>
  );
}

function Downloads({ answer }: { answer: InsightsAnswer }) {
  const json = () =>
    JSON.stringify(
      answer.rows.map((row) => Object.fromEntries(answer.columns.map((name, at) => [name, row[at] ?? null]))),
      null,
      1,
    );
  return (
    <>
      <Button look="ghost" icon="download" onClick={() => downloadText('insights.csv', 'text/csv', asCsv(answer))}>
        CSV
      </Button>
      <Button
        look="ghost"
        icon="download"
        onClick={() => downloadText('insights.json', 'application/json', json())}
      >
        JSON
      </Button>
    </>
  );
}
