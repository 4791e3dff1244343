// SPDX-License-Identifier: Apache-2.0
// The errors that were reported from within a trace, loaded beside it.
import { isAbort } from '../api/client.ts';
import { route, setParams } from '../route/route.ts';
import { placeReports } from './report_places.ts';
import { fetchReported, type ReportedError } from './trace_api.ts';
import type { TraceModel } from './trace_model.ts';

/** Loads them, and selects the one that the address asks for. */
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
  if (!found || model.cols.n === 0) {
    setParams({ occ: null }, { replace: true });
    return;
  }
  model.select(found[0]);
  model.panelTab.value = 'errors';
  setParams({ occ: null, span: model.nameOf(found[0]) }, { replace: true });
}
