// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { Flag, spanIdHex, type TraceCols } from '../../src/trace/cols.ts';
import { JsonLines, pageSpans } from '../../src/trace/json_lines.ts';
import { sumSelfTimes } from '../../src/trace/self_time.ts';
import { amazonTraceId, plainTraceId, traceparent } from '../../src/trace/trace_ids.ts';
import { makeTrace, randomTrace } from './trace_make.ts';

const traceId = '6f0c9d7e5b3a41c2a7e8d9f001122334';

function textOf(lines: JsonLines): string {
  return Array.from({ length: lines.count }, (_, index) => lines.line(index)).join('\n');
}

function detailsOf(cols: TraceCols, lines: JsonLines, page: number) {
  const rows = lines.rows.subarray(page * pageSpans, (page + 1) * pageSpans);
  return Array.from(rows, (row) => ({
    span_id: spanIdHex(cols, row),
    fields: Object.fromEntries(Array.from({ length: row % 4 }, (_, k) => [`f${k}`, row])),
  }));
}

describe('the trace as JSON', () => {
  it('is JSON with one object per span, and skips log lines and missing spans', () => {
    const cols = makeTrace([
      { parent: -1, start: 0, dur: 100, flags: 1 },
      { parent: 0, start: 10, dur: 0, id: 0n },
      { parent: 0, start: 20, dur: 30, svc: 1, name: 1 },
      { parent: -1, start: 20, dur: 30, flags: Flag.missing },
    ]);
    const parsed = JSON.parse(textOf(new JsonLines(traceId, cols)));
    expect(parsed.trace_id).toBe(traceId);
    expect(parsed.spans).toEqual([
      {
        span_id: '0000000000000001',
        parent_id: null,
        service: 'frontend',
        name: 'GET /home',
        kind: 'server',
        start_ns: '1700000000000000000',
        duration_ns: 100,
        self_ns: 100,
        error: true,
      },
      expect.objectContaining({ parent_id: '0000000000000001', start_ns: '1700000000000000020' }),
    ]);
  });

  it('is JSON for any trace, whatever pages of it are known', () => {
    for (const size of [0, 1, 30, pageSpans, pageSpans + 1, 7 * pageSpans - 1]) {
      const cols = randomTrace(size, size);
      const lines = new JsonLines(traceId, cols);
      expect(JSON.parse(textOf(lines)).spans.length).toBe(size);
      for (const page of [0, 3, lines.pageOf(size - 1)]) {
        if (page * pageSpans < size && page >= 0) lines.put(page, detailsOf(cols, lines, page));
      }
      const { spans } = JSON.parse(textOf(lines));
      expect(spans.length).toBe(size);
      if (size > 3) expect(spans[3].fields).toEqual({ f0: 3, f1: 3, f2: 3 });
    }
  });

  it('knows where each line went when spans before it gained lines', () => {
    const cols = randomTrace(3, 5 * pageSpans + 7);
    const lines = new JsonLines(traceId, cols);
    for (const page of [4, 1, 5, 0]) {
      lines.put(page, detailsOf(cols, lines, page));
      for (let index = 0; index < lines.count; index++) {
        const place = lines.placeOf(index);
        expect(lines.indexOf(place)).toBe(index);
      }
      const start = lines.indexOf({ span: 2 * pageSpans + 1, line: 1 });
      expect(lines.line(start)).toContain(spanIdHex(cols, lines.rows[2 * pageSpans + 1]!));
    }
  });

  it('keeps a span that is not stored any more as its columns tell it', () => {
    const cols = randomTrace(1, 3);
    const lines = new JsonLines(traceId, cols);
    lines.put(0, detailsOf(cols, lines, 0).slice(1));
    expect(JSON.parse(textOf(lines)).spans[0].span_id).toBe(spanIdHex(cols, 0));
  });

  it('forgets the pages read first', () => {
    const cols = randomTrace(2, 60 * pageSpans);
    const lines = new JsonLines(traceId, cols);
    for (let page = 0; page < 60; page++) lines.put(page, detailsOf(cols, lines, page));
    expect([lines.has(0), lines.has(19), lines.has(20), lines.has(59)]).toEqual([
      false,
      false,
      true,
      true,
    ]);
    expect(JSON.parse(textOf(lines)).spans.length).toBe(6000);
  });
});

describe('ids for other tools', () => {
  it('spells them as those tools do', () => {
    expect(plainTraceId(`1-${traceId.slice(0, 8)}-${traceId.slice(8)}`)).toBe(traceId);
    expect(traceparent(traceId, '00f067aa0ba902b7')).toBe(`00-${traceId}-00f067aa0ba902b7-01`);
    expect(amazonTraceId(traceId, '00f067aa0ba902b7')).toBe(
      'Root=1-6f0c9d7e-5b3a41c2a7e8d9f001122334;Parent=00f067aa0ba902b7;Sampled=1',
    );
    expect(traceparent('a1b2c3d4e5f60718', '00f067aa0ba902b7')).toMatch(/^00-0{16}a1b2c3d4/);
  });
});

describe('sumSelfTimes', () => {
  it('groups by service and operation, most time first', () => {
    const cols = makeTrace([
      { parent: -1, start: 0, dur: 10, svc: 0, name: 0 },
      { parent: 0, start: 1, dur: 4, svc: 1, name: 1 },
      { parent: 0, start: 5, dur: 0, svc: 1, name: 1, id: 0n },
      { parent: 0, start: 6, dur: 9, svc: 1, name: 1 },
    ]);
    const all = sumSelfTimes(cols, 0, 4);
    expect(all.map(({ service, count, selfNs }) => [service, count, selfNs])).toEqual([
      ['backend', 2, 13],
      ['frontend', 1, 10],
    ]);
    expect(sumSelfTimes(cols, 1, 2).length).toBe(1);
  });
});
