// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import type { TraceCols } from '../../src/trace/cols.ts';
import { criticalPath, sectionsOf } from '../../src/trace/critical_path.ts';
import { makeTrace, randomTrace } from './trace_make.ts';

// The definition, asked instant by instant: who was the trace waiting for at time t?
function waitedFor(cols: TraceCols, t: number): number {
  let row = -1;
  let bounds: [number, number] = [0, cols.durNs];
  for (;;) {
    const below: [number, number] = row < 0 ? [0, cols.n] : [row + 1, cols.end[row]!];
    const children: { row: number; from: number; to: number }[] = [];
    for (let c = below[0]; c < below[1]; c = cols.end[c]!) {
      const from = Math.max(cols.start[c]!, bounds[0]);
      const to = Math.min(cols.start[c]! + cols.dur[c]!, bounds[1]);
      if (to > from) children.push({ row: c, from, to });
    }
    let cursor = bounds[1];
    let chosen: { row: number; from: number; to: number } | undefined;
    for (;;) {
      const ended = children.filter((child) => child.to <= cursor);
      if (ended.length === 0) return row;
      const last = Math.max(...ended.map((child) => child.to));
      const tied = ended.filter((child) => child.to === last);
      const latest = Math.max(...tied.map((child) => child.from));
      chosen = tied.find((child) => child.from === latest)!;
      if (t >= chosen.to) return row;
      if (t >= chosen.from) break;
      cursor = chosen.from;
    }
    row = chosen.row;
    bounds = [chosen.from, chosen.to];
  }
}

describe('criticalPath', () => {
  it('is the root alone when nothing else happens', () => {
    const path = criticalPath(makeTrace([{ parent: -1, start: 0, dur: 10 }]));
    expect([[...path.row], [...path.from], [...path.to]]).toEqual([[0], [0], [10]]);
  });

  it('follows the child that finished last, then the one before it', () => {
    const path = criticalPath(
      makeTrace([
        { parent: -1, start: 0, dur: 100 },
        { parent: 0, start: 10, dur: 30 },
        { parent: 0, start: 20, dur: 10 },
        { parent: 0, start: 50, dur: 40 },
      ]),
    );
    expect([...path.row]).toEqual([0, 0, 0, 1, 3]);
    expect([...path.from]).toEqual([0, 40, 90, 10, 50]);
    expect([...path.to]).toEqual([10, 50, 100, 40, 90]);
  });

  it('leaves out work that outlives its parent, and rows that are no work', () => {
    const cols = makeTrace(
      [
        { parent: -1, start: 0, dur: 10 },
        { parent: 0, start: 4, dur: 30 },
        { parent: 0, start: 1, dur: 2, kind: 3 },
      ].sort((a, b) => a.start - b.start),
    );
    const path = criticalPath({ ...cols, durNs: 10 }, (row) => cols.kind[row] === 3);
    expect([...path.row]).toEqual([0, 2]);
    expect([...path.to]).toEqual([4, 10]);
  });

  it('answers every instant as the definition does, on random trees', () => {
    for (let seed = 0; seed < 150; seed++) {
      const cols = randomTrace(seed, 1 + (seed % 40));
      const path = criticalPath(cols);
      for (let t = 0.5; t < cols.durNs; t += Math.max(1, cols.durNs / 150)) {
        const at: number[] = [];
        for (let k = 0; k < path.row.length; k++)
          if (path.from[k]! <= t && t < path.to[k]!) at.push(path.row[k]!);
        const expected = waitedFor(cols, t);
        expect(at, `seed ${seed} at ${t}`).toEqual(expected < 0 ? [] : [expected]);
      }
    }
  });

  it('gives a row its own sections', () => {
    const path = criticalPath(
      makeTrace([
        { parent: -1, start: 0, dur: 100 },
        { parent: 0, start: 10, dur: 30 },
      ]),
    );
    expect(sectionsOf(path, 0)).toEqual([0, 2]);
    expect(sectionsOf(path, 1)).toEqual([2, 3]);
    expect(sectionsOf(path, 7)).toEqual([3, 3]);
  });

  it('survives a chain sixty thousand deep', () => {
    const rows = Array.from({ length: 60_000 }, (_, i) => ({
      parent: i - 1,
      start: i,
      dur: 200_000 - 2 * i,
    }));
    expect(criticalPath(makeTrace(rows)).row.length).toBeGreaterThan(60_000);
  });
});
