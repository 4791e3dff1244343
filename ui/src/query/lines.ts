// SPDX-License-Identifier: Apache-2.0
// A result's groups as lines of a chart.

import type { Calculated, QueryResult, SeriesValue } from '../api/types.ts';
import type { Line } from '../chart/time_series.tsx';
import { assignColours } from '../format/colour.ts';
import { formatCompact, formatDurationMs, isMilliseconds } from '../format/number.ts';

/** Calculations whose absence means zero. */
const zeroOps = new Set(['COUNT', 'SUM', 'COUNT_DISTINCT', 'CONCURRENCY']);

export function groupLabel(group: readonly unknown[]): string {
  if (!group.length) return 'All events';
  return group.map((value) => (value === null ? '(no value)' : String(value))).join(' · ');
}

export function linesOf(result: QueryResult, calculation: number, omitMissing: boolean): Line[] {
  const labels = result.rows.map((row) => groupLabel(row.group));
  const colours = assignColours(labels);
  const op = result.calculations[calculation]!.op;
  const fill = !omitMissing && zeroOps.has(op) ? 0 : null;
  const numbers = (series: SeriesValue[] | undefined) =>
    (series ?? []).map((value) =>
      typeof value === 'number' ? value : typeof value === 'boolean' ? Number(value) : fill,
    );
  const earlier = result.compare?.series;
  return result.rows.map((_, row) => ({
    label: labels[row]!,
    colour: colours.get(labels[row]!)!,
    values: numbers(result.series?.rows[row]?.[calculation]),
    ...(earlier?.rows[row] ? { compared: numbers(earlier.rows[row][calculation]) } : {}),
  }));
}

/** Durations for milliseconds, plain numbers for counts of them. */
export function formatterOf({ op, column }: Calculated): (value: number) => string {
  return isMilliseconds(column) && !/^COUNT/.test(op) ? formatDurationMs : formatCompact;
}
