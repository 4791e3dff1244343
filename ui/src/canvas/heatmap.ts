// SPDX-License-Identifier: Apache-2.0
// Paints a heatmap: axes, cells, the cursor and the selection.

import { tokenColour } from '../format/colour.ts';
import { logTicks, timeTickLabel, timeTicks, valueTicks } from '../format/ticks.ts';
import { positionOf, rampIndex, type CellBox, type HeatGrid } from './heat_grid.ts';

/** Room for axes; the left one equals the time series' so that charts line up. */
export const plotLeft = 64;
export const plotRight = 20;
export const plotTop = 6;
export const plotBottom = 22;

export interface HeatmapView {
  grid: HeatGrid;
  /** Start of the first column, end of the last. */
  fromMs: number;
  toMs: number;
  cursor: { column: number; row: number } | null;
  selection: CellBox | null;
  focused: boolean;
  formatValue: (value: number) => string;
}

export interface PlotBox {
  left: number;
  top: number;
  width: number;
  height: number;
}

export function plotBox(width: number, height: number): PlotBox {
  return {
    left: plotLeft,
    top: plotTop,
    width: Math.max(1, width - plotLeft - plotRight),
    height: Math.max(1, height - plotTop - plotBottom),
  };
}

/** Sizes the bitmap for the screen's density and clears it; units are CSS pixels afterwards. */
export function prepareCanvas(canvas: HTMLCanvasElement): CanvasRenderingContext2D | null {
  const ratio = devicePixelRatio || 1;
  const { clientWidth: width, clientHeight: height } = canvas;
  if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(height * ratio);
  }
  const context = canvas.getContext('2d');
  context?.setTransform(ratio, 0, 0, ratio, 0, 0);
  context?.clearRect(0, 0, width, height);
  return context;
}

const rampSteps = [0, 1, 2, 3, 4, 5];

function isInside(cells: CellBox | null, column: number, row: number): boolean {
  return (
    cells !== null &&
    column >= cells.column0 &&
    column <= cells.column1 &&
    row >= cells.row0 &&
    row <= cells.row1
  );
}

/** Blue cells; those of the selection in amber. */
function paintCells(
  context: CanvasRenderingContext2D,
  box: PlotBox,
  { grid, selection }: HeatmapView,
): void {
  const ramp = rampSteps.map((step) => tokenColour(`heat${step}`));
  const picked = rampSteps.map((step) => tokenColour(`pick${step}`));
  const cellWidth = box.width / grid.columns;
  const cellHeight = box.height / grid.rows;
  for (let column = 0; column < grid.columns; column += 1) {
    const x0 = Math.round(box.left + column * cellWidth);
    const x1 = Math.round(box.left + (column + 1) * cellWidth);
    for (let row = 0; row < grid.rows; row += 1) {
      const step = rampIndex(grid.counts[column * grid.rows + row]!, grid.max);
      if (step < 0) continue;
      const y1 = Math.round(box.top + box.height - row * cellHeight);
      const y0 = Math.round(box.top + box.height - (row + 1) * cellHeight);
      context.fillStyle = (isInside(selection, column, row) ? picked : ramp)[step]!;
      context.fillRect(x0, y0, Math.max(1, x1 - x0), Math.max(1, y1 - y0));
    }
  }
}

function paintAxes(context: CanvasRenderingContext2D, box: PlotBox, view: HeatmapView): void {
  const { scale } = view.grid;
  context.font = '11px system-ui, sans-serif';
  context.fillStyle = tokenColour('text3');
  context.strokeStyle = tokenColour('line');
  context.lineWidth = 1;
  context.textBaseline = 'middle';
  context.textAlign = 'right';
  const ticks =
    scale.kind === 'log' ? logTicks(scale.min, scale.max) : valueTicks(scale.min, scale.max, 4);
  context.beginPath();
  for (const tick of ticks) {
    const y = Math.round(box.top + box.height * (1 - positionOf(scale, tick))) + 0.5;
    context.moveTo(box.left, y);
    context.lineTo(box.left + box.width, y);
    context.fillText(view.formatValue(tick), box.left - 8, y);
  }
  const span = view.toMs - view.fromMs;
  context.textAlign = 'center';
  context.textBaseline = 'top';
  for (const tick of timeTicks(view.fromMs, view.toMs, box.width / 90)) {
    const x = Math.round(box.left + ((tick - view.fromMs) / span) * box.width) + 0.5;
    context.moveTo(x, box.top);
    context.lineTo(x, box.top + box.height);
    context.fillText(timeTickLabel(tick, span), x, box.top + box.height + 7);
  }
  context.stroke();
}

function boxOnScreen(box: PlotBox, grid: HeatGrid, cells: CellBox): PlotBox {
  const width = box.width / grid.columns;
  const height = box.height / grid.rows;
  return {
    left: box.left + cells.column0 * width,
    top: box.top + box.height - (cells.row1 + 1) * height,
    width: (cells.column1 - cells.column0 + 1) * width,
    height: (cells.row1 - cells.row0 + 1) * height,
  };
}

function paintMarks(context: CanvasRenderingContext2D, box: PlotBox, view: HeatmapView): void {
  if (view.selection) {
    const area = boxOnScreen(box, view.grid, view.selection);
    context.strokeStyle = tokenColour('selected-line');
    context.lineWidth = 2;
    context.strokeRect(area.left, area.top, area.width, area.height);
  }
  if (view.cursor) {
    const { column, row } = view.cursor;
    const cell = { column0: column, column1: column, row0: row, row1: row };
    const area = boxOnScreen(box, view.grid, cell);
    context.strokeStyle = tokenColour(view.focused ? 'focus' : 'text');
    context.lineWidth = view.focused ? 2 : 1;
    context.strokeRect(area.left - 0.5, area.top - 0.5, area.width + 1, area.height + 1);
  }
}

export function paintHeatmap(canvas: HTMLCanvasElement, view: HeatmapView): void {
  const context = prepareCanvas(canvas);
  if (!context) return;
  const box = plotBox(canvas.clientWidth, canvas.clientHeight);
  paintAxes(context, box, view);
  paintCells(context, box, view);
  paintMarks(context, box, view);
}
