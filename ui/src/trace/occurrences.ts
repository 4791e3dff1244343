// SPDX-License-Identifier: Apache-2.0
// The errors that were reported from within a trace, each at the row it belongs to.
import { isAbort } from '../api/client.ts';
import { route, setParams } from '../route/route.ts';
import { isError } from './colors.ts';
import { isMissing, rowOfSpan, type TraceCols } from './cols.ts';
import { fetchReported, type ReportedError } from './trace_api.ts';
import type { TraceModel } from './trace_model.ts';

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

/** Loads them beside the trace, and selects the one that the address asks for. */
export function followReports(traceId: string, model: TraceModel): () => void {
  const abort = new AbortController();
  fetchReported(traceId, abort.signal).then(
    (reports) => {
      model.reported.value = placeReports(model.cols, reports);
      goToAsked(model);
    },
    (error: unknown) => {
      // The trace stands without them.
      if (!isAbort(error)) model.reported.value = new Map();
    },
  );
  return () => abort.abort();
}

function goToAsked(model: TraceModel): void {
  const asked = route.value.params.get('occ');
  if (asked === null) return;
  const isAsked = ({ occurrence_id: id }: ReportedError) => String(id) === asked;
  const found = [...model.reported.value].find(([, reports]) => reports.some(isAsked));
  if (!found) {
    setParams({ occ: null }, { replace: true });
    return;
  }
  model.select(found[0]);
  model.panelTab.value = 'errors';
  setParams({ occ: null, span: model.nameOf(found[0]) }, { replace: true });
}
