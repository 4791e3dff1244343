// SPDX-License-Identifier: Apache-2.0
// The heatmap's selection as the URL's `sel=x0,x1,y0,y1` (epoch seconds, values), and as filters.

import type { HeatSelection } from '../chart/heatmap_figure.tsx';
import type { Filter, QuerySpec } from './spec.ts';

export function parseSelection(text: string | null): HeatSelection | null {
  const parts = (text ?? '').split(',').map(Number);
  if (parts.length !== 4 || parts.some((part) => !Number.isFinite(part))) return null;
  const [x0, x1, low, high] = parts as [number, number, number, number];
  return x0 < x1 && low < high ? { fromMs: x0 * 1000, toMs: x1 * 1000, low, high } : null;
}

export function printSelection({ fromMs, toMs, low, high }: HeatSelection): string {
  return [fromMs / 1000, toMs / 1000, low, high].join(',');
}

/** The column of the first HEATMAP, which a selection is about. */
export function selectionColumn(spec: QuerySpec): string | null {
  return spec.calculations?.find(({ op }) => op === 'HEATMAP')?.column ?? null;
}

export function selectionFilters(selection: HeatSelection, column: string): Filter[] {
  return [
    { column, op: '>=', value: selection.low },
    { column, op: '<', value: selection.high },
  ];
}
