// SPDX-License-Identifier: Apache-2.0
// One chart per calculation, then the groups as a table.

import { useMemo, useState } from 'preact/hooks';
import type { QueryResult } from '../api/types.ts';
import { HeatmapFigure } from '../chart/heatmap_figure.tsx';
import { TimeSeries } from '../chart/time_series.tsx';
import { NoData } from '../frame/no_data.tsx';
import { route, setParams, setTimeRange } from '../route/route.ts';
import { Skeleton } from '../ui/empty_state.tsx';
import { describeOffset } from './compare.ts';
import { formatterOf, linesOf } from './lines.ts';
import type { QueryRun } from './query_run.ts';
import type { ResultsViewProps } from './results_view.tsx';
import { ResultsTable } from './results_table.tsx';
import { parseSelection, printSelection } from './selection.ts';
import { SelectionBar } from './selection_bar.tsx';
import { StartHints } from './start_hints.tsx';
import { PointMenu, type ChartPoint } from './point_menu.tsx';
import { isEmptySpec, type QuerySpec } from './spec.ts';
import { lookOf, withLook, type ChartLook } from './viz.ts';

export interface OverviewProps extends ResultsViewProps {
  run: QueryRun;
}

export function Overview(props: OverviewProps) {
  const { run, spec, dataset } = props;
  const [hovered, setHovered] = useState<number | null>(null);
  const [menuOpen, setMenuOpen] = useState(false);
  const { result } = run;
  if (isEmptySpec(spec)) return <StartHints onRun={props.onRun} columns={props.columns} />;
  if (!result) return run.state === 'error' ? null : <Skeleton rows={9} />;
  if (run.state === 'done' && result.stats.rows_matched === 0) {
    return <NoData what="events" dataset={dataset} filtered={(spec.filters?.length ?? 0) > 0} />;
  }
  const selection = parseSelection(route.value.params.get('sel'));
  const select = (next: typeof selection) => {
    setMenuOpen(false);
    setParams({ sel: next && printSelection(next) }, { replace: true });
  };
  return (
    <div class={run.state === 'loading' ? 'stale' : ''}>
      {result.series &&
        result.calculations.map((calculation, index) =>
          calculation.op === 'HEATMAP' ? (
            <div key={calculation.key}>
              <HeatmapFigure
                result={result}
                calculation={index}
                scale={heatScale(index)}
                selection={selection}
                onSelect={select}
                onMenu={() => setMenuOpen(true)}
                actions={<HeatToggles index={index} />}
              />
              {selection && (
                <SelectionBar
                  {...props}
                  result={result}
                  selection={selection}
                  column={calculation.column ?? ''}
                  menuOpen={menuOpen}
                  onMenuClose={() => setMenuOpen(false)}
                />
              )}
            </div>
          ) : (
            <CalculationChart
              key={calculation.key}
              dataset={dataset}
              spec={spec}
              result={result}
              index={index}
              highlighted={hovered}
            />
          ),
        )}
      <ResultsTable {...props} result={result} onHover={setHovered} />
    </div>
  );
}

function heatScale(index: number): 'linear' | 'log' | 'auto' {
  const look = lookOf(route.value.params.get('viz'), index);
  return look.log ? 'log' : look.linear ? 'linear' : 'auto';
}

function changeLook(index: number, change: Partial<ChartLook>): void {
  const viz = withLook(route.value.params.get('viz'), index, change);
  setParams({ viz: viz || null }, { replace: true });
}

function HeatToggles({ index }: { index: number }) {
  const scale = heatScale(index);
  return (
    <>
      <Toggle label="Linear" on={scale === 'linear'} onChange={(on) => changeLook(index, { linear: on, log: false })} />
      <Toggle label="Log" on={scale === 'log'} onChange={(on) => changeLook(index, { log: on, linear: false })} />
    </>
  );
}

interface ToggleProps {
  label: string;
  on: boolean;
  onChange: (on: boolean) => void;
}

function Toggle({ label, on, onChange }: ToggleProps) {
  return (
    <button type="button" class="toggle" aria-pressed={on} onClick={() => onChange(!on)}>
      {label}
    </button>
  );
}

interface CalculationChartProps {
  dataset: string;
  spec: QuerySpec;
  result: QueryResult;
  index: number;
  highlighted: number | null;
}

function CalculationChart({ dataset, spec, result, index, highlighted }: CalculationChartProps) {
  const [point, setPoint] = useState<ChartPoint | null>(null);
  const look = lookOf(route.value.params.get('viz'), index);
  const calculation = result.calculations[index]!;
  const lines = useMemo(() => linesOf(result, index, look.omitMissing), [result, index, look.omitMissing]);
  return (
    <>
      <TimeSeries
        heading={calculation.key}
        timesMs={result.series!.times_ms}
        stepMs={result.granularity_ms}
        lines={lines}
        {...(result.compare ? { comparedName: describeOffset(result.compare.offset_s) } : {})}
        format={formatterOf(calculation)}
        log={look.log}
        stacked={look.stacked}
        omitMissing={look.omitMissing}
        highlighted={highlighted}
        onPoint={(anchor, at, value) => setPoint({ anchor, at, value })}
        onZoom={(fromMs, toMs) =>
          setTimeRange({ kind: 'absolute', fromMs: Math.floor(fromMs), toMs: Math.ceil(toMs) })
        }
        actions={
          <>
            <Toggle label="Log" on={look.log} onChange={(log) => changeLook(index, { log })} />
            {lines.length > 1 && (
              <Toggle label="Stacked" on={look.stacked} onChange={(stacked) => changeLook(index, { stacked })} />
            )}
            <Toggle
              label="Omit missing"
              on={look.omitMissing}
              onChange={(omitMissing) => changeLook(index, { omitMissing })}
            />
          </>
        }
      />
      {point && (
        <PointMenu
          dataset={dataset}
          spec={spec}
          result={result}
          calculation={calculation}
          point={point}
          onClose={() => setPoint(null)}
        />
      )}
    </>
  );
}
