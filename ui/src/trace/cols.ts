// SPDX-License-Identifier: Apache-2.0
// Decoder of one trace in columnar form (application/x-tracery-cols).
//
//   file    := header_len:u32le header:utf8-json padding-to-8 column*
//   header  := {v, n, marks, t0_ns, dict{service, name, kind, scope}, cols[{k, type, off, len}],
//               missing_parents, truncated}
//   column  := little-endian array, 8-byte aligned; off counts bytes from the first byte after the
//              padding, len counts bytes
//
// Rows are in pre-order, siblings by start time, so the subtree of row i is [i, end[i]). Marks are
// the moments of span events, by row and then by time, in columns of their own.

export const Flag = {
  error: 1,
  events: 2,
  links: 4,
  logs: 8,
  rollbar: 16,
  xray: 32,
  orphan: 64,
  inProgress: 128,
  criticalPath: 256,
  clockSkew: 512,
  missing: 1024,
} as const;

export interface TraceCols {
  readonly n: number;
  readonly t0Ns: bigint;
  /** End of the latest row, ns from t0. */
  readonly durNs: number;
  readonly services: readonly string[];
  readonly names: readonly string[];
  readonly kinds: readonly string[];
  readonly missingParents: number;
  /** Rows the server left out; 0 when the trace is whole. */
  readonly truncated: number;
  readonly parent: Int32Array;
  readonly end: Uint32Array;
  readonly depth: Uint16Array;
  readonly start: Float64Array;
  readonly dur: Float64Array;
  readonly svc: Uint16Array;
  readonly name: Uint32Array;
  readonly kind: Uint8Array;
  readonly flags: Uint16Array;
  readonly self: Float64Array;
  readonly spanId: BigUint64Array;
  readonly markRow: Uint32Array;
  /** ns from t0 */
  readonly markAt: Float64Array;
  readonly markName: Uint32Array;
}

export class TraceFormatError extends Error {
  override name = 'TraceFormatError';
}

const headerBytesMax = 1 << 28;
const version = 1;
/** Deeper rows are all given this depth. */
const depthMax = 0xffff;

const columnTypes = {
  parent: ['i32', Int32Array],
  end: ['u32', Uint32Array],
  depth: ['u16', Uint16Array],
  start: ['f64', Float64Array],
  dur: ['f64', Float64Array],
  svc: ['u16', Uint16Array],
  name: ['u32', Uint32Array],
  kind: ['u8', Uint8Array],
  flags: ['u16', Uint16Array],
  self: ['f64', Float64Array],
  span_id: ['u64', BigUint64Array],
  mark_row: ['u32', Uint32Array],
  mark_at: ['f64', Float64Array],
  mark_name: ['u32', Uint32Array],
} as const;

type ColumnKey = keyof typeof columnTypes;
type ColumnArray<K extends ColumnKey> = InstanceType<(typeof columnTypes)[K][1]>;

interface Header {
  n: number;
  marks: number;
  t0Ns: bigint;
  dict: { service: string[]; name: string[]; kind: string[] };
  cols: Map<string, { type: string; off: number; len: number }>;
  missingParents: number;
  truncated: number;
}

/** Decodes a whole response body. Throws TraceFormatError, never reads outside the buffer. */
export function decodeTraceCols(buffer: ArrayBuffer): TraceCols {
  const { header, dataAt } = readHeader(buffer);
  const column = <K extends ColumnKey>(key: K): ColumnArray<K> =>
    viewColumn(buffer, dataAt, header, key, header.n);
  const marks = <K extends ColumnKey>(key: K): ColumnArray<K> =>
    viewColumn(buffer, dataAt, header, key, header.marks);
  const start = column('start');
  const dur = column('dur');
  const cols: TraceCols = {
    n: header.n,
    t0Ns: header.t0Ns,
    durNs: latestEnd(start, dur),
    services: header.dict.service,
    names: header.dict.name,
    kinds: header.dict.kind,
    missingParents: header.missingParents,
    truncated: header.truncated,
    parent: column('parent'),
    end: column('end'),
    depth: column('depth'),
    start,
    dur,
    svc: column('svc'),
    name: column('name'),
    kind: column('kind'),
    flags: column('flags'),
    self: column('self'),
    spanId: column('span_id'),
    markRow: marks('mark_row'),
    markAt: marks('mark_at'),
    markName: marks('mark_name'),
  };
  checkTree(cols);
  checkCodes(cols);
  checkMarks(cols);
  return cols;
}

function readHeader(buffer: ArrayBuffer): { header: Header; dataAt: number } {
  if (buffer.byteLength < 4)
    throw new TraceFormatError('trace data is shorter than its length field');
  const length = new DataView(buffer).getUint32(0, true);
  if (length > headerBytesMax || 4 + length > buffer.byteLength) {
    throw new TraceFormatError(`trace header is cut off: ${length} bytes announced`);
  }
  let json: unknown;
  try {
    json = JSON.parse(
      new TextDecoder('utf-8', { fatal: true }).decode(new Uint8Array(buffer, 4, length)),
    );
  } catch {
    throw new TraceFormatError('trace header is not UTF-8 JSON');
  }
  return { header: checkHeader(json), dataAt: (4 + length + 7) & ~7 };
}

function checkHeader(json: unknown): Header {
  if (!isRecord(json)) throw new TraceFormatError('trace header is not an object');
  if (json['v'] !== version) {
    throw new TraceFormatError(`trace format version ${String(json['v'])} is not known here`);
  }
  const dict = json['dict'];
  const cols = json['cols'];
  if (!isRecord(dict)) throw new TraceFormatError('trace header has no dictionaries');
  if (!Array.isArray(cols)) throw new TraceFormatError('trace header lists no columns');
  const columns: Header['cols'] = new Map();
  for (const entry of cols) {
    if (!isRecord(entry) || typeof entry['k'] !== 'string' || typeof entry['type'] !== 'string') {
      throw new TraceFormatError('trace column entry is malformed');
    }
    const key = entry['k'];
    const off = count(entry['off'], `offset of column ${key}`);
    const len = count(entry['len'], `length of column ${key}`);
    columns.set(key, { type: entry['type'], off, len });
  }
  return {
    n: count(json['n'], 'row count'),
    marks: count(json['marks'], 'mark count'),
    t0Ns: bigNs(json['t0_ns']),
    dict: {
      service: strings(dict['service'], 'service'),
      name: strings(dict['name'], 'name'),
      kind: strings(dict['kind'], 'kind'),
    },
    cols: columns,
    missingParents: count(json['missing_parents'] ?? 0, 'missing parents'),
    truncated: count(Number(json['truncated'] ?? 0), 'truncated rows'),
  };
}

function viewColumn<K extends ColumnKey>(
  buffer: ArrayBuffer,
  dataAt: number,
  header: Header,
  key: K,
  length: number,
): ColumnArray<K> {
  const [type, View] = columnTypes[key];
  const entry = header.cols.get(key);
  if (!entry) throw new TraceFormatError(`trace column is missing: ${key}`);
  if (entry.type !== type)
    throw new TraceFormatError(`trace column ${key} has type ${entry.type}, not ${type}`);
  const bytes = length * View.BYTES_PER_ELEMENT;
  if (entry.len !== bytes)
    throw new TraceFormatError(`trace column ${key} has ${entry.len} bytes, not ${bytes}`);
  const at = dataAt + entry.off;
  if (entry.off % 8 !== 0) throw new TraceFormatError(`trace column ${key} is not 8-byte aligned`);
  if (at + bytes > buffer.byteLength) throw new TraceFormatError(`trace column ${key} is cut off`);
  return new View(buffer, bytes === 0 ? 0 : at, length) as ColumnArray<K>;
}

// Spans that end before they start exist; they are shown as moments.
function latestEnd(start: Float64Array, dur: Float64Array): number {
  let latest = 0;
  for (let i = 0; i < start.length; i++) {
    if (!Number.isFinite(start[i]!) || !Number.isFinite(dur[i]!)) {
      throw new TraceFormatError(`trace row ${i} has no usable time`);
    }
    if (dur[i]! < 0) dur[i] = 0;
    latest = Math.max(latest, start[i]! + dur[i]!);
  }
  return latest;
}

// One pass with the stack of open subtrees: every row must nest in the row that is open above it.
function checkTree({ n, parent, end, depth }: TraceCols): void {
  const open: number[] = [];
  for (let i = 0; i < n; i++) {
    while (open.length > 0 && end[open[open.length - 1]!]! <= i) open.pop();
    const above = open.length > 0 ? open[open.length - 1]! : -1;
    const limit = above < 0 ? n : end[above]!;
    if (
      parent[i] !== above ||
      end[i]! <= i ||
      end[i]! > limit ||
      depth[i] !== Math.min(open.length, depthMax)
    ) {
      throw new TraceFormatError(`trace row ${i} does not fit the tree`);
    }
    if (end[i]! > i + 1) open.push(i);
  }
}

function checkCodes({ n, svc, name, kind, services, names, kinds }: TraceCols): void {
  for (let i = 0; i < n; i++) {
    if (svc[i]! >= services.length || name[i]! >= names.length || kind[i]! >= kinds.length) {
      throw new TraceFormatError(`trace row ${i} names a value outside the dictionaries`);
    }
  }
}

function checkMarks({ n, names, markRow, markAt, markName }: TraceCols): void {
  for (let i = 0; i < markRow.length; i++) {
    const inOrder = i === 0 || markRow[i]! >= markRow[i - 1]!;
    if (
      !inOrder ||
      markRow[i]! >= n ||
      markName[i]! >= names.length ||
      !Number.isFinite(markAt[i]!)
    ) {
      throw new TraceFormatError(`trace mark ${i} does not belong to a row`);
    }
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function count(value: unknown, what: string): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0) {
    throw new TraceFormatError(`trace header has no valid ${what}`);
  }
  return value;
}

function strings(value: unknown, what: string): string[] {
  if (!Array.isArray(value) || !value.every((entry) => typeof entry === 'string')) {
    throw new TraceFormatError(`trace dictionary is not a list of strings: ${what}`);
  }
  return value as string[];
}

function bigNs(value: unknown): bigint {
  if (typeof value !== 'string' || !/^-?\d{1,20}$/.test(value)) {
    throw new TraceFormatError('trace header has no valid start time');
  }
  return BigInt(value);
}

/** What a row is called on screen. */
export function nameAt(cols: TraceCols, row: number): string {
  return isMissing(cols, row) ? 'missing span' : cols.names[cols.name[row]!]!;
}

/** True for rows that stand for a span others name as their parent and that is not stored. */
export function isMissing(cols: TraceCols, row: number): boolean {
  return (cols.flags[row]! & Flag.missing) !== 0;
}

/** The marks of a row: [from, to). */
export function marksOf({ markRow }: TraceCols, row: number): [from: number, to: number] {
  return [firstMarkFrom(markRow, row), firstMarkFrom(markRow, row + 1)];
}

function firstMarkFrom(markRow: Uint32Array, row: number): number {
  let low = 0;
  let high = markRow.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (markRow[middle]! < row) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Sixteen lower-case hex digits, as spans are named in URLs and on the wire. */
export function spanIdHex(cols: TraceCols, row: number): string {
  return cols.spanId[row]!.toString(16).padStart(16, '0');
}

/** First row with each of these span ids; unknown or malformed ids are left out. */
export function rowsOfSpans(cols: TraceCols, hexes: readonly string[]): number[] {
  const halves = new Uint32Array(cols.spanId.buffer, cols.spanId.byteOffset, cols.n * 2);
  const rows: number[] = [];
  for (const hex of hexes) {
    if (!/^[0-9a-f]{16}$/i.test(hex)) continue;
    const high = Number.parseInt(hex.slice(0, 8), 16);
    const low = Number.parseInt(hex.slice(8), 16);
    for (let i = 0; i < cols.n; i++) {
      if (halves[2 * i] === low && halves[2 * i + 1] === high) {
        rows.push(i);
        break;
      }
    }
  }
  return rows;
}

/** First row with this span id, or -1. */
export function rowOfSpan(cols: TraceCols, hex: string): number {
  return rowsOfSpans(cols, [hex])[0] ?? -1;
}
