// SPDX-License-Identifier: Apache-2.0
// Bins a heatmap's value buckets into the rows of the screen.

import type { HeatCell, SeriesValue } from '../api/types.ts';

export interface HeatScale {
  kind: 'linear' | 'log';
  min: number;
  max: number;
}

export interface HeatGrid {
  columns: number;
  rows: number;
  scale: HeatScale;
  /** `counts[column * rows + row]`, row 0 lowest. */
  counts: Float64Array;
  max: number;
  total: number;
}

/** Where `value` lies on the scale, 0 to 1. */
export function positionOf(scale: HeatScale, value: number): number {
  if (scale.kind === 'linear') return (value - scale.min) / (scale.max - scale.min);
  const low = Math.log(scale.min);
  return (Math.log(Math.max(value, scale.min)) - low) / (Math.log(scale.max) - low);
}

export function valueAt(scale: HeatScale, position: number): number {
  if (scale.kind === 'linear') return scale.min + position * (scale.max - scale.min);
  return scale.min * (scale.max / scale.min) ** position;
}

function cellsOf(series: SeriesValue[]): HeatCell[][] {
  return series.map((entry) => (Array.isArray(entry) ? entry : []));
}

/** A value below which half of the counts lie, roughly. */
function medianOf(cells: HeatCell[]): number {
  const sorted = [...cells].sort((a, b) => a[0] - b[0]);
  const half = sorted.reduce((sum, cell) => sum + cell[2], 0) / 2;
  let seen = 0;
  for (const [min, max, count] of sorted) {
    seen += count;
    if (seen >= half) return (min + max) / 2;
  }
  return 0;
}

/** Above this ratio of the largest value to the median a linear axis would hide the bulk. */
const logRatio = 12;

export function chooseScale(series: SeriesValue[], wanted: 'linear' | 'log' | 'auto'): HeatScale {
  const cells = cellsOf(series).flat();
  const max = cells.reduce((top, cell) => Math.max(top, cell[1]), 0) || 1;
  const positive = cells.filter((cell) => cell[1] > 0);
  const smallest = positive.reduce((low, [min, top]) => Math.min(low, min > 0 ? min : top), max);
  const canLog = smallest > 0 && smallest < max && !cells.some((cell) => cell[0] < 0);
  const median = medianOf(cells);
  const log = wanted === 'log' || (wanted === 'auto' && median > 0 && max / median > logRatio);
  if (log && canLog) return { kind: 'log', min: smallest, max };
  const min = Math.min(0, ...cells.map((cell) => cell[0]));
  return { kind: 'linear', min, max };
}

/** Spreads each bucket's count over the rows it overlaps, in proportion, losing none of it. */
export function binHeat(series: SeriesValue[], rows: number, scale: HeatScale): HeatGrid {
  const columns = series.length;
  const counts = new Float64Array(columns * rows);
  let total = 0;
  cellsOf(series).forEach((cells, column) => {
    for (const [min, max, count] of cells) {
      total += count;
      const from = Math.max(0, Math.min(1, positionOf(scale, min))) * rows;
      const to = Math.max(from, Math.min(1, positionOf(scale, max)) * rows);
      const first = Math.min(rows - 1, Math.floor(from));
      const last = Math.min(rows - 1, Math.max(first, Math.ceil(to) - 1));
      const width = to - from;
      for (let row = first; row <= last; row += 1) {
        const overlap = Math.min(to, row + 1) - Math.max(from, row);
        const share = first === last || width <= 0 ? 1 : overlap / width;
        counts[column * rows + row]! += count * share;
      }
    }
  });
  return { columns, rows, scale, counts, max: counts.reduce((a, b) => Math.max(a, b), 0), total };
}

export interface CellBox {
  column0: number;
  column1: number;
  row0: number;
  row1: number;
}

/** Events inside a box of cells, both ends included. */
export function countIn(grid: HeatGrid, box: CellBox): number {
  let sum = 0;
  for (let column = box.column0; column <= box.column1; column += 1) {
    for (let row = box.row0; row <= box.row1; row += 1) {
      sum += grid.counts[column * grid.rows + row] ?? 0;
    }
  }
  return Math.round(sum);
}

/** Index into the six-step ramp; colour position is log1p(count) / log1p(max). */
export function rampIndex(count: number, max: number): number {
  if (count <= 0) return -1;
  return Math.min(5, Math.floor((Math.log1p(count) / Math.log1p(Math.max(max, 1))) * 6));
}
