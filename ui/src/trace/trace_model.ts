// SPDX-License-Identifier: Apache-2.0
// State of one open trace. Signals hold what people change; everything shown is computed from them
// and the arrays. The URL is written from here and read back on Back, Forward and reload.
import { batch, computed, signal, type ReadonlySignal } from '@preact/signals';
import { colouring, type ColourBy, type FieldValues } from './colors.ts';
import { Flag, isMissing, rowOfSpan, spanIdHex, type TraceCols } from './cols.ts';
import { criticalPath, type CriticalPath } from './critical_path.ts';
import { formatFold, parseFold } from './fold_url.ts';
import type { ReportedByRow } from './report_places.ts';
import { hiddenRows, readSources, sourceOf, writeSources, type Source } from './sources.ts';
import * as tree from './tree.ts';
import type { TraceUrl, View } from './trace_url.ts';
import { clampWindow, formatZoom, isWhole, parseZoom, type TimeWindow } from './zoom.ts';

const noRows = new Uint32Array(0);
const noReports: ReportedByRow = new Map();

export class TraceModel {
  readonly cols: TraceCols;
  readonly selected = signal(-1);
  readonly root = signal(-1);
  readonly view = signal<View>('waterfall');
  readonly query = signal('');
  readonly onlyMatches = signal(false);
  readonly matches = signal<Uint32Array>(noRows);
  readonly colourBy = signal<ColourBy>('service');
  /** Values of the field that colours follow, once they are known. */
  readonly fieldValues = signal<FieldValues | null>(null);
  /** Errors that were reported, by row; empty until they are known. */
  readonly reported = signal<ReportedByRow>(new Map());
  readonly showPath = signal(false);
  readonly hidden = signal<ReadonlySet<Source>>(new Set());
  readonly panelOpen = signal(true);
  readonly panelTab = signal('fields');
  readonly window = signal<TimeWindow>({ from: 0, to: 1 });

  /** Errors before each row, so that any subtree's count is one subtraction. */
  private readonly errorsBefore: Uint32Array;
  private folded: Uint8Array;
  private readonly foldVersion = signal(0);
  /** Name of the row in the URL: of the selected one, or of one that has not arrived yet. */
  private spanName = '';
  private cachedSpread: tree.Spread | null = null;
  readonly logCount: number;
  private readonly rowSources: ReadonlySet<Source>;

  constructor(cols: TraceCols, url: TraceUrl) {
    this.cols = cols;
    this.logCount = cols.spanId.reduce((count, id) => count + (id === 0n ? 1 : 0), 0);
    this.rowSources = sourcesOf(cols);
    this.errorsBefore = countErrors(cols);
    this.folded = new Uint8Array(cols.n);
    this.applyUrl(url);
  }

  /** Time covered by what is in focus. */
  readonly whole: ReadonlySignal<TimeWindow> = computed(() => {
    const root = this.root.value;
    if (root < 0) return { from: 0, to: Math.max(this.cols.durNs, 1) };
    const { first, last } = this.spread;
    return { from: first[root]!, to: Math.max(last[root]!, first[root]! + 1) };
  });

  readonly scope: ReadonlySignal<[from: number, to: number]> = computed(() =>
    tree.scopeOf(this.cols, this.root.value),
  );

  private readonly hiddenRows = computed(() => hiddenRows(this.cols, this.hidden.value));

  private readonly keep = computed(() => {
    if (!this.onlyMatches.value || this.query.value === '') return null;
    const hidden = this.hiddenRows.value;
    const shown = hidden ? this.matches.value.filter((row) => hidden[row] === 0) : this.matches.value;
    return tree.withAncestors(this.cols, shown);
  });

  readonly rows: ReadonlySignal<Uint32Array> = computed(() => {
    this.foldVersion.value;
    const { cols, folded, root } = this;
    return tree.visibleRows(cols, folded, root.value, this.keep.value, this.hiddenRows.value);
  });

  /** What the trace has anything of. */
  readonly presentSources: ReadonlySignal<ReadonlySet<Source>> = computed(() =>
    this.reported.value.size > 0 ? new Set<Source>([...this.rowSources, 'errors']) : this.rowSources,
  );

  /** The errors that rows show. */
  readonly shownReports: ReadonlySignal<ReportedByRow> = computed(() =>
    this.hidden.value.has('errors') ? noReports : this.reported.value,
  );

  /** One byte per row, or null when nothing is looked for. */
  readonly isMatch: ReadonlySignal<Uint8Array | null> = computed(() => {
    if (this.query.value === '') return null;
    const marks = new Uint8Array(this.cols.n);
    for (const row of this.matches.value) marks[row] = 1;
    return marks;
  });

  readonly matchesInScope: ReadonlySignal<Uint32Array> = computed(() => {
    const [from, to] = this.scope.value;
    return this.root.value < 0
      ? this.matches.value
      : this.matches.value.filter((row) => row >= from && row < to);
  });

  readonly colouring = computed(() =>
    colouring(this.cols, this.colourBy.value, this.fieldValues.value),
  );
  readonly colourOf = computed(() => this.colouring.value.of);

  readonly path: ReadonlySignal<CriticalPath | null> = computed(() =>
    this.showPath.value ? criticalPath(this.cols, (row) => this.isLog(row)) : null,
  );

  readonly isZoomed = computed(() => !isWhole(this.window.value, this.whole.value));

  /** Earliest start and latest end per subtree; made when first needed. */
  get spread(): tree.Spread {
    this.cachedSpread ??= tree.subtreeSpread(this.cols, 0, this.cols.n);
    return this.cachedSpread;
  }

  /** False for log records and for rows that stand for a missing span. */
  isSpan(row: number): boolean {
    return !this.isLog(row) && !isMissing(this.cols, row);
  }

  isLog(row: number): boolean {
    return this.cols.spanId[row] === 0n;
  }

  toggleSource(source: Source): void {
    const hidden = new Set(this.hidden.value);
    if (!hidden.delete(source)) hidden.add(source);
    this.hidden.value = hidden;
  }

  /** The next row that stands for a missing span, going round at the end; -1 when none does. */
  nextMissing(): number {
    const { n } = this.cols;
    for (let step = 1; step <= n; step++) {
      const row = (this.selected.value + step) % n;
      if (isMissing(this.cols, row)) return row;
    }
    return -1;
  }

  /** The next row that an error was reported from, going round at the end; -1 when none was. */
  nextReported(): number {
    const rows = [...this.reported.value.keys()].sort((a, b) => a - b);
    return rows.find((row) => row > this.selected.value) ?? rows[0] ?? -1;
  }

  isFolded(row: number): boolean {
    return this.folded[row] === 1;
  }

  /** Failed rows in [from, to). */
  errorsIn(from: number, to: number): number {
    return this.errorsBefore[to]! - this.errorsBefore[from]!;
  }

  select(row: number): void {
    batch(() => {
      if (tree.reveal(this.cols, this.folded, row)) this.foldVersion.value++;
      const [from, to] = this.scope.value;
      if (row < from || row >= to) this.focus(-1);
      const source = row < 0 ? null : sourceOf(this.cols, row);
      if (source !== null && this.hidden.value.has(source)) this.toggleSource(source);
      this.selected.value = row;
      this.spanName = this.nameOf(row);
    });
  }

  setFolded(row: number, folded: boolean): void {
    if (!tree.isParent(this.cols, row) || this.isFolded(row) === folded) return;
    this.folded[row] = folded ? 1 : 0;
    this.afterFolding();
  }

  foldLevel(): void {
    if (tree.foldLevel(this.cols, this.folded, this.root.value)) this.afterFolding();
  }

  unfoldLevel(): void {
    if (tree.unfoldLevel(this.cols, this.folded, this.root.value)) this.afterFolding();
  }

  setAllFolded(folded: boolean): void {
    tree.setAllFolded(this.cols, this.folded, folded ? 1 : 0, this.root.value);
    this.afterFolding();
  }

  // A selected row that got hidden hands the selection to the row that hides it.
  private afterFolding(): void {
    batch(() => {
      this.foldVersion.value++;
      let shown = this.selected.value;
      for (let i = shown; i >= 0; i = this.cols.parent[i]!)
        if (this.isFolded(i) && i !== shown) shown = i;
      if (shown !== this.selected.value) this.select(shown);
    });
  }

  /** Shows one subtree alone; -1 shows the whole trace again. */
  focus(root: number): void {
    batch(() => {
      this.root.value = root;
      this.window.value = clampWindow(this.whole.value, this.whole.value);
    });
  }

  setWindow(window: TimeWindow): void {
    this.window.value = clampWindow(window, this.whole.value);
  }

  /** Selects the next (or previous) match; false when there is none. */
  goToMatch(direction: 1 | -1): boolean {
    const row = tree.stepMatch(this.matchesInScope.value, this.selected.value, direction);
    if (row >= 0) this.select(row);
    return row >= 0;
  }

  applyUrl(url: TraceUrl): void {
    batch(() => {
      this.folded = parseFold(this.cols, url.fold);
      this.foldVersion.value++;
      this.root.value = url.root === '' ? -1 : rowOfSpan(this.cols, url.root);
      this.window.value = parseZoom(url.zoom, this.whole.value);
      this.view.value = url.view;
      this.query.value = url.q;
      this.onlyMatches.value = url.only;
      this.colourBy.value = url.color;
      this.showPath.value = url.path;
      this.hidden.value = readSources(url.hide);
      const named = this.rowNamed(url.span);
      if (named >= 0) this.select(named);
      else this.selected.value = this.cols.n > 0 ? Math.max(this.root.value, 0) : -1;
      this.spanName = url.span;
    });
  }

  /** Everything the URL is made of, without making it: for effects that follow it. */
  readonly urlParts = computed(() => [
    this.selected.value,
    this.view.value,
    this.query.value,
    this.onlyMatches.value,
    this.window.value,
    this.foldVersion.value,
    this.colourBy.value,
    this.root.value,
    this.showPath.value,
    this.hidden.value,
  ]);

  readUrl(): TraceUrl {
    return {
      span: this.spanName,
      view: this.view.value,
      q: this.query.value,
      only: this.onlyMatches.value,
      zoom: formatZoom(this.window.value, this.whole.value),
      fold: this.foldText.value.text,
      color: this.colourBy.value,
      root: this.rootName,
      path: this.showPath.value,
      hide: writeSources(this.hidden.value),
    };
  }

  /** Span id of the subtree in focus, or empty. */
  get rootName(): string {
    return this.root.value < 0 ? '' : spanIdHex(this.cols, this.root.value);
  }

  readonly foldText = computed(() => {
    this.foldVersion.value;
    return formatFold(this.cols, this.folded);
  });

  /** How a row is named in URLs; rows that are no spans go by their time. */
  nameOf(row: number): string {
    return this.isLog(row) ? `log@${this.cols.start[row]!}` : spanIdHex(this.cols, row);
  }

  private rowNamed(name: string): number {
    const log = /^log@(\d+)$/.exec(name);
    if (!log) return rowOfSpan(this.cols, name);
    const time = Number(log[1]);
    return this.cols.start.findIndex((start, row) => start === time && this.isLog(row));
  }
}

function sourcesOf(cols: TraceCols): ReadonlySet<Source> {
  const found = new Set<Source>();
  for (let row = 0; row < cols.n; row++) {
    const source = sourceOf(cols, row);
    if (source !== null) found.add(source);
  }
  return found;
}

function countErrors(cols: TraceCols): Uint32Array {
  const before = new Uint32Array(cols.n + 1);
  for (let i = 0; i < cols.n; i++) {
    before[i + 1] = before[i]! + ((cols.flags[i]! & Flag.error) === 0 ? 0 : 1);
  }
  return before;
}
