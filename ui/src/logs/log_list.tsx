// SPDX-License-Identifier: Apache-2.0
// The list of lines: only those in view are in the document, whatever their heights.

import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { preferences } from '../frame/preferences.ts';
import { groupHref } from './logs_url.ts';
import { navigate } from '../route/route.ts';
import { LogRow } from './log_row.tsx';
import { RowPlaces } from './row_places.ts';
import { ShownLines } from './shown_lines.ts';
import type { LogLine } from './types.ts';
import { useAnchor } from './use_anchor.ts';
import { useKeptFocus } from './use_kept_focus.ts';
import { useMeasured } from './use_measured.ts';

export interface LogListProps {
  /** Ascending in time. */
  lines: readonly LogLine[];
  newestFirst: boolean;
  wrap: boolean;
  withGroup: boolean;
  withStream: boolean;
  terms: readonly string[];
  /** A line to start at and to mark. */
  at?: string;
  /** Rows before the first one may come while the first one stays where it is. */
  growsAbove: boolean;
  /** Keeps the last line in view until somebody scrolls up. */
  follow?: boolean;
  onScrolledUp?: () => void;
  onNearTop?: () => void;
  onNearBottom?: () => void;
}

const overscanPx = 300;
const nearPx = 600;
const wrapLengthMin = 60;

interface View {
  top: number;
  height: number;
}

export function LogList(props: LogListProps) {
  const { lines, newestFirst, wrap, at = '' } = props;
  const boxRef = useRef<HTMLDivElement>(null);
  const [view, setView] = useState<View>({ top: 0, height: 600 });
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set());
  const [active, setActive] = useState<string>(at);
  const { heights, version, observe } = useMeasured();
  const rowPx = preferences.value.density === 'comfortable' ? 28 : 24;
  const shown = useMemo(() => new ShownLines(lines, newestFirst), [lines, newestFirst]);
  const isTall = (line: LogLine) =>
    open.has(line.id) || (wrap && (line.message.length > wrapLengthMin || line.message.includes('\n')));
  const places = useMemo(() => {
    const heightOf = (index: number) => {
      const line = shown.line(index)!;
      return isTall(line) ? heights.get(line.id) : undefined;
    };
    return new RowPlaces(lines.length, rowPx, open.size || wrap ? heightOf : null);
  }, [shown, open, wrap, version, rowPx]);
  const focusHandlers = useKeptFocus(boxRef, active);
  const keepAnchor = useAnchor(boxRef, places, shown, props);

  // Where the list was scrolled to when it was last looked at: elsewhere, somebody scrolled it.
  const lastTop = useRef(0);
  const look = () => {
    const box = boxRef.current;
    if (!box) return;
    lastTop.current = box.scrollTop;
    setView((old) =>
      old.top === box.scrollTop && old.height === box.clientHeight
        ? old
        : { top: box.scrollTop, height: box.clientHeight },
    );
    keepAnchor();
    if (box.scrollTop < nearPx) props.onNearTop?.();
    if (box.scrollTop + box.clientHeight > places.height - nearPx) props.onNearBottom?.();
  };
  const opened = useRef('');
  const onScroll = () => {
    const moved = boxRef.current!.scrollTop - lastTop.current;
    if (moved < -2 && props.follow) props.onScrolledUp?.();
    if (Math.abs(moved) > 2) opened.current = '';
    look();
  };
  useLayoutEffect(look, [places]);
  useEffect(() => {
    const observer = new ResizeObserver(look);
    observer.observe(boxRef.current!);
    return () => observer.disconnect();
  }, []);

  // The line asked for starts in the middle, once it is there.
  const placed = useRef('');
  useLayoutEffect(() => {
    const index = at && placed.current !== at ? shown.indexOf(at) : -1;
    if (index < 0) return;
    placed.current = at;
    setActive(at);
    boxRef.current!.scrollTop = places.top(index) - boxRef.current!.clientHeight / 2;
    look();
  }, [at, shown]);

  const first = places.at(view.top - overscanPx);
  const last = places.at(view.top + view.height + overscanPx);
  const indexes: number[] = [];
  for (let i = first; i <= last && i < lines.length; i += 1) indexes.push(i);
  const activeIndex = active ? shown.indexOf(active) : -1;
  // The focused row stays in the document, else the keyboard would lose its place.
  if (activeIndex >= 0 && (activeIndex < first || activeIndex > last)) indexes.push(activeIndex);

  // What was just opened comes into view as far as its beginning stays there.
  useLayoutEffect(() => {
    const index = opened.current && heights.has(opened.current) ? shown.indexOf(opened.current) : -1;
    const box = boxRef.current;
    if (index < 0 || !box || !open.has(opened.current)) return;
    const hidden = places.bottom(index) - box.scrollTop - box.clientHeight;
    const room = places.top(index) - box.scrollTop;
    if (room > box.clientHeight) opened.current = '';
    else if (hidden > 0) box.scrollTop += Math.max(0, Math.min(hidden, room));
    look();
  }, [places]);

  const focusRow = (wanted: number) => {
    const index = Math.max(0, Math.min(lines.length - 1, wanted));
    const line = shown.line(index);
    const box = boxRef.current;
    if (!line || !box) return;
    opened.current = '';
    setActive(line.id);
    if (places.top(index) < box.scrollTop) box.scrollTop = places.top(index);
    else if (places.bottom(index) > box.scrollTop + box.clientHeight) {
      box.scrollTop = Math.min(places.top(index), places.bottom(index) - box.clientHeight);
    }
    look();
    requestAnimationFrame(() =>
      box.querySelector<HTMLElement>(`[data-index="${index}"]`)?.focus({ preventScroll: true }),
    );
  };

  const toggle = (line: LogLine) => {
    setActive(line.id);
    opened.current = open.has(line.id) ? '' : line.id;
    setOpen((old) => {
      const next = new Set(old);
      if (!next.delete(line.id)) next.add(line.id);
      return next;
    });
  };

  const onKeyDown = (event: KeyboardEvent) => {
    const row = (event.target as Element).closest<HTMLElement>('[data-index]');
    const index = Number(row?.dataset['index'] ?? 0);
    const line = shown.line(index);
    if (!row || !line || event.ctrlKey || event.metaKey || event.altKey) return;
    const isRow = event.target === row;
    const page = Math.max(1, Math.floor(view.height / rowPx) - 2);
    const steps: Record<string, number> = {
      ArrowDown: index + 1,
      j: index + 1,
      ArrowUp: index - 1,
      k: index - 1,
      PageDown: index + page,
      PageUp: index - page,
      Home: 0,
      End: lines.length - 1,
    };
    const to = steps[event.key];
    if (to !== undefined) focusRow(to);
    else if (event.key === 'ArrowRight') moveAcross(row, 1);
    else if (event.key === 'ArrowLeft') moveAcross(row, -1);
    else if (event.key === 'Enter' && isRow) toggle(line);
    else if (event.key === 'Escape' && open.has(line.id)) {
      toggle(line);
      row.focus();
    } else if (event.key === '.') row.querySelector<HTMLElement>('button.value')?.click();
    else if (event.key === 'c') navigate(groupHref(line.group, { at: line.id, stream: line.stream }));
    else if (event.key === 'o' && line.trace_id) navigate(`/trace/${line.trace_id}`);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  const tabStop = activeIndex >= 0 ? activeIndex : first;
  const kinds = `${props.withGroup ? ' with-group' : ''}${props.withStream ? ' with-stream' : ''}${wrap ? ' wrap' : ''}`;
  return (
    <div class={`log-list${kinds}`} role="table" aria-label="Log events" aria-rowcount={lines.length + 1}>
      <div role="rowgroup" class="log-head">
        <div role="row" aria-rowindex={1} class="log-line">
          <span role="columnheader">Time</span>
          <span role="columnheader">Level</span>
          {props.withGroup && <span role="columnheader">Group</span>}
          {props.withStream && <span role="columnheader">Stream</span>}
          <span role="columnheader">Message</span>
        </div>
      </div>
      <div
        role="rowgroup"
        class="log-scroll"
        ref={boxRef}
        onScroll={onScroll}
        {...focusHandlers}
        onKeyDown={onKeyDown}
      >
        <div class="log-body" role="presentation" style={{ height: `${places.height}px` }}>
          {indexes.map((index) => {
            const line = shown.line(index)!;
            return (
              <LogRow
                key={line.id}
                line={line}
                index={index}
                top={places.top(index)}
                isOpen={open.has(line.id)}
                isActive={index === activeIndex}
                isMarked={line.id === at}
                isTabStop={index === tabStop}
                measure={isTall(line) ? observe : null}
                terms={props.terms}
                withGroup={props.withGroup}
                withStream={props.withStream}
                onToggle={toggle}
              />
            );
          })}
        </div>
      </div>
    </div>
  );
}

function moveAcross(row: HTMLElement, step: number): void {
  const stops = [...row.querySelectorAll<HTMLElement>('a, button')];
  const to = stops.indexOf(document.activeElement as HTMLElement) + step;
  if (to < 0) row.focus();
  else stops[Math.min(to, stops.length - 1)]?.focus();
}
