// SPDX-License-Identifier: Apache-2.0
// A data table: sticky header, sorting, keyboard over rows and cells, windowed beyond 200 rows.

import type { ComponentChildren } from 'preact';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { Icon } from './icon.tsx';

export interface TableColumn<T> {
  key: string;
  header: ComponentChildren;
  render: (row: T, index: number) => ComponentChildren;
  /** Makes the column sortable. */
  sortValue?: (row: T) => string | number | boolean | null;
  align?: 'end';
  class?: string;
}

export interface TableProps<T> {
  label: string;
  columns: TableColumn<T>[];
  rows: T[];
  rowKey: (row: T, index: number) => string;
  /** Enter or a click on a row. */
  onOpen?: (row: T, index: number) => void;
  onFocusRow?: (row: T | null, index: number) => void;
  rowData?: (row: T) => Record<string, string>;
  selectedKey?: string | null;
  /** Called when the last rows come into view. */
  onEnd?: () => void;
  /** Scrolls inside itself up to this height instead of growing. */
  maxHeight?: string;
  class?: string;
  /** Rows come in this order already; without it the table sorts by itself. */
  sort?: TableSort | null;
  onSort?: (sort: TableSort | null) => void;
  /** A key on a row that the table has no use for; true when it was used. */
  onRowKey?: (event: KeyboardEvent, row: T, index: number) => boolean;
}

const windowedFrom = 200;
const overscan = 12;

export interface TableSort {
  key: string;
  down: boolean;
}

type Sort = TableSort | null;

function compare(a: string | number | boolean | null, b: string | number | boolean | null): number {
  if (a === b) return 0;
  if (a === null) return -1;
  if (b === null) return 1;
  if (typeof a === 'string' && typeof b === 'string') return a.localeCompare(b);
  return a < b ? -1 : 1;
}

function useSorted<T>(rows: T[], columns: TableColumn<T>[], sort: Sort): T[] {
  return useMemo(() => {
    const valueOf = columns.find((column) => column.key === sort?.key)?.sortValue;
    if (!sort || !valueOf) return rows;
    const sign = sort.down ? -1 : 1;
    return [...rows].sort((a, b) => sign * compare(valueOf(a), valueOf(b)));
  }, [rows, columns, sort]);
}

/** The rows in view of a scrolling box, plus some on both sides. */
function useWindow(count: number, rowHeight: number, onEnd: (() => void) | undefined) {
  const boxRef = useRef<HTMLDivElement>(null);
  const [range, setRange] = useState({ from: 0, to: windowedFrom });
  const windowed = count > windowedFrom;
  const update = () => {
    const box = boxRef.current;
    if (!box) return;
    if (onEnd && box.scrollTop + box.clientHeight > box.scrollHeight - rowHeight * 20) onEnd();
    if (!windowed) return;
    const from = Math.max(0, Math.floor(box.scrollTop / rowHeight) - overscan);
    const to = Math.min(count, from + Math.ceil(box.clientHeight / rowHeight) + 2 * overscan);
    setRange((old) => (old.from === from && old.to === to ? old : { from, to }));
  };
  useEffect(update, [count, windowed]);
  const shown = windowed ? range : { from: 0, to: count };
  return { boxRef, update, windowed, from: Math.min(shown.from, count), to: Math.min(shown.to, count) };
}

function moveAcross(row: Element, step: number): void {
  const stops = [...row.querySelectorAll<HTMLElement>('a, button')];
  const at = stops.indexOf(document.activeElement as HTMLElement);
  const to = at + step;
  if (to < 0) (row as HTMLElement).focus();
  else stops[Math.min(to, stops.length - 1)]?.focus();
}

export function Table<T>(props: TableProps<T>) {
  const { columns, rowKey, onOpen, onFocusRow, rowData, selectedKey } = props;
  const [ownSort, setOwnSort] = useState<Sort>(null);
  const [active, setActive] = useState(0);
  const isSorted = props.sort !== undefined;
  const sort = props.sort === undefined ? ownSort : props.sort;
  const setSort = props.onSort ?? setOwnSort;
  const rows = useSorted(props.rows, columns, isSorted ? null : sort);
  const rowHeight = Number.parseInt(
    getComputedStyle(document.documentElement).getPropertyValue('--row'),
    10,
  );
  const view = useWindow(rows.length, rowHeight, props.onEnd);
  const activeRow = Math.min(active, Math.max(0, rows.length - 1));
  const indexes = useMemo(
    () => Array.from({ length: view.to - view.from }, (_, i) => view.from + i),
    [view.from, view.to],
  );

  const focusRow = (index: number) => {
    const to = Math.max(0, Math.min(rows.length - 1, index));
    setActive(to);
    const box = view.boxRef.current;
    if (box && view.windowed && (to < view.from || to >= view.to)) {
      box.scrollTop = to * rowHeight - box.clientHeight / 2;
      view.update();
    }
    requestAnimationFrame(() =>
      box?.querySelector<HTMLElement>(`tr[data-index="${to}"]`)?.focus({ preventScroll: false }),
    );
  };

  const onKeyDown = (event: KeyboardEvent) => {
    const row = (event.target as Element).closest('tr[data-index]');
    if (!row || event.ctrlKey || event.metaKey || event.altKey) return;
    const at = Number(row.getAttribute('data-index'));
    const page = Math.max(1, Math.floor((view.boxRef.current?.clientHeight ?? 400) / rowHeight) - 2);
    const steps: Record<string, number> = {
      ArrowDown: at + 1,
      j: at + 1,
      ArrowUp: at - 1,
      k: at - 1,
      PageDown: at + page,
      PageUp: at - page,
      Home: 0,
      End: rows.length - 1,
    };
    const to = steps[event.key];
    if (to !== undefined) focusRow(to);
    else if (event.key === 'ArrowRight') moveAcross(row, 1);
    else if (event.key === 'ArrowLeft') moveAcross(row, -1);
    else if (event.key === 'Enter' && event.target === row && onOpen) onOpen(rows[at]!, at);
    else if (event.key === '.') row.querySelector<HTMLElement>('button.value')?.click();
    else if (!props.onRowKey?.(event, rows[at]!, at)) return;
    event.preventDefault();
  };

  const onClickRow = (event: MouseEvent, index: number) => {
    setActive(index);
    if (onOpen && !(event.target as Element).closest('a, button, label')) onOpen(rows[index]!, index);
  };

  return (
    <div
      class={`table-box${view.windowed || props.maxHeight ? ' scrolls' : ''} ${props.class ?? ''}`}
      ref={view.boxRef}
      onScroll={view.update}
      style={{ maxHeight: props.maxHeight ?? (view.windowed ? '70vh' : '') }}
    >
      <table
        class="table"
        aria-label={props.label}
        aria-rowcount={view.windowed ? rows.length + 1 : undefined}
        onKeyDown={onKeyDown}
      >
        <thead>
          <tr>
            {columns.map((column) => (
              <HeaderCell key={column.key} column={column} sort={sort} onSort={setSort} />
            ))}
          </tr>
        </thead>
        <tbody>
          {view.from > 0 && <Spacer height={view.from * rowHeight} span={columns.length} />}
          {indexes.map((index) => {
            const row = rows[index]!;
            const key = rowKey(row, index);
            return (
              <tr
                key={key}
                data-index={index}
                aria-rowindex={view.windowed ? index + 2 : undefined}
                tabIndex={index === activeRow ? 0 : -1}
                class={`${onOpen ? 'opens' : ''}${selectedKey === key ? ' selected' : ''}`}
                onClick={(event) => onClickRow(event, index)}
                onFocus={() => onFocusRow?.(row, index)}
                onMouseEnter={() => onFocusRow?.(row, index)}
                onMouseLeave={() => onFocusRow?.(null, index)}
                {...rowData?.(row)}
              >
                {columns.map((column) => (
                  <td
                    key={column.key}
                    class={`${column.align === 'end' ? 'number ' : ''}${column.class ?? ''}`}
                  >
                    {column.render(row, index)}
                  </td>
                ))}
              </tr>
            );
          })}
          {view.to < rows.length && (
            <Spacer height={(rows.length - view.to) * rowHeight} span={columns.length} />
          )}
        </tbody>
      </table>
    </div>
  );
}

function Spacer({ height, span }: { height: number; span: number }) {
  return (
    <tr class="spacer" aria-hidden="true">
      <td colSpan={span} style={{ height: `${height}px` }} />
    </tr>
  );
}

interface HeaderCellProps<T> {
  column: TableColumn<T>;
  sort: Sort;
  onSort: (sort: Sort) => void;
}

/** Cycles through descending, ascending and the order the rows came in. */
function HeaderCell<T>({ column, sort, onSort }: HeaderCellProps<T>) {
  const mine = sort?.key === column.key ? sort : null;
  const next = !mine ? { key: column.key, down: true } : mine.down ? { ...mine, down: false } : null;
  const state = mine ? (mine.down ? 'descending' : 'ascending') : undefined;
  return (
    <th scope="col" class={column.align === 'end' ? 'number' : ''} aria-sort={state}>
      {column.sortValue ? (
        <button type="button" class="sort" onClick={() => onSort(next)}>
          {column.header}
          <span class={`sort-mark ${state ?? ''}`} aria-hidden="true">
            <Icon name="chevronDown" />
          </span>
        </button>
      ) : (
        column.header
      )}
    </th>
  );
}
