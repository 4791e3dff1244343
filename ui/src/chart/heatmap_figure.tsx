// SPDX-License-Identifier: Apache-2.0
// The heatmap as a figure: hover, selection by mouse and by keyboard, spoken cells.

import { useMemo, useRef, useState } from 'preact/hooks';
import type { QueryResult } from '../api/types.ts';
import {
  binHeat,
  chooseScale,
  countIn,
  positionOf,
  valueAt,
  type CellBox,
  type HeatGrid,
} from '../canvas/heat_grid.ts';
import { paintHeatmap, plotBox } from '../canvas/heatmap.ts';
import { formatCompact, formatCount, formatDurationMs, isMilliseconds } from '../format/number.ts';
import { formatClock, formatInstant } from '../format/time.ts';
import { announce } from '../ui/toast.tsx';
import { ChartFrame, type ChartTable } from './chart_frame.tsx';
import { HeatLegend } from './heat_legend.tsx';
import { useCanvas } from './use_canvas.ts';

const rowCount = 40;

/** A box of time (epoch ms) and value, as the URL's `sel` carries it. */
export interface HeatSelection {
  fromMs: number;
  toMs: number;
  low: number;
  high: number;
}

export interface HeatmapFigureProps {
  result: QueryResult;
  /** Which of the result's calculations. */
  calculation: number;
  scale: 'linear' | 'log' | 'auto';
  selection: HeatSelection | null;
  onSelect: (selection: HeatSelection | null) => void;
  /** Enter on the keyboard's selection. */
  onMenu: () => void;
  actions?: preact.ComponentChildren;
  height?: number;
}

interface Cell {
  column: number;
  row: number;
}

function boxOf(a: Cell, b: Cell): CellBox {
  return {
    column0: Math.min(a.column, b.column),
    column1: Math.max(a.column, b.column),
    row0: Math.min(a.row, b.row),
    row1: Math.max(a.row, b.row),
  };
}

function cellsOf(selection: HeatSelection, grid: HeatGrid, times: number[], stepMs: number): CellBox {
  const column = (ms: number) => Math.round((ms - times[0]!) / stepMs);
  const row = (value: number) => Math.round(positionOf(grid.scale, value) * grid.rows);
  const clamp = (value: number, max: number) => Math.max(0, Math.min(max, value));
  const column0 = clamp(column(selection.fromMs), grid.columns - 1);
  const row0 = clamp(row(selection.low), grid.rows - 1);
  return {
    column0,
    column1: clamp(column(selection.toMs) - 1, grid.columns - 1),
    row0,
    row1: clamp(row(selection.high) - 1, grid.rows - 1),
  };
}

/** Enough digits to tell rows apart, few enough to read. */
function roundValue(value: number): number {
  return Number(value.toPrecision(6));
}

export function HeatmapFigure(props: HeatmapFigureProps) {
  const { result, calculation, onSelect } = props;
  const column = result.calculations[calculation]?.column ?? '';
  const times = result.series?.times_ms ?? [];
  const stepMs = result.granularity_ms;
  const series = result.series?.total[calculation] ?? [];
  const grid = useMemo(
    () => binHeat(series, rowCount, chooseScale(series, props.scale)),
    [series, props.scale],
  );
  const [cursor, setCursor] = useState<Cell | null>(null);
  const [focused, setFocused] = useState(false);
  const [drag, setDrag] = useState<{ from: Cell; to: Cell } | null>(null);
  const anchorRef = useRef<Cell | null>(null);
  const format = isMilliseconds(column) ? formatDurationMs : formatCompact;
  const selection = drag
    ? boxOf(drag.from, drag.to)
    : props.selection && cellsOf(props.selection, grid, times, stepMs);

  const lowOf = (row: number) => valueAt(grid.scale, row / grid.rows);
  const timeOf = (index: number) => (times[0] ?? 0) + index * stepMs;
  const canvasRef = useCanvas((canvas) =>
    paintHeatmap(canvas, {
      grid,
      fromMs: timeOf(0),
      toMs: timeOf(grid.columns),
      cursor,
      selection,
      focused,
      formatValue: format,
    }),
  );

  const commit = (box: CellBox) =>
    onSelect({
      fromMs: timeOf(box.column0),
      toMs: timeOf(box.column1 + 1),
      low: box.row0 === 0 && grid.scale.kind === 'log' ? 0 : roundValue(lowOf(box.row0)),
      high: roundValue(lowOf(box.row1 + 1)),
    });

  const speak = (box: CellBox) => {
    const events = formatCount(countIn(grid, box));
    const range = `${format(lowOf(box.row0))} to ${format(lowOf(box.row1 + 1))}`;
    announce(`${formatClock(timeOf(box.column0), false)}, ${range}, ${events} events`);
  };

  const cellAt = (event: PointerEvent): Cell => {
    const canvas = canvasRef.current!;
    const box = plotBox(canvas.clientWidth, canvas.clientHeight);
    const x = (event.offsetX - box.left) / box.width;
    const y = 1 - (event.offsetY - box.top) / box.height;
    const clamp = (value: number, count: number) =>
      Math.max(0, Math.min(count - 1, Math.floor(value * count)));
    return { column: clamp(x, grid.columns), row: clamp(y, grid.rows) };
  };

  const onKeyDown = (event: KeyboardEvent) => {
    const steps: Record<string, [number, number]> = {
      ArrowLeft: [-1, 0],
      ArrowRight: [1, 0],
      ArrowUp: [0, 1],
      ArrowDown: [0, -1],
    };
    const step = steps[event.key];
    if (step) {
      const from = cursor ?? { column: Math.floor(grid.columns / 2), row: Math.floor(grid.rows / 2) };
      const far = event.ctrlKey ? 8 : 1;
      const to = {
        column: Math.max(0, Math.min(grid.columns - 1, from.column + step[0] * far)),
        row: Math.max(0, Math.min(grid.rows - 1, from.row + step[1] * far)),
      };
      setCursor(to);
      if (event.shiftKey) {
        anchorRef.current ??= from;
        const box = boxOf(anchorRef.current, to);
        commit(box);
        speak(box);
      } else {
        anchorRef.current = null;
        speak(boxOf(to, to));
      }
    } else if (event.key === 'Enter') {
      if (!props.selection && cursor) commit(boxOf(cursor, cursor));
      props.onMenu();
    } else if (event.key === 'Escape' && (props.selection || cursor)) {
      anchorRef.current = null;
      setCursor(null);
      onSelect(null);
    } else return;
    event.preventDefault();
    event.stopPropagation();
  };

  const endDrag = (cancelled: boolean) => {
    if (drag && !cancelled) {
      const single = drag.from.column === drag.to.column && drag.from.row === drag.to.row;
      if (single) onSelect(null);
      else commit(boxOf(drag.from, drag.to));
    }
    setDrag(null);
  };

  const peak = `${format(grid.scale.min)} to ${format(grid.scale.max)}`;
  return (
    <ChartFrame
      name={`Heatmap of ${column}`}
      heading={result.calculations[calculation]?.key ?? 'HEATMAP'}
      summary={`${formatCount(grid.total)} events, values from ${peak}. Arrow keys move, Shift with arrows selects, Enter opens the menu.`}
      table={() => tableOf(grid, times, format)}
      actions={
        <>
          <HeatLegend max={grid.max} />
          {props.actions}
        </>
      }
    >
      <div class="chart-plot">
        <canvas
          ref={canvasRef}
          class="heatmap-canvas"
          style={{ height: `${props.height ?? 176}px` }}
          tabIndex={0}
          role="application"
          aria-label={`Cells of the heatmap of ${column}`}
          data-total={grid.total}
          onKeyDown={onKeyDown}
          onFocus={(event) => setFocused(event.currentTarget.matches(':focus-visible'))}
          onBlur={() => setFocused(false)}
          onPointerDown={(event) => {
            if (event.button !== 0) return;
            event.currentTarget.setPointerCapture(event.pointerId);
            const cell = cellAt(event);
            setDrag({ from: cell, to: cell });
          }}
          onPointerMove={(event) => {
            const cell = cellAt(event);
            setCursor(cell);
            if (drag) setDrag({ from: drag.from, to: cell });
          }}
          onPointerUp={() => endDrag(false)}
          onPointerCancel={() => endDrag(true)}
          onPointerLeave={() => !drag && !focused && setCursor(null)}
        />
        {cursor && !drag && (
          <HeatTip
            cursor={cursor}
            grid={grid}
            width={canvasRef.current?.clientWidth ?? 0}
            time={`${formatInstant(timeOf(cursor.column), false)}`}
            values={`${format(lowOf(cursor.row))} – ${format(lowOf(cursor.row + 1))}`}
          />
        )}
      </div>
    </ChartFrame>
  );
}

interface HeatTipProps {
  cursor: Cell;
  grid: HeatGrid;
  width: number;
  time: string;
  values: string;
}

function HeatTip({ cursor, grid, width, time, values }: HeatTipProps) {
  const box = plotBox(width, 0);
  const x = box.left + ((cursor.column + 0.5) / grid.columns) * box.width;
  const onRight = x < width / 2;
  const count = countIn(grid, boxOf(cursor, cursor));
  const column = { column0: cursor.column, column1: cursor.column, row0: 0, row1: grid.rows - 1 };
  const style = onRight ? { left: `${x + 14}px`, top: '8px' } : { right: `${width - x + 14}px`, top: '8px' };
  return (
    <div class="chart-tip" style={style} aria-hidden="true">
      <div class="muted">{time}</div>
      <div>
        <strong>{formatCount(count)}</strong> {count === 1 ? 'event' : 'events'} at {values}
      </div>
      <div class="muted">{formatCount(countIn(grid, column))} in this column</div>
    </div>
  );
}

/** Ten value bands are enough to read as text. */
function tableOf(grid: HeatGrid, times: number[], format: (value: number) => string): ChartTable {
  const bands = 10;
  const perBand = grid.rows / bands;
  return {
    times,
    columns: Array.from({ length: bands }, (_, band) => ({
      header: `${format(valueAt(grid.scale, band / bands))} +`,
      cells: times.map((_time, column) =>
        formatCount(
          countIn(grid, {
            column0: column,
            column1: column,
            row0: band * perBand,
            row1: (band + 1) * perBand - 1,
          }),
        ),
      ),
    })),
  };
}
