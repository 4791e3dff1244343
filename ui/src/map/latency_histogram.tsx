// SPDX-License-Identifier: Apache-2.0
// Response times as bars. Dragging, or Shift with the arrow keys, takes a range of them to its traces.

import { useMemo, useRef, useState } from 'preact/hooks';
import { formatCount, formatDurationMs } from '../format/number.ts';
import { Button } from '../ui/button.tsx';
import { binLatencies } from './latency_bins.ts';

export interface LatencyHistogramProps {
  histogram: [number, number][];
  p50Ms: number | null;
  p95Ms: number | null;
  onTraces: (fromMs: number, toMs: number) => void;
}

const height = 76;
const barWidth = 8;

export function LatencyHistogram({ histogram, p50Ms, p95Ms, onTraces }: LatencyHistogramProps) {
  const bins = useMemo(() => binLatencies(histogram), [histogram]);
  const [range, setRange] = useState<{ anchor: number; head: number } | null>(null);
  const dragging = useRef(false);
  if (bins.length === 0) return <p class="muted">No requests in this range.</p>;
  const most = Math.max(...bins.map(({ count }) => count));
  const [first, last] = range ? [Math.min(range.anchor, range.head), Math.max(range.anchor, range.head)] : [-1, -1];
  const chosen = range ? bins.slice(first, last + 1) : [];
  const count = chosen.reduce((sum, bin) => sum + bin.count, 0);
  const words = range
    ? `${formatDurationMs(bins[first]!.fromMs)} to ${formatDurationMs(bins[last]!.toMs)}, ${formatCount(count)} requests`
    : '';
  const at = (event: PointerEvent) => {
    const box = (event.currentTarget as Element).getBoundingClientRect();
    const i = Math.floor(((event.clientX - box.left) / box.width) * bins.length);
    return Math.max(0, Math.min(bins.length - 1, i));
  };
  const xOf = (ms: number) => {
    const i = bins.findIndex((bin) => ms < bin.toMs);
    return ((i < 0 ? bins.length : i) + 0.5) * barWidth;
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const head = range?.head ?? Math.max(0, bins.findIndex((bin) => bin.count > 0) - 1);
    const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
    if (step) {
      const to = Math.max(0, Math.min(bins.length - 1, head + step));
      setRange({ anchor: event.shiftKey && range ? range.anchor : to, head: to });
    } else if (event.key === 'Enter' && range) onTraces(bins[first]!.fromMs, bins[last]!.toMs);
    else if (event.key === 'Escape' && range) {
      setRange(null);
      event.stopPropagation();
    } else return;
    event.preventDefault();
  };
  return (
    <figure class="latency" aria-label="Response times">
      <svg
        class="latency-bars"
        viewBox={`0 0 ${bins.length * barWidth} ${height}`}
        preserveAspectRatio="none"
        role="application"
        aria-label="Histogram of response times; arrow keys choose a bar, with Shift a range, Enter opens its traces"
        tabindex={0}
        onKeyDown={onKeyDown}
        onPointerDown={(event) => {
          dragging.current = true;
          event.currentTarget.setPointerCapture(event.pointerId);
          setRange({ anchor: at(event), head: at(event) });
        }}
        onPointerMove={(event) => dragging.current && range && setRange({ anchor: range.anchor, head: at(event) })}
        onPointerUp={() => (dragging.current = false)}
        onPointerCancel={() => (dragging.current = false)}
      >
        {range && (
          <rect class="latency-range" x={first * barWidth} y={0} width={(last - first + 1) * barWidth} height={height} />
        )}
        {bins.map((bin, i) => {
          const tall = bin.count === 0 ? 0 : Math.max(2, (bin.count / most) * (height - 6));
          const isChosen = i >= first && i <= last;
          return (
            <rect
              key={i}
              class={`latency-bar${isChosen ? ' chosen' : ''}`}
              x={i * barWidth + 0.5}
              y={height - tall}
              width={barWidth - 1}
              height={tall}
            />
          );
        })}
        {p50Ms !== null && <line class="latency-mark" x1={xOf(p50Ms)} x2={xOf(p50Ms)} y1={0} y2={height} />}
        {p95Ms !== null && <line class="latency-mark p95" x1={xOf(p95Ms)} x2={xOf(p95Ms)} y1={0} y2={height} />}
      </svg>
      <div class="latency-scale" aria-hidden="true">
        <span>{formatDurationMs(bins[0]!.toMs)}</span>
        <span>
          p50 {p50Ms === null ? '–' : formatDurationMs(p50Ms)} · p95 {p95Ms === null ? '–' : formatDurationMs(p95Ms)}
        </span>
        <span>{formatDurationMs(bins.at(-1)!.toMs)}</span>
      </div>
      <p class="visually-hidden" role="status">
        {words}
      </p>
      {range ? (
        <div class="latency-choice">
          <span>{words}</span>
          <Button class="in-row" onClick={() => onTraces(bins[first]!.fromMs, bins[last]!.toMs)}>
            Traces
          </Button>
          <Button look="ghost" icon="close" class="in-row" label="Clear range" onClick={() => setRange(null)} />
        </div>
      ) : (
        <p class="caption">Drag over the bars to see those traces.</p>
      )}
    </figure>
  );
}
