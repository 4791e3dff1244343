// SPDX-License-Identifier: Apache-2.0
// Random traces and their encoding, for the tests of the trace page.
import { decodeTraceCols, type TraceCols } from '../../src/trace/cols.ts';

export interface Row {
  parent: number;
  start: number;
  dur: number;
  svc?: number;
  name?: number;
  kind?: number;
  flags?: number;
  id?: bigint;
  /** Moments of its span events. */
  marks?: number[];
}

/** Small fast generator with a seed, so that a failing case can be run again. */
export function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Rows in pre-order, siblings by start; children mostly, not always, within their parent's time. */
export function randomRows(seed: number, size: number): Row[] {
  const next = random(seed);
  const made: Row[] = [];
  const children: number[][] = Array.from({ length: size }, () => []);
  const roots: number[] = [];
  for (let i = 0; i < size; i++) {
    const parent = i === 0 || next() < 0.05 ? -1 : Math.floor(next() * i);
    const above = parent < 0 ? { start: 0, dur: 1000 } : made[parent]!;
    const start = Math.max(0, Math.floor(above.start + (next() * 1.3 - 0.1) * above.dur));
    const dur = Math.floor(next() * above.dur);
    made.push({
      parent,
      start,
      dur,
      svc: Math.floor(next() * 3),
      name: Math.floor(next() * 4),
      flags: next() < 0.1 ? 1 : 0,
    });
    (parent < 0 ? roots : children[parent]!).push(i);
  }
  const rows: Row[] = [];
  const place = (old: number, parent: number): void => {
    const at = rows.push({ ...made[old]!, parent }) - 1;
    for (const child of byStart(children[old]!)) place(child, at);
  };
  const byStart = (list: number[]): number[] =>
    list.sort((a, b) => made[a]!.start - made[b]!.start || a - b);
  for (const root of byStart(roots)) place(root, -1);
  return rows;
}

/** Encodes rows as the server does. */
export function encode(
  rows: readonly Row[],
  change: (header: Record<string, unknown>) => void = () => {},
): ArrayBuffer {
  const n = rows.length;
  const end = new Uint32Array(n);
  const depth = new Uint16Array(n);
  for (let i = n - 1; i >= 0; i--) {
    end[i] = Math.max(end[i]!, i + 1);
    const parent = rows[i]!.parent;
    if (parent >= 0) end[parent] = Math.max(end[parent]!, end[i]!);
  }
  rows.forEach(
    (row, i) => (depth[i] = row.parent < 0 ? 0 : Math.min(depth[row.parent]! + 1, 0xffff)),
  );
  const columns: [string, string, ArrayBufferView][] = [
    ['parent', 'i32', Int32Array.from(rows, (row) => row.parent)],
    ['end', 'u32', end],
    ['depth', 'u16', depth],
    ['start', 'f64', Float64Array.from(rows, (row) => row.start)],
    ['dur', 'f64', Float64Array.from(rows, (row) => row.dur)],
    ['svc', 'u16', Uint16Array.from(rows, (row) => row.svc ?? 0)],
    ['name', 'u32', Uint32Array.from(rows, (row) => row.name ?? 0)],
    ['kind', 'u8', Uint8Array.from(rows, (row) => row.kind ?? 0)],
    ['flags', 'u16', Uint16Array.from(rows, (row) => row.flags ?? 0)],
    ['self', 'f64', Float64Array.from(rows, (row) => row.dur)],
    ['span_id', 'u64', BigUint64Array.from(rows, (row, i) => row.id ?? BigInt(i + 1))],
  ];
  const marks = rows.flatMap((row, i) => (row.marks ?? []).map((at) => ({ row: i, at })));
  columns.push(
    ['mark_row', 'u32', Uint32Array.from(marks, (mark) => mark.row)],
    ['mark_at', 'f64', Float64Array.from(marks, (mark) => mark.at)],
    ['mark_name', 'u32', new Uint32Array(marks.length)],
  );
  let off = 0;
  const cols = columns.map(([k, type, view]) => {
    const entry = { k, type, off, len: view.byteLength };
    off += (view.byteLength + 7) & ~7;
    return entry;
  });
  const header: Record<string, unknown> = {
    v: 1,
    n,
    marks: marks.length,
    t0_ns: '1700000000000000000',
    dict: {
      service: ['frontend', 'backend', 'postgres'],
      name: ['GET /home', 'query', 'render', 'publish'],
      kind: ['server', 'client', 'internal', 'log'],
      scope: [],
    },
    cols,
    missing_parents: 0,
    truncated: 0,
  };
  change(header);
  const text = new TextEncoder().encode(JSON.stringify(header));
  const dataAt = (4 + text.length + 7) & ~7;
  const bytes = new Uint8Array(dataAt + off);
  new DataView(bytes.buffer).setUint32(0, text.length, true);
  bytes.set(text, 4);
  columns.forEach(([, , view], i) => {
    bytes.set(new Uint8Array(view.buffer, view.byteOffset, view.byteLength), dataAt + cols[i]!.off);
  });
  return bytes.buffer;
}

export function makeTrace(rows: readonly Row[]): TraceCols {
  return decodeTraceCols(encode(rows));
}

export function randomTrace(seed: number, size: number): TraceCols {
  return makeTrace(randomRows(seed, size));
}
