// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { spanIdHex } from '../../src/trace/cols.ts';
import { placeReports, rowOfReport } from '../../src/trace/report_places.ts';
import type { ReportedError } from '../../src/trace/trace_api.ts';
import { makeTrace } from './trace_make.ts';

const us = 1000;
const failed = 1;

function trace(failedRows: number[]) {
  const rows = [
    { parent: -1, start: 0, dur: 100 * us },
    { parent: 0, start: 10 * us, dur: 50 * us, svc: 1 },
    { parent: 1, start: 20 * us, dur: 20 * us, svc: 2 },
    { parent: 0, start: 70 * us, dur: 10 * us, svc: 1 },
  ];
  return makeTrace(rows.map((row, at) => ({ ...row, flags: failedRows.includes(at) ? failed : 0 })));
}

function report(cols: ReturnType<typeof trace>, more: Partial<ReportedError> = {}): ReportedError {
  return {
    kind: 'rollbar', span_id: null, time_ns: String(cols.t0Ns + 75n * 1000n), dataset: 'elsewhere',
    level: 'error', title: 'x', fields: {}, item_id: 1, counter: 1, occurrence_id: 1, ...more,
  };
}

describe('a report of an error', () => {
  it('belongs to the span it names', () => {
    const cols = trace([2]);
    expect(rowOfReport(cols, report(cols, { span_id: spanIdHex(cols, 3) }))).toBe(3);
  });

  it('else to the deepest span that failed in its service', () => {
    const cols = trace([0, 2, 3]);
    expect(rowOfReport(cols, report(cols, { dataset: cols.services[1]! }))).toBe(3);
  });

  it('else to the deepest that failed anywhere', () => {
    const cols = trace([0, 2]);
    expect(rowOfReport(cols, report(cols, { span_id: 'ffffffffffffffff' }))).toBe(2);
  });

  it('else to the deepest at its time, at last to the root', () => {
    const cols = trace([]);
    expect(rowOfReport(cols, report(cols))).toBe(3);
    expect(rowOfReport(cols, report(cols, { time_ns: String(cols.t0Ns + 10n ** 9n) }))).toBe(0);
  });

  it('shares a row with others', () => {
    const cols = trace([2]);
    const placed = placeReports(cols, [report(cols), report(cols, { occurrence_id: 2 })]);
    expect([...placed].map(([row, reports]) => [row, reports.length])).toEqual([[2, 2]]);
  });
});
