// SPDX-License-Identifier: Apache-2.0
// The trace as JSON with every field, whatever its size: spans are read where one looks.
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { isAbort } from '../api/client.ts';
import { formatCount } from '../format/number.ts';
import { Icon } from '../ui/icon.tsx';
import type { TraceCols } from './cols.ts';
import { findInJson } from './json_find.ts';
import { JsonLines } from './json_lines.ts';
import { JsonSave } from './json_save.tsx';
import { ScrollRange } from './scroll_range.ts';
import { fetchSpans } from './trace_api.ts';
import { stepMatch } from './tree.ts';

const linePx = 16;
const linesOutside = 20;
/** What is scrolled past quickly is not read. */
const restMs = 40;

interface Shown {
  first: number;
  count: number;
  shift: number;
  bodyPx: number;
}

export function JsonView({ traceId, cols }: { traceId: string; cols: TraceCols }) {
  const lines = useMemo(() => new JsonLines(traceId, cols), [traceId, cols]);
  const [text, setText] = useState('');
  const [at, setAt] = useState(-1);
  const found = useFound(traceId, lines, text);
  const step = (direction: 1 | -1) => setAt(stepMatch(found ?? new Uint32Array(0), at, direction));
  return (
    <div class="json-view">
      <div class="json-tools">
        <span class="find-field">
          <Icon name="search" />
          <input
            type="search"
            class="input"
            aria-label="Find in JSON"
            placeholder="Find in JSON"
            autocomplete="off"
            spellcheck={false}
            value={text}
            onInput={(event) => {
              setAt(-1);
              setText(event.currentTarget.value);
            }}
            onKeyDown={(event) => event.key === 'Enter' && step(event.shiftKey ? -1 : 1)}
          />
        </span>
        {text !== '' && (
          <span class="find-count" role="status">
            {found === null ? 'Looking …' : `${formatCount(found.length)} spans`}
          </span>
        )}
        <span class="spacer" />
        <JsonSave traceId={traceId} lines={lines} />
      </div>
      <LineList traceId={traceId} lines={lines} needle={text} at={at} />
    </div>
  );
}

/** Spans (by their index) with the text in a name or a value; null while they are looked for. */
function useFound(traceId: string, lines: JsonLines, text: string): Uint32Array | null {
  const [found, setFound] = useState<Uint32Array | null>(null);
  useEffect(() => {
    setFound(null);
    if (text.trim() === '') return undefined;
    const abort = new AbortController();
    const timer = setTimeout(() => {
      findInJson(traceId, lines, text.trim(), abort.signal).then(setFound, (error: unknown) => {
        if (!isAbort(error)) setFound(new Uint32Array(0));
      });
    }, 120);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [traceId, lines, text]);
  return found;
}

interface LineListProps {
  traceId: string;
  lines: JsonLines;
  needle: string;
  /** Index of the span to show, or -1. */
  at: number;
}

function LineList({ traceId, lines, needle, at }: LineListProps) {
  const boxRef = useRef<HTMLDivElement>(null);
  const [view, setView] = useState<Shown>({ first: 0, count: 60, shift: 0, bodyPx: 0 });
  const measure = () => {
    const box = boxRef.current;
    // A scroll or a change of size may still be reported once the view is gone.
    if (!box) return;
    const range = new ScrollRange(box, lines.count, linePx);
    const first = Math.max(0, Math.floor(range.top / linePx) - linesOutside);
    const count = Math.ceil(box.clientHeight / linePx) + 2 * linesOutside;
    setView({ first, count, shift: range.shift, bodyPx: range.bodyPx });
  };
  useEffect(measure, [lines]);
  usePages(traceId, lines, view, () => {
    measure();
    return boxRef.current!;
  });
  useEffect(() => {
    if (at < 0) return;
    const range = new ScrollRange(boxRef.current!, lines.count, linePx);
    range.scrollTo(lines.indexOf({ span: at, line: 0 }));
  }, [at, lines]);
  const last = Math.min(view.first + view.count, lines.count);
  const shown = Array.from({ length: Math.max(0, last - view.first) }, (_, k) => view.first + k);
  const sought = needle.trim().toLowerCase();
  return (
    <div
      ref={boxRef}
      class="json-lines"
      role="region"
      aria-label="Trace as JSON"
      tabIndex={0}
      onScroll={measure}
    >
      <div class="json-body" style={{ height: `${view.bodyPx}px` }}>
        {shown.map((index) => {
          const line = lines.line(index);
          const isMatch = sought !== '' && line.toLowerCase().includes(sought);
          const isCurrent = at >= 0 && lines.placeOf(index).span === at;
          return (
            <div
              key={index}
              class={`json-line${isMatch ? ' match' : ''}${isCurrent ? ' current' : ''}`}
              style={{ transform: `translateY(${index * linePx + view.shift}px)` }}
            >
              {line}
            </div>
          );
        })}
      </div>
    </div>
  );
}

/** Reads the spans in view; what is in view stays in view when spans above it gain lines. */
function usePages(
  traceId: string,
  lines: JsonLines,
  view: Shown,
  remeasure: () => HTMLElement,
): void {
  const lastPage = lines.pageOf(Math.max(lines.rows.length - 1, 0));
  const pageAt = (index: number): number => {
    const { span } = lines.placeOf(Math.min(index, lines.count - 1));
    return Math.min(Math.max(lines.pageOf(span), 0), lastPage);
  };
  const first = pageAt(view.first);
  const last = pageAt(view.first + view.count);
  useEffect(() => {
    const abort = new AbortController();
    const load = async (page: number) => {
      const details = await fetchSpans(traceId, lines.spanIds(page), abort.signal);
      if (abort.signal.aborted) return;
      const box = remeasure();
      const top = new ScrollRange(box, lines.count, linePx).top / linePx;
      const place = lines.placeOf(Math.floor(top));
      lines.put(page, details);
      remeasure();
      const index = lines.indexOf(place) + (top % 1);
      requestAnimationFrame(() => {
        // The view may have been left before the frame came.
        if (!box.isConnected) return;
        new ScrollRange(box, lines.count, linePx).scrollTo(index);
        remeasure();
      });
    };
    const timer = setTimeout(() => {
      for (let page = first; page <= last && lines.rows.length > 0; page++) {
        if (!lines.has(page)) load(page).catch(() => undefined);
      }
    }, restMs);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [lines, first, last]);
}
