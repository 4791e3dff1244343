// SPDX-License-Identifier: Apache-2.0
// One calculation over time, one line per group: uPlot in our colours, with our ticks.

import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import uPlot from 'uplot';
import { plotLeft, plotRight } from '../canvas/heatmap.ts';
import { tokenColour, tokenOf, type ColourSlot } from '../format/colour.ts';
import { timeTickLabel, timeTicks } from '../format/ticks.ts';
import { formatInstant } from '../format/time.ts';
import { preferences, shownTheme } from '../frame/preferences.ts';
import { ChartFrame } from './chart_frame.tsx';
import { useWidth } from './use_canvas.ts';

export interface Line {
  label: string;
  values: (number | null)[];
  colour: ColourSlot;
  /** The same some time earlier, drawn dashed. */
  compared?: (number | null)[];
}

export interface TimeSeriesProps {
  heading: string;
  timesMs: number[];
  stepMs: number;
  lines: Line[];
  /** How the compared values are named: `1 day earlier`. */
  comparedName?: string;
  format: (value: number) => string;
  log: boolean;
  stacked: boolean;
  /** Draws gaps where nothing happened instead of connecting what did. */
  omitMissing: boolean;
  /** The line to keep bright while the others dim. */
  highlighted: number | null;
  onZoom: (fromMs: number, toMs: number) => void;
  /** A click at a time bucket and a height; the anchor is a mark at that place. */
  onPoint?: (anchor: Element, index: number, value: number) => void;
  actions?: preact.ComponentChildren;
  height?: number;
}

const chartHeight = 132;
const shownGroups = 12;
const dimmed = 0.25;

/** Each line plus all those before it; nulls count as nothing. */
function stack(lines: Line[]): (number | null)[][] {
  const sums = new Array<number>(lines[0]?.values.length ?? 0).fill(0);
  return lines.map((line) =>
    line.values.map((value, i) => {
      sums[i]! += value ?? 0;
      return sums[i]!;
    }),
  );
}

/** The lines that have a dashed twin; sums of earlier values would say nothing. */
function comparedOf({ lines, stacked }: TimeSeriesProps): Line[] {
  return stacked ? [] : lines.filter((line) => line.compared);
}

function dataOf(props: TimeSeriesProps): uPlot.AlignedData {
  const times = props.timesMs.map((ms) => ms / 1000);
  const values = props.stacked ? stack(props.lines) : props.lines.map((line) => line.values);
  const all = [...values, ...comparedOf(props).map((line) => line.compared!)];
  const drawn = props.log
    ? all.map((line) => line.map((value) => (value !== null && value > 0 ? value : null)))
    : all;
  return [times, ...drawn] as uPlot.AlignedData;
}

function valueRange(props: TimeSeriesProps, low: number | null, high: number | null): uPlot.Range.MinMax {
  if (low === null || high === null) return props.log ? [1, 10] : [0, 1];
  if (props.log) return [Math.max(low * 0.8, 1e-9), Math.max(high * 1.2, low * 2)];
  return [Math.min(0, low), high > 0 ? high * 1.06 : 1];
}

function optionsOf(
  props: TimeSeriesProps,
  width: number,
  onHover: (index: number | null) => void,
  onClick: (plot: uPlot) => void,
): uPlot.Options {
  const axis = {
    stroke: tokenColour('text3'),
    font: '11px system-ui, sans-serif',
    grid: { stroke: tokenColour('line'), width: 1 },
    ticks: { show: false },
  };
  const from = props.timesMs[0] ?? 0;
  const to = (props.timesMs.at(-1) ?? 0) + props.stepMs;
  const span = to - from;
  return {
    width,
    height: props.height ?? chartHeight,
    padding: [8, plotRight, 0, 0],
    legend: { show: false },
    cursor: {
      sync: { key: 'query' },
      points: { size: 6 },
      drag: { x: true, y: false, setScale: false },
      focus: { prox: 24 },
    },
    focus: { alpha: dimmed },
    scales: {
      x: { time: false, range: () => [from / 1000, to / 1000] },
      y: {
        distr: props.log ? 3 : 1,
        range: (_plot, low, high) => valueRange(props, low, high),
      },
    },
    axes: [
      {
        ...axis,
        size: 24,
        splits: (plot) => timeTicks(from, to, plot.width / 100).map((ms) => ms / 1000),
        values: (_plot, ticks) => ticks.map((tick) => timeTickLabel(tick * 1000, span)),
      },
      {
        ...axis,
        size: plotLeft,
        gap: 8,
        space: 28,
        values: (_plot, ticks) => ticks.map((tick) => (tick === null ? null : props.format(tick))),
      },
    ],
    series: [
      {},
      ...props.lines.map((line) => ({
        label: line.label,
        stroke: tokenColour(tokenOf(line.colour)),
        width: 1.25,
        dash: line.colour.hatched ? [6, 3] : [],
        fill: props.lines.length === 1 || props.stacked ? `${tokenColour(tokenOf(line.colour))}22` : '',
        spanGaps: !props.omitMissing,
        points: { show: sparse(line), size: 5 },
      })),
      ...comparedOf(props).map((line) => ({
        label: line.label,
        stroke: tokenColour(tokenOf(line.colour)),
        width: 1,
        dash: [2, 4],
        spanGaps: !props.omitMissing,
        points: { show: false },
      })),
    ] as uPlot.Series[],
    hooks: {
      ready: [(plot) => plot.over.addEventListener('click', () => onClick(plot))],
      setCursor: [(plot) => onHover(plot.cursor.event ? (plot.cursor.idx ?? null) : null)],
      setSelect: [
        (plot) => {
          const { left, width: selected } = plot.select;
          if (selected < 4) return;
          props.onZoom(plot.posToVal(left, 'x') * 1000, plot.posToVal(left + selected, 'x') * 1000);
          plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
        },
      ],
    },
  };
}

/** Lone points would be invisible as lines. */
function sparse(line: Line): boolean {
  const present = line.values.filter((value) => value !== null).length;
  return present > 0 && present <= 30;
}

function summaryOf(props: TimeSeriesProps): string {
  const shown = props.lines.slice(0, 5).map((line) => {
    const values = line.values.filter((value): value is number => value !== null);
    if (!values.length) return `${line.label}: nothing`;
    const low = props.format(values.reduce((a, b) => Math.min(a, b)));
    const high = props.format(values.reduce((a, b) => Math.max(a, b)));
    const earlier = (line.compared ?? []).filter((value): value is number => value !== null);
    const then = earlier.length
      ? `, ${props.comparedName} highest ${props.format(earlier.reduce((a, b) => Math.max(a, b)))}`
      : '';
    return `${line.label}: lowest ${low}, highest ${high}, last ${props.format(values.at(-1)!)}${then}`;
  });
  const more = props.lines.length > 5 ? `; ${props.lines.length - 5} more lines` : '';
  return shown.join('; ') + more;
}

export function TimeSeries(props: TimeSeriesProps) {
  const [boxRef, width] = useWidth<HTMLDivElement>();
  const [hovered, setHovered] = useState<number | null>(null);
  const plotRef = useRef<uPlot | null>(null);
  const markRef = useRef<HTMLSpanElement>(null);
  const pointRef = useRef(props.onPoint);
  pointRef.current = props.onPoint;
  const zoomRef = useRef(props.onZoom);
  zoomRef.current = props.onZoom;
  const theme = shownTheme.value;
  const zone = preferences.value.timeZone;
  const data = useMemo(() => dataOf(props), [props.lines, props.timesMs, props.log, props.stacked]);

  const clickPoint = (plot: uPlot) => {
    const mark = markRef.current;
    const { idx, left = -1, top = -1 } = plot.cursor;
    if (!mark || idx === null || idx === undefined || left < 0) return;
    mark.style.left = `${left + plotLeft}px`;
    mark.style.top = `${top + 8}px`;
    pointRef.current?.(mark, idx, plot.posToVal(top, 'y'));
  };

  useEffect(() => {
    const box = boxRef.current;
    if (!box || width === 0) return undefined;
    const current = { ...props, onZoom: (from: number, to: number) => zoomRef.current(from, to) };
    const plot = new uPlot(optionsOf(current, width, setHovered, clickPoint), data, box);
    plotRef.current = plot;
    return () => {
      plot.destroy();
      plotRef.current = null;
    };
  }, [data, width > 0, theme, zone, props.log, props.stacked, props.omitMissing]);

  useEffect(() => {
    const plot = plotRef.current;
    if (plot && width > 0 && plot.width !== width) plot.setSize({ width, height: props.height ?? chartHeight });
  }, [width]);

  useEffect(() => {
    const plot = plotRef.current;
    if (!plot) return;
    plot.setSeries(props.highlighted === null ? null : props.highlighted + 1, { focus: true });
  }, [props.highlighted]);

  return (
    <ChartFrame
      name={`${props.heading} over time`}
      heading={props.heading}
      summary={summaryOf(props)}
      table={() => ({
        times: props.timesMs,
        columns: props.lines.slice(0, shownGroups).flatMap((line) => [
          { header: line.label, cells: cellsOf(line.values, props.format) },
          ...(line.compared
            ? [
                {
                  header: `${line.label}, ${props.comparedName}`,
                  cells: cellsOf(line.compared, props.format),
                },
              ]
            : []),
        ]),
      })}
      actions={props.actions}
    >
      <div class="chart-plot" ref={boxRef} style={{ minHeight: `${props.height ?? chartHeight}px` }}>
        <span class="point-mark" ref={markRef} aria-hidden="true" />
        {hovered !== null && plotRef.current && (
          <SeriesTip plot={plotRef.current} index={hovered} chart={props} />
        )}
      </div>
    </ChartFrame>
  );
}

function cellsOf(values: (number | null)[], format: (value: number) => string): string[] {
  return values.map((value) => (value === null ? '–' : format(value)));
}

interface SeriesTipProps {
  plot: uPlot;
  index: number;
  chart: TimeSeriesProps;
}

function SeriesTip({ plot, index, chart }: SeriesTipProps) {
  const left = plot.cursor.left ?? -1;
  if (left < 0) return null;
  const entries = chart.lines
    .map((line) => ({ line, value: line.values[index] ?? null }))
    .filter((entry): entry is { line: Line; value: number } => entry.value !== null)
    .sort((a, b) => b.value - a.value);
  const x = left + plotLeft;
  const style =
    x < plot.width / 2
      ? { left: `${x + 14}px`, top: '4px' }
      : { right: `${plot.width - x + 14}px`, top: '4px' };
  return (
    <div class="chart-tip" style={style} aria-hidden="true">
      <div class="muted">{formatInstant(chart.timesMs[index] ?? 0, false)}</div>
      {entries.slice(0, shownGroups).map(({ line, value }) => (
        <div class="chart-tip-line" key={line.label}>
          <Swatch colour={line.colour} />
          <span class="ellipsis">{line.label}</span>
          <strong>{chart.format(value)}</strong>
          {typeof line.compared?.[index] === 'number' && (
            <span class="muted">was {chart.format(line.compared[index])}</span>
          )}
        </div>
      ))}
      {entries.length > shownGroups && <div class="muted">{entries.length - shownGroups} more</div>}
      {entries.length === 0 && <div class="muted">nothing</div>}
    </div>
  );
}

export function Swatch({ colour }: { colour: ColourSlot }) {
  return (
    <span
      class={`swatch${colour.hatched ? ' hatched' : ''}`}
      style={{ '--swatch': `var(--${tokenOf(colour)})` }}
      aria-hidden="true"
    />
  );
}
