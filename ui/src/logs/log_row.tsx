// SPDX-License-Identifier: Apache-2.0
// One line: when, how bad, where from, and what it says; opened, everything about it.

import { useLayoutEffect, useRef } from 'preact/hooks';
import { formatClock, formatInstant, msOfNs } from '../format/time.ts';
import { Icon } from '../ui/icon.tsx';
import { Value } from '../ui/value_menu.tsx';
import { LineDetails } from './line_details.tsx';
import { lineMenu } from './line_menu.ts';
import { MessageText } from './message_text.tsx';
import type { LogLine } from './types.ts';

export interface LogRowProps {
  line: LogLine;
  index: number;
  top: number;
  isOpen: boolean;
  isActive: boolean;
  isMarked: boolean;
  isTabStop: boolean;
  /** Watches the height of a row that may be taller than the others. */
  measure: ((element: HTMLElement | null) => void) | null;
  terms: readonly string[];
  withGroup: boolean;
  withStream: boolean;
  onToggle: (line: LogLine) => void;
}

/** Nothing beyond this can be seen in one line of a list. */
const shownCharsMax = 1200;

export function clockOf(line: LogLine): string {
  const ms = Math.floor(msOfNs(line.time_ns));
  return `${formatClock(ms)}.${String(((ms % 1000) + 1000) % 1000).padStart(3, '0')}`;
}

export function LogRow(props: LogRowProps) {
  const { line, isOpen } = props;
  const rowRef = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => props.measure?.(rowRef.current), [props.measure !== null]);
  const state = `${isOpen ? ' open' : ''}${props.isActive ? ' active' : ''}${props.isMarked ? ' marked' : ''}`;
  const text = line.message.length > shownCharsMax ? line.message.slice(0, shownCharsMax) : line.message;
  const onClick = (event: MouseEvent) => {
    const target = event.target as Element;
    if (target.closest('a, button, .log-details') || getSelection()?.type === 'Range') return;
    props.onToggle(line);
  };
  return (
    <div
      ref={rowRef}
      role="row"
      class={`log-row level-${line.level ?? 'none'}${state}${props.measure ? ' tall' : ''}`}
      aria-rowindex={props.index + 2}
      tabIndex={props.isTabStop ? 0 : -1}
      data-index={props.index}
      data-id={line.id}
      style={{ transform: `translateY(${props.top}px)` }}
      onClick={onClick}
    >
      <div class="log-line">
        <span role="cell" class="log-time" title={formatInstant(msOfNs(line.time_ns))}>
          <button
            type="button"
            class="log-toggle"
            tabIndex={-1}
            aria-label={`Details of the line at ${clockOf(line)}`}
            aria-expanded={isOpen}
            onClick={() => props.onToggle(line)}
          >
            <Icon name="chevronRight" />
          </button>
          <time>{clockOf(line)}</time>
        </span>
        <span role="cell" class="log-level">
          {line.level ?? <span class="visually-hidden">none</span>}
        </span>
        {props.withGroup && (
          <span role="cell" class="log-source ellipsis" title={line.group}>
            <Value column="@log" value={line.group} dataset={line.group} items={lineMenu(line, '@log')} />
          </span>
        )}
        {props.withStream && (
          <span role="cell" class="log-source ellipsis" title={line.stream}>
            <Value column="@logStream" value={line.stream} dataset={line.group} items={lineMenu(line, '@logStream')} />
          </span>
        )}
        <span role="cell" class="log-message">
          <MessageText text={text} terms={props.terms} />
          {line.message.length > text.length || line.cut ? '…' : ''}
        </span>
        <span role="cell" class="log-links">
          {line.trace_id && (
            <a href={traceHref(line)} class="log-trace" title={`Open trace ${line.trace_id} (o)`}>
              trace {line.trace_id.slice(0, 8)}
            </a>
          )}
        </span>
      </div>
      {isOpen && (
        <div role="cell" class="log-details">
          <LineDetails line={line} terms={props.terms} />
        </div>
      )}
    </div>
  );
}

export function traceHref(line: LogLine): string {
  const span = line.span_id ? `?span=${line.span_id}` : '';
  return `/trace/${encodeURIComponent(line.trace_id ?? '')}${span}`;
}
