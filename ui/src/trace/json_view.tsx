// SPDX-License-Identifier: Apache-2.0
// The trace as JSON: with every field for traces small enough to read whole, else the columns.
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { useResource } from '../api/resource.ts';
import { formatCount } from '../format/number.ts';
import { Button } from '../ui/button.tsx';
import { Icon } from '../ui/icon.tsx';
import { copyText } from '../ui/toast.tsx';
import { spanIdHex, type TraceCols } from './cols.ts';
import { documentLines, findLines, joinLines, traceLines, type JsonLines } from './json_lines.ts';
import { ScrollRange } from './scroll_range.ts';
import { fetchSpan, type SpanDetail } from './trace_api.ts';
import { stepMatch } from './tree.ts';

const linePx = 16;
const linesOutside = 20;
/** Up to so many spans are read one by one for all their fields. */
const wholeSpansMax = 200;
const requestsAtOnce = 6;

async function fetchAll(
  traceId: string,
  cols: TraceCols,
  abort: AbortSignal,
): Promise<SpanDetail[]> {
  const ids = Array.from({ length: cols.n }, (_, row) => row)
    .filter((row) => cols.spanId[row] !== 0n)
    .map((row) => spanIdHex(cols, row));
  const details: SpanDetail[] = new Array(ids.length);
  let next = 0;
  const work = async () => {
    for (let at = next++; at < ids.length; at = next++) {
      details[at] = await fetchSpan(traceId, ids[at]!, abort);
    }
  };
  await Promise.all(Array.from({ length: requestsAtOnce }, work));
  return details;
}

export function JsonView({ traceId, cols }: { traceId: string; cols: TraceCols }) {
  const whole = cols.n <= wholeSpansMax;
  const { data } = useResource(whole ? traceId : null, (abort) => fetchAll(traceId, cols, abort));
  const lines = useMemo(
    () => (data ? documentLines({ trace_id: traceId, spans: data }) : traceLines(traceId, cols)),
    [traceId, cols, data],
  );
  const [text, setText] = useState('');
  const [at, setAt] = useState(-1);
  const found = useFound(lines, text);
  const step = (direction: 1 | -1) => setAt(stepMatch(found, at, direction));

  const save = () => {
    const url = URL.createObjectURL(new Blob([joinLines(lines)], { type: 'application/json' }));
    const anchor = document.createElement('a');
    anchor.href = url;
    anchor.download = `trace-${traceId}.json`;
    anchor.click();
    setTimeout(() => URL.revokeObjectURL(url), 1000);
  };

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
            onInput={(event) => setText(event.currentTarget.value)}
            onKeyDown={(event) => event.key === 'Enter' && step(event.shiftKey ? -1 : 1)}
          />
        </span>
        {text !== '' && <span class="find-count">{formatCount(found.length)} lines</span>}
        {!whole && (
          <span class="muted">
            Fields are listed here for traces up to {formatCount(wholeSpansMax)} spans; the span
            details have them for every span.
          </span>
        )}
        <Button
          look="ghost"
          icon="copy"
          onClick={() => void copyText(joinLines(lines), 'JSON copied')}
        >
          Copy JSON
        </Button>
        <Button look="ghost" icon="download" onClick={save}>
          Save
        </Button>
      </div>
      <LineList lines={lines} found={found} at={at} />
    </div>
  );
}

function useFound(lines: JsonLines, text: string): Uint32Array {
  const [found, setFound] = useState(new Uint32Array(0));
  useEffect(() => {
    const abort = new AbortController();
    if (text === '') setFound(new Uint32Array(0));
    else {
      void findLines(lines, text, abort.signal).then(
        (rows) => abort.signal.aborted || setFound(rows as Uint32Array<ArrayBuffer>),
      );
    }
    return () => abort.abort();
  }, [lines, text]);
  return found;
}

function LineList({ lines, found, at }: { lines: JsonLines; found: Uint32Array; at: number }) {
  const boxRef = useRef<HTMLDivElement>(null);
  const [view, setView] = useState({ first: 0, count: 60, shift: 0, bodyPx: 0 });
  const marked = useMemo(() => new Set(found), [found]);
  const measure = () => {
    const box = boxRef.current!;
    const range = new ScrollRange(box, lines.count, linePx);
    const first = Math.max(0, Math.floor(range.top / linePx) - linesOutside);
    const count = Math.ceil(box.clientHeight / linePx) + 2 * linesOutside;
    setView({ first, count, shift: range.shift, bodyPx: range.bodyPx });
  };
  useEffect(measure, [lines]);
  useEffect(() => {
    if (at >= 0) new ScrollRange(boxRef.current!, lines.count, linePx).show(at);
  }, [at, lines]);
  const indexes = Array.from(
    { length: Math.max(0, Math.min(view.count, lines.count - view.first)) },
    (_, k) => view.first + k,
  );
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
        {indexes.map((index) => (
          <div
            key={index}
            class={`json-line${marked.has(index) ? ' match' : ''}${index === at ? ' current' : ''}`}
            style={{ transform: `translateY(${index * linePx + view.shift}px)` }}
          >
            {lines.line(index)}
          </div>
        ))}
      </div>
    </div>
  );
}
