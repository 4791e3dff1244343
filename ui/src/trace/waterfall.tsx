// SPDX-License-Identifier: Apache-2.0
// The tree-grid of spans: keyboard and pointer; the rows themselves are in waterfall_rows.ts.
import { effect, untracked } from '@preact/signals';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import { preferences } from '../frame/preferences.ts';
import type { TraceLayout } from './trace_layout.ts';
import type { TraceModel } from './trace_model.ts';
import { isParent, positionOf } from './tree.ts';
import { ticks } from './zoom.ts';
import { WaterfallRows } from './waterfall_rows.ts';
import { tickSpacingPx } from './ruler.tsx';

export interface WaterfallProps {
  model: TraceModel;
  layout: TraceLayout;
  /** Enter on a row, or a click on it: its details are wanted. */
  onOpen: () => void;
}

function rowHeightPx(): number {
  return preferences.value.density === 'comfortable' ? 28 : 24;
}

/** Where a key of the tree-grid contract leads, as a position among the shown rows. */
function targetOf(
  event: KeyboardEvent,
  position: number,
  count: number,
  page: number,
): number | null {
  switch (event.key) {
    case 'ArrowDown':
    case 'j':
      return position + 1;
    case 'ArrowUp':
    case 'k':
      return position - 1;
    case 'PageDown':
      return position + page;
    case 'PageUp':
      return position - page;
    case 'Home':
      return 0;
    case 'End':
      return count - 1;
    default:
      return null;
  }
}

/** Opens or enters on the right, closes or leaves on the left. */
function moveAcross(model: TraceModel, row: number, right: boolean): void {
  const parent = isParent(model.cols, row);
  if (right && parent && model.isFolded(row)) model.setFolded(row, false);
  else if (right && parent) {
    const next = model.rows.value[positionOf(model.rows.value, row) + 1];
    if (next !== undefined && next < model.cols.end[row]!) model.select(next);
  } else if (!right && parent && !model.isFolded(row)) model.setFolded(row, true);
  else if (!right && model.cols.parent[row]! >= model.scope.value[0]) {
    model.select(model.cols.parent[row]!);
  }
}

/** Paints what changed, all rows or just the selected one, and keeps that in view. */
function painter(): (rows: WaterfallRows, model: TraceModel, layout: TraceLayout) => void {
  let before: unknown[] = [];
  let shown = -1;
  return (rows, model, layout) => {
    const scale = layout.scale.value;
    const rowPx = rowHeightPx();
    const { rows: list, colourOf, path, isMatch, shownReports } = model;
    const looks = [colourOf.value, path.value, isMatch.value, shownReports.value];
    const now = [list.value, scale, rowPx, ...looks];
    const selected = model.selected.value;
    untracked(() => {
      if (now.some((part, k) => part !== before[k])) rows.refresh(scale, rowPx);
      else rows.repaint([shown, selected]);
      const position = positionOf(list.value, selected);
      if (selected !== shown && position >= 0) rows.show(position);
    });
    before = now;
    shown = selected;
  };
}

export function Waterfall({ model, layout, onOpen }: WaterfallProps) {
  const gridRef = useRef<HTMLDivElement>(null);
  const bodyRef = useRef<HTMLDivElement>(null);
  const rowsRef = useRef<WaterfallRows | null>(null);

  useLayoutEffect(() => {
    const grid = gridRef.current!;
    const rows = new WaterfallRows(grid, bodyRef.current!, model, layout.scale.value);
    rowsRef.current = rows;
    const measure = () => {
      layout.width.value = grid.clientWidth;
      rows.scrolled();
    };
    layout.width.value = grid.clientWidth;
    const paint = painter();
    const stopPainting = effect(() => paint(rows, model, layout));
    const observer = new ResizeObserver(measure);
    observer.observe(grid);
    return () => {
      observer.disconnect();
      stopPainting();
    };
  }, [model]);

  // The rows are what the page is for: keys work without a click first.
  useEffect(() => {
    if (document.activeElement === document.body) gridRef.current?.focus({ preventScroll: true });
  }, [model]);

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const rows = model.rows.value;
    const row = model.selected.value;
    const page = Math.max(1, Math.floor(gridRef.current!.clientHeight / rowHeightPx()) - 1);
    const target = targetOf(event, positionOf(rows, row), rows.length, page);
    if (target !== null && rows.length > 0) {
      model.select(rows[Math.max(0, Math.min(target, rows.length - 1))]!);
    } else if (event.key === 'ArrowRight' && row >= 0) moveAcross(model, row, true);
    else if (event.key === 'ArrowLeft' && row >= 0) moveAcross(model, row, false);
    else if (event.key === 'Enter' && row >= 0) onOpen();
    else return;
    event.preventDefault();
  };

  const rowOf = (event: Event): number => {
    const element = (event.target as Element).closest<HTMLElement>('.span-row');
    return element ? Number(element.dataset['row']) : -1;
  };

  const onClick = (event: MouseEvent) => {
    const row = rowOf(event);
    if (row < 0) return;
    model.select(row);
    if ((event.target as Element).closest('.span-caret'))
      model.setFolded(row, !model.isFolded(row));
    else model.panelOpen.value = true;
  };

  const onDblClick = (event: MouseEvent) => {
    const row = rowOf(event);
    if (row < 0 || !(event.target as Element).closest('.span-time')) return;
    const { start, dur } = model.cols;
    const slack = Math.max(dur[row]! * 0.05, 50);
    model.setWindow({ from: start[row]! - slack, to: start[row]! + dur[row]! + slack });
  };

  const columns = `${layout.shownNameWidth.value}px ${layout.timeWidth.value}px`;
  useLayoutEffect(() => gridRef.current!.style.setProperty('--trace-columns', columns), [columns]);

  return (
    <div class="waterfall-box">
      <GridLines layout={layout} />
      <div
        ref={gridRef}
        id="trace-spans"
        class="waterfall"
        role="treegrid"
        aria-label="Trace spans"
        aria-colcount={2}
        tabIndex={0}
        onScroll={() => rowsRef.current?.scrolled()}
        onKeyDown={onKeyDown}
        onClick={onClick}
        onDblClick={onDblClick}
      >
        <div role="row" aria-rowindex={1} class="visually-hidden">
          <span role="columnheader">Service and operation</span>
          <span role="columnheader">Time</span>
        </div>
        <div ref={bodyRef} class="waterfall-body" role="rowgroup" />
      </div>
      {model.rows.value.length === 0 && <p class="waterfall-empty">No span matches.</p>}
    </div>
  );
}

function GridLines({ layout }: { layout: TraceLayout }) {
  const scale = layout.scale.value;
  const { at } = ticks(scale.window, (scale.right - scale.left) / tickSpacingPx);
  return (
    <div class="grid-lines" aria-hidden="true">
      {at.map((ns) => (
        <i key={ns} style={{ left: `${layout.shownNameWidth.value + scale.x(ns)}px` }} />
      ))}
    </div>
  );
}
