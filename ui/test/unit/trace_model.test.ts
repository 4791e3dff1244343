// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { TraceModel } from '../../src/trace/trace_model.ts';
import { readTraceUrl, writeTraceUrl } from '../../src/trace/trace_url.ts';
import { makeTrace } from './trace_make.ts';

const plainUrl = readTraceUrl(new URLSearchParams());

// 0 ─┬─ 1 ─── 2 (failed)
//    ├─ 3 (log)
//    └─ 4
const trace = makeTrace([
  { parent: -1, start: 0, dur: 100_000 },
  { parent: 0, start: 10_000, dur: 50_000, svc: 1 },
  { parent: 1, start: 20_000, dur: 90_000, svc: 2, flags: 1 },
  { parent: 0, start: 30_000, dur: 0, kind: 3, id: 0n },
  { parent: 0, start: 40_000, dur: 10_000 },
]);

function open(url: Partial<typeof plainUrl> = {}): TraceModel {
  return new TraceModel(trace, { ...plainUrl, ...url });
}

describe('TraceModel', () => {
  it('starts at the root with everything shown', () => {
    const model = open();
    expect(model.selected.value).toBe(0);
    expect([...model.rows.value]).toEqual([0, 1, 2, 3, 4]);
    expect(model.window.value).toEqual({ from: 0, to: 110_000 });
    expect(model.readUrl()).toEqual(plainUrl);
  });

  it('hands the selection to the row that hides it', () => {
    const model = open();
    model.select(2);
    model.setFolded(1, true);
    expect(model.selected.value).toBe(1);
    expect([...model.rows.value]).toEqual([0, 1, 3, 4]);
    model.setAllFolded(true);
    expect(model.selected.value).toBe(0);
  });

  it('opens what hides a row that is gone to', () => {
    const model = open();
    model.setAllFolded(true);
    model.matches.value = Uint32Array.of(2);
    expect(model.goToMatch(1)).toBe(true);
    expect(model.selected.value).toBe(2);
    expect([...model.rows.value]).toContain(2);
  });

  it('shows a subtree over the time of all that is in it', () => {
    const model = open();
    model.focus(1);
    expect([...model.rows.value]).toEqual([1, 2]);
    expect(model.whole.value).toEqual({ from: 10_000, to: 110_000 });
    expect(model.window.value).toEqual({ from: 10_000, to: 110_000 });
    model.select(4);
    expect(model.root.value).toBe(-1);
  });

  it('shows only matches and what is above them', () => {
    const model = open({ q: 'x', only: true });
    model.matches.value = Uint32Array.of(2);
    expect([...model.rows.value]).toEqual([0, 1, 2]);
    model.query.value = '';
    expect(model.rows.value.length).toBe(5);
  });

  it('counts failed rows of any range', () => {
    const model = open();
    expect(model.errorsIn(0, 5)).toBe(1);
    expect(model.errorsIn(0, 2)).toBe(0);
    expect(model.errorsIn(2, 3)).toBe(1);
  });

  it('keeps log lines off the critical path', () => {
    const model = open({ path: true });
    expect([...model.path.value!.row]).not.toContain(3);
  });

  it('comes back from its own URL', () => {
    const model = open();
    model.focus(1);
    model.select(2);
    model.setWindow({ from: 20_000, to: 60_000 });
    model.view.value = 'flame';
    model.query.value = 'a = "b c"';
    model.onlyMatches.value = true;
    model.colourBy.value = 'status';
    model.showPath.value = true;
    const params = new URLSearchParams();
    for (const [key, value] of Object.entries(writeTraceUrl(model.readUrl()))) {
      if (value !== null) params.set(key, value);
    }
    const again = new TraceModel(trace, readTraceUrl(new URLSearchParams(params.toString())));
    expect(again.readUrl()).toEqual(model.readUrl());
    expect(again.selected.value).toBe(2);
    expect(again.window.value).toEqual({ from: 20_000, to: 60_000 });
  });

  it('keeps the name of a span that has not arrived, until another is chosen', () => {
    const model = open({ span: '00000000000000aa' });
    expect(model.selected.value).toBe(0);
    expect(model.readUrl().span).toBe('00000000000000aa');
    model.select(0);
    expect(model.readUrl().span).toBe('0000000000000001');
  });

  it('names a log row by its time', () => {
    const model = open();
    model.select(3);
    expect(model.readUrl().span).toBe('log@30000');
    expect(open({ span: 'log@30000' }).selected.value).toBe(3);
    expect(open({ span: 'log@31000' }).selected.value).toBe(0);
  });

  it('opens an empty trace', () => {
    const model = new TraceModel(makeTrace([]), plainUrl);
    expect(model.selected.value).toBe(-1);
    expect(model.rows.value.length).toBe(0);
  });

  it('hides what came from a source, and shows it again when it is gone to', () => {
    const model = open();
    expect([...model.presentSources.value]).toEqual(['spans', 'logs']);
    model.toggleSource('logs');
    expect([...model.rows.value]).toEqual([0, 1, 2, 4]);
    expect(model.readUrl().hide).toBe('logs');
    model.select(3);
    expect([...model.rows.value]).toEqual([0, 1, 2, 3, 4]);
  });

  it('keeps rows below hidden ones, and what else is kept', () => {
    const model = open({ hide: 'spans,nonsense' });
    expect([...model.rows.value]).toEqual([3]);
    model.matches.value = Uint32Array.of(2, 3);
    model.query.value = 'x';
    model.onlyMatches.value = true;
    expect([...model.rows.value]).toEqual([3]);
    model.toggleSource('spans');
    model.toggleSource('logs');
    expect([...model.rows.value]).toEqual([0, 1, 2]);
  });
});
