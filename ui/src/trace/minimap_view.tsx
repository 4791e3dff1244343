// SPDX-License-Identifier: Apache-2.0
// The minimap and the window on it: drag across to zoom, drag the window or its edges to move it.
import { effect } from '@preact/signals';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { drawMinimap, drawTicks, rasterMinimap, rasterTicks } from '../canvas/minimap.ts';
import { prepareCanvas, readInks } from '../canvas/surface.ts';
import { tokenColour } from '../format/colour.ts';
import { shownTheme } from '../frame/preferences.ts';
import { formatDurationNs } from '../format/number.ts';
import { isError } from './colors.ts';
import { marginLeftPx, marginRightPx } from './time_scale.ts';
import type { TraceLayout } from './trace_layout.ts';
import type { TraceModel } from './trace_model.ts';

const spansPx = 64;
const ticksPx = 4;
const lanesMax = 26;
const errorCode = 12;
const neutralCode = 11;

export function MinimapView({ model, layout }: { model: TraceModel; layout: TraceLayout }) {
  const canvasRef = useRef<HTMLCanvasElement>(null);
  const ticksRef = useRef<HTMLCanvasElement>(null);
  const width = Math.max(layout.timeWidth.value - marginLeftPx - marginRightPx, 1);

  // Two canvases: matches change with every letter typed, the spans below them do not.
  useLayoutEffect(() => {
    const [spans, ticks] = [canvasRef.current!, ticksRef.current!];
    const stopSpans = effect(() => {
      shownTheme.value;
      if (layout.width.value > 0) paintSpans(spans, model, widthOf(layout));
    });
    const stopTicks = effect(() => {
      shownTheme.value;
      if (layout.width.value > 0) paintTicks(ticks, model, widthOf(layout));
    });
    return () => {
      stopSpans();
      stopTicks();
    };
  }, [model]);

  const { from, to } = model.window.value;
  const whole = model.whole.value;
  const perNs = width / (whole.to - whole.from);
  const left = (from - whole.from) * perNs;
  const right = (to - whole.from) * perNs;

  return (
    <div class="minimap">
      <canvas ref={ticksRef} aria-hidden="true" />
      <canvas
        ref={canvasRef}
        role="img"
        aria-label={`Minimap of the trace, showing ${formatDurationNs(from)} to ${formatDurationNs(to)}`}
      />
      <div class="minimap-hand" onPointerDown={(event) => startDrag(event, model, perNs)}>
        <i class="minimap-shade" style={{ left: '0', width: `${left}px` }} />
        <i class="minimap-shade" style={{ left: `${right}px`, right: '0' }} />
        {model.isZoomed.value && (
          <i class="minimap-window" style={{ left: `${left}px`, width: `${right - left}px` }}>
            <i class="minimap-edge" data-edge="from" />
            <i class="minimap-edge end" data-edge="to" />
          </i>
        )}
      </div>
    </div>
  );
}

function widthOf(layout: TraceLayout): number {
  return Math.max(Math.round(layout.timeWidth.value - marginLeftPx - marginRightPx), 1);
}

function paintSpans(canvas: HTMLCanvasElement, model: TraceModel, width: number): void {
  const context = prepareCanvas(canvas, width, spansPx);
  if (!context) return;
  const { cols } = model;
  const inks = readInks(context);
  const colourOf = model.colourOf.value;
  const grid = rasterMinimap(
    cols,
    model.scope.value,
    model.whole.value,
    { width, lanesMax },
    (row) => {
      if (isError(cols, row)) return errorCode;
      const { index } = colourOf(row);
      return index < 0 ? neutralCode : index + 1;
    },
    (row) => isError(cols, row),
  );
  const palette = ['', ...inks.series, inks.neutral, inks.error];
  drawMinimap(context, grid, { y: 1, height: spansPx - 2 }, palette);
}

function paintTicks(canvas: HTMLCanvasElement, model: TraceModel, width: number): void {
  const context = prepareCanvas(canvas, width, ticksPx);
  if (!context || model.query.value === '') return;
  const columns = rasterTicks(model.cols, model.matchesInScope.value, model.whole.value, width);
  drawTicks(context, columns, { y: 0, height: ticksPx }, tokenColour('selected-line'));
}

function startDrag(event: PointerEvent, model: TraceModel, perNs: number): void {
  const area = event.currentTarget as HTMLElement;
  const target = event.target as HTMLElement;
  const whole = model.whole.value;
  const before = model.window.value;
  const timeOf = (one: PointerEvent) =>
    whole.from + (one.clientX - area.getBoundingClientRect().left) / perNs;
  const start = timeOf(event);
  const edge = target.dataset['edge'];
  const moves = target.classList.contains('minimap-window');
  area.setPointerCapture(event.pointerId);
  area.onpointermove = (move) => {
    const now = timeOf(move);
    if (moves) {
      model.setWindow({ from: before.from + now - start, to: before.to + now - start });
      return;
    }
    const other = edge === 'from' ? before.to : edge === 'to' ? before.from : start;
    if (Math.abs(now - other) * perNs < 3) return;
    model.setWindow({
      from: Math.max(Math.min(now, other), whole.from),
      to: Math.min(Math.max(now, other), whole.to),
    });
  };
  area.onlostpointercapture = () => (area.onpointermove = null);
  event.preventDefault();
}
