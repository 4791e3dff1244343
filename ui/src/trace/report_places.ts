// SPDX-License-Identifier: Apache-2.0
// Which row of a trace a report of an error belongs to.
import { isError } from './colors.ts';
import { isMissing, rowOfSpan, type TraceCols } from './cols.ts';
import type { ReportedError } from './trace_api.ts';

export type ReportedByRow = ReadonlyMap<number, ReportedError[]>;

function isSpan(cols: TraceCols, row: number): boolean {
  return cols.spanId[row] !== 0n && !isMissing(cols, row);
}

/** The deepest of the rows that `has` holds for; the first of them when several are as deep. */
function deepest(cols: TraceCols, has: (row: number) => boolean): number {
  let best = -1;
  for (let row = 0; row < cols.n; row++) {
    if (has(row) && (best < 0 || cols.depth[row]! > cols.depth[best]!)) best = row;
  }
  return best;
}

/**
 * The row of a report: the span it names, else the deepest span that failed in its service or
 * anywhere, else the deepest one at its time. Reporters tell time in whole seconds, so it counts least.
 */
export function rowOfReport(cols: TraceCols, report: ReportedError): number {
  if (report.span_id) {
    const named = rowOfSpan(cols, report.span_id);
    if (named >= 0) return named;
  }
  const failed = (row: number) => isSpan(cols, row) && isError(cols, row);
  const inService = (row: number) => cols.services[cols.svc[row]!] === report.dataset;
  const at = Number(BigInt(report.time_ns) - cols.t0Ns);
  const covers = (row: number) =>
    isSpan(cols, row) && cols.start[row]! <= at && at <= cols.start[row]! + cols.dur[row]!;
  const rules = [(row: number) => failed(row) && inService(row), failed, covers];
  for (const rule of rules) {
    const found = deepest(cols, rule);
    if (found >= 0) return found;
  }
  return 0;
}

export function placeReports(cols: TraceCols, reports: readonly ReportedError[]): ReportedByRow {
  const byRow = new Map<number, ReportedError[]>();
  for (const report of reports) {
    const row = rowOfReport(cols, report);
    byRow.set(row, [...(byRow.get(row) ?? []), report]);
  }
  return byRow;
}
