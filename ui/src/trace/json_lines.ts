// SPDX-License-Identifier: Apache-2.0
// The trace as JSON text, line by line: a head, one object per span, an end. A span has the lines
// that its columns tell until all its fields are known; only a few pages of spans are kept in full.
import { isError } from './colors.ts';
import { isMissing, spanIdHex, type TraceCols } from './cols.ts';

/** Spans that are loaded, kept and forgotten together. */
export const pageSpans = 100;
const pagesKeptMax = 40;
const linesOfPlainSpan = 11;

/** A line by what it belongs to, which stays true when spans before it gain lines. */
export interface LinePlace {
  /** Index among the spans; -1 in the head, the number of spans in the end. */
  span: number;
  line: number;
}

interface Page {
  lines: string[];
  /** First line of each span within the page, and the number of lines. */
  starts: Uint32Array;
}

export class JsonLines {
  /** The rows that are spans, in order. */
  readonly rows: Uint32Array;
  private readonly head: string[];
  private readonly pages = new Map<number, Page>();
  /** First line of each page, and that of the end. */
  private pageStarts: Float64Array;

  constructor(
    traceId: string,
    private readonly cols: TraceCols,
  ) {
    this.head = ['{', `  "trace_id": ${JSON.stringify(traceId)},`, '  "spans": ['];
    this.rows = spanRows(cols);
    this.pageStarts = new Float64Array(Math.ceil(this.rows.length / pageSpans) + 1);
    this.layOut();
  }

  get count(): number {
    return this.pageStarts.at(-1)! + 2;
  }

  line(index: number): string {
    const { span, line } = this.placeOf(index);
    if (span < 0) return this.head[line]!;
    if (span === this.rows.length) return line === 0 ? '  ]' : '}';
    const page = this.pages.get(this.pageOf(span));
    if (page) return page.lines[page.starts[span % pageSpans]! + line]!;
    return plainLine(this.cols, this.rows[span]!, line, span === this.rows.length - 1);
  }

  placeOf(index: number): LinePlace {
    if (index < this.head.length) return { span: -1, line: index };
    const last = this.pageStarts.length - 1;
    if (index >= this.pageStarts[last]!) {
      return { span: this.rows.length, line: index - this.pageStarts[last]! };
    }
    let at = 0;
    for (let step = 2 ** Math.ceil(Math.log2(last + 1)); step >= 1; step /= 2) {
      if (at + step < last && this.pageStarts[at + step]! <= index) at += step;
    }
    const within = index - this.pageStarts[at]!;
    const page = this.pages.get(at);
    if (!page) {
      const span = Math.floor(within / linesOfPlainSpan);
      return { span: at * pageSpans + span, line: within % linesOfPlainSpan };
    }
    let span = page.starts.findIndex((start) => start > within) - 1;
    span = Math.max(span, 0);
    return { span: at * pageSpans + span, line: within - page.starts[span]! };
  }

  /** Where that line is now; the last one of a span that has fewer lines than before. */
  indexOf({ span, line }: LinePlace): number {
    if (span < 0) return line;
    if (span >= this.rows.length) return this.pageStarts.at(-1)! + line;
    const number = this.pageOf(span);
    const page = this.pages.get(number);
    const within = span % pageSpans;
    const start = page ? page.starts[within]! : within * linesOfPlainSpan;
    const lines = page ? page.starts[within + 1]! - start : linesOfPlainSpan;
    return this.pageStarts[number]! + start + Math.min(line, lines - 1);
  }

  pageOf(span: number): number {
    return Math.floor(span / pageSpans);
  }

  has(page: number): boolean {
    return this.pages.has(page);
  }

  /** Ids of a page's spans, for asking. */
  spanIds(page: number): string[] {
    return this.idsIn(page * pageSpans, (page + 1) * pageSpans);
  }

  idsIn(from: number, to: number): string[] {
    return Array.from(this.rows.subarray(from, to), (row) => spanIdHex(this.cols, row));
  }

  /** Takes what is known of a page's spans; spans without details keep their plain lines. */
  put(page: number, details: readonly { span_id: string }[]): void {
    const from = page * pageSpans;
    const to = Math.min(from + pageSpans, this.rows.length);
    const lines: string[] = [];
    const starts = new Uint32Array(to - from + 1);
    this.texts(from, to, details).forEach((text, k) => {
      starts[k] = lines.length;
      for (const line of text.split('\n')) lines.push(line);
    });
    starts[to - from] = lines.length;
    this.pages.delete(page);
    this.pages.set(page, { lines, starts });
    if (this.pages.size > pagesKeptMax) this.pages.delete(this.pages.keys().next().value!);
    this.layOut();
  }

  /** The objects of spans [from, to) as text, each with the comma it needs. */
  texts(from: number, to: number, details: readonly { span_id: string }[]): string[] {
    const byId = new Map(details.map((detail) => [detail.span_id, detail]));
    return this.idsIn(from, to).map((id, k) => {
      const isLast = from + k === this.rows.length - 1;
      const detail = byId.get(id);
      if (detail) return indent(JSON.stringify(detail, null, 2)) + (isLast ? '' : ',');
      const plain = Array.from({ length: linesOfPlainSpan }, (_, line) =>
        plainLine(this.cols, this.rows[from + k]!, line, isLast),
      );
      return plain.join('\n');
    });
  }

  get before(): string {
    return this.head.join('\n');
  }

  get after(): string {
    return '  ]\n}';
  }

  private layOut(): void {
    let at = this.head.length;
    for (let page = 0; page < this.pageStarts.length - 1; page++) {
      this.pageStarts[page] = at;
      const spans = Math.min(pageSpans, this.rows.length - page * pageSpans);
      at += this.pages.get(page)?.lines.length ?? spans * linesOfPlainSpan;
    }
    this.pageStarts[this.pageStarts.length - 1] = at;
  }
}

function indent(json: string): string {
  return json.replace(/^/gm, '    ');
}

function spanRows(cols: TraceCols): Uint32Array {
  const rows = new Uint32Array(cols.n);
  let count = 0;
  for (let i = 0; i < cols.n; i++) {
    if (cols.spanId[i] !== 0n && !isMissing(cols, i)) rows[count++] = i;
  }
  return rows.slice(0, count);
}

function plainLine(cols: TraceCols, row: number, within: number, isLast: boolean): string {
  const field = (key: string, value: unknown, comma = ','): string =>
    `      "${key}": ${JSON.stringify(value)}${comma}`;
  switch (within) {
    case 0:
      return '    {';
    case 1:
      return field('span_id', spanIdHex(cols, row));
    case 2: {
      const parent = cols.parent[row]!;
      return field('parent_id', parent < 0 ? null : spanIdHex(cols, parent));
    }
    case 3:
      return field('service', cols.services[cols.svc[row]!]);
    case 4:
      return field('name', cols.names[cols.name[row]!]);
    case 5:
      return field('kind', cols.kinds[cols.kind[row]!]);
    case 6:
      return field('start_ns', String(cols.t0Ns + BigInt(Math.round(cols.start[row]!))));
    case 7:
      return field('duration_ns', Math.round(cols.dur[row]!));
    case 8:
      return field('self_ns', Math.round(cols.self[row]!));
    case 9:
      return field('error', isError(cols, row), '');
    default:
      return isLast ? '    }' : '    },';
  }
}
