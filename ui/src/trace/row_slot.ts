// SPDX-License-Identifier: Apache-2.0
// One recycled row of the waterfall. Slots are patched in place while scrolling, so this is plain
// DOM: no component tree is diffed per frame.
import { formatCount, formatDurationNs } from '../format/number.ts';
import { isError } from './colors.ts';
import { Flag, isMissing, marksOf, nameAt } from './cols.ts';
import { sectionsOf } from './critical_path.ts';
import type { TimeScale } from './time_scale.ts';
import type { ReportedError } from './trace_api.ts';
import type { TraceModel } from './trace_model.ts';
import { isParent } from './tree.ts';

const indentStepPx = 12;
const indentDeepStepPx = 2;
const indentStepsMax = 14;
const indentDeepStepsMax = 40;
const barMinPx = 2;
const labelRoomPx = 64;
/** Critical-path sections closer than this are drawn as one. */
const pathGapPx = 2;
/** Of events closer than this only the first is drawn. */
const markGapPx = 4;
const missingTip = 'No span with this id is stored; the spans below name it as their parent.';

const markup = `
<div role="gridcell" class="span-name">
  <span class="span-strip"></span><span class="span-indent"></span>
  <svg class="span-caret" viewBox="0 0 16 16" aria-hidden="true"><path d="M6 4l4 4-4 4"/></svg>
  <span class="span-service"></span> <span class="span-op"></span>
  <span class="span-folded"></span><span class="span-marks"></span>
</div>
<div role="gridcell" class="span-time">
  <span class="span-tail"></span><span class="span-bar"></span><span class="span-path"></span>
  <span class="span-events"></span>
  <span class="span-label"><svg class="span-cross" viewBox="0 0 10 10" aria-hidden="true"
    ><path d="M2 2l6 6M8 2l-6 6"/></svg><span class="span-duration"></span
    ><span class="visually-hidden span-status"></span></span>
</div>`;

const template = document.createElement('template');
template.innerHTML = `<div role="row" class="span-row">${markup}</div>`;

const icons: [flag: number, text: string, path: string][] = [
  [Flag.events, 'has events', 'M6 1.5L10.5 6 6 10.5 1.5 6z'],
  [
    Flag.links,
    'has links',
    'M5 7l2-2M5.5 3.5l1-1a2 2 0 0 1 3 3l-1 1M6.5 8.5l-1 1a2 2 0 0 1-3-3l1-1',
  ],
  [Flag.logs, 'has logs', 'M2 3h8M2 6h8M2 9h5'],
];
const tags: [flag: number, text: string][] = [
  [Flag.orphan, 'parent missing'],
  [Flag.inProgress, 'in progress'],
  [Flag.clockSkew, 'clock skew'],
  [Flag.xray, 'X-Ray'],
];

export class RowSlot {
  readonly element: HTMLElement;
  /** Position among the shown rows, and the state it was painted for. */
  position = -1;
  version = -1;
  private top = Number.NaN;
  private marked = '';
  private readonly part: (name: string) => HTMLElement;
  private readonly indent: HTMLElement;
  private readonly service: HTMLElement;
  private readonly op: HTMLElement;
  private readonly foldedCount: HTMLElement;
  private readonly marks: HTMLElement;
  private readonly bar: HTMLElement;
  private readonly tail: HTMLElement;
  private readonly path: HTMLElement;
  private readonly events: HTMLElement;
  private readonly label: HTMLElement;
  private readonly duration: HTMLElement;
  private readonly status: HTMLElement;

  constructor(index: number) {
    this.element = template.content.firstElementChild!.cloneNode(true) as HTMLElement;
    this.element.id = `span-row-${index}`;
    this.part = (name) => this.element.querySelector(`.span-${name}`)!;
    this.indent = this.part('indent');
    this.service = this.part('service');
    this.op = this.part('op');
    this.foldedCount = this.part('folded');
    this.marks = this.part('marks');
    this.bar = this.part('bar');
    this.tail = this.part('tail');
    this.path = this.part('path');
    this.events = this.part('events');
    this.label = this.part('label');
    this.duration = this.part('duration');
    this.status = this.part('status');
  }

  moveTo(top: number): void {
    if (top === this.top) return;
    this.top = top;
    this.element.style.transform = `translateY(${top}px)`;
  }

  hide(): void {
    this.position = -1;
    this.element.hidden = true;
  }

  paint(model: TraceModel, row: number, position: number, scale: TimeScale): void {
    this.paintState(model, row, position);
    this.paintName(model, row);
    // A log row need not say that it has logs.
    let flags = model.cols.flags[row]! & (model.isSpan(row) ? ~0 : ~Flag.logs);
    // Nor that its parent is missing where the row above stands for it.
    if (model.cols.parent[row]! >= 0) flags &= ~Flag.orphan;
    this.paintMarks(flags, model.shownReports.value.get(row) ?? []);
    this.paintTime(model, row, scale);
  }

  private paintState(model: TraceModel, row: number, position: number): void {
    const { element } = this;
    const { cols } = model;
    const parent = isParent(cols, row);
    const colour = model.colourOf.value(row);
    const selected = model.selected.peek() === row;
    element.hidden = false;
    element.className =
      `span-row${selected ? ' selected' : ''}${isError(cols, row) ? ' failed' : ''}` +
      `${model.isLog(row) ? ' log' : ''}${parent ? ' parent' : ''}` +
      `${isMissing(cols, row) ? ' missing' : ''}` +
      `${model.isFolded(row) ? ' shut' : ''}${colour.hatched ? ' hatched' : ''}`;
    const match = model.isMatch.value;
    if (match) element.classList.add(match[row] === 1 ? 'match' : 'no-match');
    element.style.setProperty('--c', colour.index < 0 ? 'var(--text3)' : `var(--s${colour.index})`);
    element.dataset['row'] = String(row);
    element.dataset['spanId'] = model.isLog(row) ? '' : model.nameOf(row);
    element.setAttribute('aria-rowindex', String(position + 2));
    element.setAttribute('aria-level', String(cols.depth[row]! + 1));
    element.setAttribute('aria-selected', String(selected));
    if (parent) element.setAttribute('aria-expanded', String(!model.isFolded(row)));
    else element.removeAttribute('aria-expanded');
  }

  private paintName(model: TraceModel, row: number): void {
    const { cols } = model;
    const base = model.root.value < 0 ? 0 : cols.depth[model.root.value]!;
    const depth = cols.depth[row]! - base;
    const steps = Math.min(depth, indentStepsMax);
    const deep = Math.min(depth - steps, indentDeepStepsMax);
    this.indent.style.width = `${steps * indentStepPx + deep * indentDeepStepPx}px`;
    this.service.textContent = cols.services[cols.svc[row]!]!;
    this.op.textContent = nameAt(cols, row);
    this.op.title = isMissing(cols, row) ? missingTip : this.op.textContent;
    const hidden = model.isFolded(row) ? cols.end[row]! - row - 1 : 0;
    const failed = hidden > 0 ? model.errorsIn(row + 1, cols.end[row]!) : 0;
    this.foldedCount.textContent = hidden > 0 ? formatCount(hidden) : '';
    this.foldedCount.classList.toggle('failed', failed > 0);
    this.foldedCount.title = failed > 0 ? `${formatCount(failed)} failed inside` : '';
  }

  private paintMarks(flags: number, reports: readonly ReportedError[]): void {
    const counters = [...new Set(reports.map(({ counter }) => counter))];
    const marked = `${flags} ${counters.join()}`;
    if (this.marked === marked) return;
    this.marked = marked;
    this.marks.textContent = '';
    for (const [flag, text, path] of icons)
      if ((flags & flag) !== 0) this.marks.append(icon(text, path));
    for (const [flag, text] of tags) if ((flags & flag) !== 0) this.marks.append(tag(text));
    if (counters.length > 0) this.marks.append(badge(counters, reports));
  }

  private paintTime(model: TraceModel, row: number, scale: TimeScale): void {
    const { cols } = model;
    const from = cols.start[row]!;
    const to = from + cols.dur[row]!;
    const [x0, x1] = clip(scale, from, to);
    const inView = x1 >= scale.left && x0 <= scale.right;
    const width = Math.max(x1 - x0, barMinPx);
    this.bar.hidden = !inView;
    this.bar.style.left = `${x0}px`;
    this.bar.style.width = `${width}px`;
    this.paintTail(model, row, scale);
    this.paintPath(model, row, scale);
    this.paintEvents(model, row, scale);
    this.duration.textContent = model.isSpan(row) ? formatDurationNs(cols.dur[row]!) : '';
    this.status.textContent = isError(cols, row) ? ' error' : '';
    this.placeLabel(scale, x0, x0 + width, inView);
  }

  // Beside the bar, on the side with more room; at the edge when the bar is out of view.
  private placeLabel(scale: TimeScale, x0: number, x1: number, inView: boolean): void {
    const after = !inView ? x1 < scale.left : scale.widthPx - x1 >= labelRoomPx || x0 < labelRoomPx;
    this.label.classList.toggle('before', !after);
    this.label.classList.toggle('away', !inView);
    const x = Math.min(Math.max(after ? x1 : x0, scale.left), scale.right);
    if (after) {
      this.label.style.left = `${x + 6}px`;
      this.label.style.right = '';
    } else {
      this.label.style.left = '';
      this.label.style.right = `${scale.widthPx - x + 6}px`;
    }
  }

  // What children of a folded row did outside of the row's own time.
  private paintTail(model: TraceModel, row: number, scale: TimeScale): void {
    this.tail.hidden = !model.isFolded(row);
    if (this.tail.hidden) return;
    const { first, last } = model.spread;
    const [x0, x1] = clip(scale, first[row]!, last[row]!);
    this.tail.style.left = `${x0}px`;
    this.tail.style.width = `${Math.max(x1 - x0, 0)}px`;
  }

  private paintPath(model: TraceModel, row: number, scale: TimeScale): void {
    const path = model.path.value;
    const pieces: [number, number][] = [];
    const [from, to] = path ? sectionsOf(path, row) : [0, 0];
    for (let k = from; path && k < to; k++) {
      const [x0, x1] = clip(scale, path.from[k]!, path.to[k]!);
      const last = pieces[pieces.length - 1];
      if (x1 < scale.left || x0 > scale.right) continue;
      if (last && x0 - last[1] < pathGapPx) last[1] = x1;
      else pieces.push([x0, x1]);
    }
    setCount(this.path, pieces.length);
    pieces.forEach(([x0, x1], k) => {
      const piece = this.path.children[k] as HTMLElement;
      piece.style.left = `${x0}px`;
      piece.style.width = `${Math.max(x1 - x0, barMinPx)}px`;
    });
  }

  private paintEvents({ cols }: TraceModel, row: number, scale: TimeScale): void {
    const shown: number[] = [];
    let last = -Infinity;
    const [from, to] = marksOf(cols, row);
    for (let k = from; k < to; k++) {
      const x = scale.x(cols.markAt[k]!);
      if (x < scale.left || x > scale.right || x - last < markGapPx) continue;
      shown.push(k);
      last = x;
    }
    setCount(this.events, shown.length);
    shown.forEach((k, at) => {
      const diamond = this.events.children[at] as HTMLElement;
      const name = cols.names[cols.markName[k]!]!;
      diamond.style.left = `${scale.x(cols.markAt[k]!)}px`;
      diamond.title = name;
      diamond.className = name === 'exception' ? 'failed' : '';
    });
  }
}

function setCount(parent: HTMLElement, count: number): void {
  while (parent.childElementCount > count) parent.lastElementChild!.remove();
  while (parent.childElementCount < count) parent.append(document.createElement('i'));
}

// Pixels of a stretch of time, cut a little outside of the visible column.
function clip(scale: TimeScale, from: number, to: number): [number, number] {
  const low = scale.left - barMinPx;
  const high = scale.right + barMinPx;
  const x0 = scale.x(from);
  const x1 = scale.x(to);
  if (x1 < low || x0 > high)
    return [x0 > high ? high + 1 : low - 1, x0 > high ? high + 1 : low - 1];
  return [Math.max(x0, low), Math.min(x1, high)];
}

function icon(text: string, path: string): HTMLElement {
  const mark = document.createElement('span');
  mark.className = 'span-mark';
  mark.title = text;
  mark.innerHTML = `<svg viewBox="0 0 12 12" aria-hidden="true"><path d="${path}"/></svg>`;
  mark.append(hidden(text));
  return mark;
}

function tag(text: string): HTMLElement {
  const mark = document.createElement('span');
  mark.className = 'span-tag';
  mark.textContent = text;
  return mark;
}

/** The error items that were reported from a span. */
function badge(counters: number[], reports: readonly ReportedError[]): HTMLElement {
  const mark = document.createElement('span');
  mark.className = 'span-tag reported';
  mark.title = reports.map(({ counter, title }) => `#${counter} ${title}`).join('\n');
  const more = counters.length > 1 ? ` +${counters.length - 1}` : '';
  mark.append(hidden('Errors'), `#${counters[0]!}${more}`);
  return mark;
}

function hidden(text: string): HTMLElement {
  const span = document.createElement('span');
  span.className = 'visually-hidden';
  span.textContent = ` ${text}`;
  return span;
}
