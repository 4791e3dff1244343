// SPDX-License-Identifier: Apache-2.0
// How many lines there were when; errors and warnings in their colours. Dragging zooms.

import { useRef, useState } from 'preact/hooks';
import { prepareCanvas } from '../canvas/heatmap.ts';
import { ChartFrame } from '../chart/chart_frame.tsx';
import { useCanvas } from '../chart/use_canvas.ts';
import { tokenColour } from '../format/colour.ts';
import { formatCount } from '../format/number.ts';
import { timeTickLabel, timeTicks } from '../format/ticks.ts';
import { formatInstant } from '../format/time.ts';
import { stackOf, type Bar } from './histogram_bars.ts';
import type { LogHistogram } from './types.ts';

export interface HistogramProps {
  data: LogHistogram;
  onZoom: (fromMs: number, toMs: number) => void;
}

const plotPx = 44;
const dragMinPx = 4;

export function Histogram({ data, onZoom }: HistogramProps) {
  const bars = stackOf(data);
  const spanMs = data.bucket_ms * data.counts.length;
  const endMs = data.start_ms + spanMs;
  const highest = Math.max(1, ...data.counts);
  const [hovered, setHovered] = useState(-1);
  const [drag, setDrag] = useState<[number, number] | null>(null);
  const boxRef = useRef<HTMLDivElement>(null);
  const canvasRef = useCanvas((canvas) => paint(canvas, bars, highest, data.start_ms, endMs));
  const shareAt = (event: PointerEvent) => {
    const box = boxRef.current!.getBoundingClientRect();
    return Math.min(1, Math.max(0, (event.clientX - box.left) / box.width));
  };
  const finish = () => {
    setDrag(null);
    if (!drag) return;
    const [from, to] = drag[0] < drag[1] ? drag : [drag[1], drag[0]];
    if ((to - from) * boxRef.current!.clientWidth < dragMinPx) return;
    onZoom(Math.floor(data.start_ms + from * spanMs), Math.ceil(data.start_ms + to * spanMs));
  };
  return (
    <ChartFrame
      name="Log events over time"
      heading={`${formatCount(data.total)} ${data.total === 1 ? 'event' : 'events'}`}
      summary={`At most ${formatCount(highest)} in ${bucketText(data.bucket_ms)}`}
      table={() => tableOf(data)}
    >
      <div
        class="log-histogram"
        ref={boxRef}
        onPointerDown={(event) => {
          if (event.button !== 0) return;
          event.currentTarget.setPointerCapture(event.pointerId);
          setDrag([shareAt(event), shareAt(event)]);
        }}
        onPointerMove={(event) => {
          const share = shareAt(event);
          setHovered(Math.min(bars.length - 1, Math.floor(share * bars.length)));
          if (drag) setDrag([drag[0], share]);
        }}
        onPointerUp={finish}
        onPointerLeave={() => setHovered(-1)}
      >
        <canvas ref={canvasRef} aria-hidden="true" />
        {drag && (
          <span
            class="log-histogram-drag"
            style={{
              left: `${Math.min(...drag) * 100}%`,
              width: `${Math.abs(drag[1] - drag[0]) * 100}%`,
            }}
          />
        )}
        {hovered >= 0 && bars[hovered] && <Tip data={data} index={hovered} count={bars.length} />}
      </div>
    </ChartFrame>
  );
}

function bucketText(ms: number): string {
  return ms >= 60_000 ? `${Math.round(ms / 6000) / 10} min` : `${Math.round(ms) / 1000} s`;
}

function Tip({ data, index, count }: { data: LogHistogram; index: number; count: number }) {
  const isLeft = index < count / 2;
  const edge = `calc(${((isLeft ? index + 1 : count - index) / count) * 100}% + 8px)`;
  const entries = Object.entries(data.levels).filter(([, counts]) => counts[index]);
  return (
    <div class="chart-tip" style={isLeft ? { left: edge } : { right: edge }} aria-hidden="true">
      <div class="muted">{formatInstant(data.start_ms + index * data.bucket_ms, false)}</div>
      <strong>{formatCount(data.counts[index] ?? 0)} events</strong>
      {entries.map(([level, counts]) => (
        <div key={level} class={`level-text ${level}`}>
          {level} {formatCount(counts[index] ?? 0)}
        </div>
      ))}
    </div>
  );
}

function tableOf(data: LogHistogram) {
  const cells = (counts: readonly number[]) => counts.map(formatCount);
  return {
    times: data.counts.map((_, index) => data.start_ms + index * data.bucket_ms),
    columns: [
      { header: 'events', cells: cells(data.counts) },
      ...Object.entries(data.levels).map(([level, counts]) => ({ header: level, cells: cells(counts) })),
    ],
  };
}

function paint(canvas: HTMLCanvasElement, bars: Bar[], highest: number, fromMs: number, toMs: number): void {
  const context = prepareCanvas(canvas);
  if (!context) return;
  const width = canvas.clientWidth;
  const step = width / bars.length;
  const gap = step > 4 ? 1 : 0;
  bars.forEach((bar, index) => {
    const x = Math.round(index * step);
    const wide = Math.max(1, Math.round((index + 1) * step) - x - gap);
    let y = plotPx;
    for (const { count, token } of bar) {
      const high = Math.max(1, (count / highest) * (plotPx - 2));
      context.fillStyle = tokenColour(token);
      context.fillRect(x, y - high, wide, high);
      y -= high;
    }
  });
  context.fillStyle = tokenColour('line');
  context.fillRect(0, plotPx, width, 1);
  context.fillStyle = tokenColour('text3');
  context.font = '11px system-ui, sans-serif';
  context.textAlign = 'center';
  for (const tick of timeTicks(fromMs, toMs, width / 110)) {
    const x = ((tick - fromMs) / (toMs - fromMs)) * width;
    if (x > 28 && x < width - 28) context.fillText(timeTickLabel(tick, toMs - fromMs), x, plotPx + 13);
  }
}
