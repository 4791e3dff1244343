// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { documentLines, findLines, joinLines, traceLines } from '../../src/trace/json_lines.ts';
import { sumSelfTimes } from '../../src/trace/self_time.ts';
import { amazonTraceId, plainTraceId, traceparent } from '../../src/trace/trace_ids.ts';
import { makeTrace, randomTrace } from './trace_make.ts';

const traceId = '6f0c9d7e5b3a41c2a7e8d9f001122334';

describe('the trace as JSON', () => {
  it('is JSON with one object per span, and skips log lines', () => {
    const cols = makeTrace([
      { parent: -1, start: 0, dur: 100, flags: 1 },
      { parent: 0, start: 10, dur: 0, id: 0n },
      { parent: 0, start: 20, dur: 30, svc: 1, name: 1 },
    ]);
    const parsed = JSON.parse(joinLines(traceLines(traceId, cols)));
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

  it('is JSON for any trace', () => {
    for (let seed = 0; seed < 20; seed++) {
      const cols = randomTrace(seed, 30);
      const lines = traceLines(traceId, cols);
      expect(JSON.parse(joinLines(lines)).spans.length).toBe(30);
    }
    expect(JSON.parse(joinLines(traceLines(traceId, makeTrace([])))).spans).toEqual([]);
  });

  it('finds lines whatever the case', async () => {
    const lines = documentLines({ a: 'Select', b: ['selected', 1] });
    expect(lines.count).toBe(7);
    expect([...(await findLines(lines, 'SELECT', new AbortController().signal))]).toEqual([1, 3]);
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
