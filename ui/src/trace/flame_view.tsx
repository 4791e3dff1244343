// SPDX-License-Identifier: Apache-2.0
// The flame graph: a canvas that scrolls by lanes and zooms in time, with the table of self times
// beside it as its equivalent in text.
import { computed, effect } from '@preact/signals';
import { useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import {
  eachBox,
  layoutFlame,
  rowAt,
  type FlameLayout,
  type FlameView as View,
} from '../canvas/flame.ts';
import { inkOn, prepareCanvas, readInks } from '../canvas/surface.ts';
import { formatDurationNs } from '../format/number.ts';
import { shownTheme } from '../frame/preferences.ts';
import { isError } from './colors.ts';
import { nameAt } from './cols.ts';
import type { FindSession } from './find_session.ts';
import { SelfTimeTable } from './self_time_table.tsx';
import { marginLeftPx, marginRightPx } from './time_scale.ts';
import type { TraceLayout } from './trace_layout.ts';
import type { TraceModel } from './trace_model.ts';
import { subtreeSpread } from './tree.ts';
import { pan, zoomAround } from './zoom.ts';

const laneHeightPx = 18;
const textMinPx = 34;

export interface FlameViewProps {
  model: TraceModel;
  layout: TraceLayout;
  find: FindSession;
  onOpen: () => void;
}

export function FlameView({ model, layout, find, onOpen }: FlameViewProps) {
  const boxRef = useRef<HTMLDivElement>(null);
  const canvasRef = useRef<HTMLCanvasElement>(null);
  const [tip, setTip] = useState<{ row: number; x: number; y: number } | null>(null);
  const flame = useMemo(
    () =>
      computed(() => {
        const [from, to] = model.scope.value;
        return layoutFlame(model.cols, from, to, subtreeSpread(model.cols, from, to));
      }),
    [model],
  );

  const viewNow = (): View => {
    const box = boxRef.current!;
    const width = Math.max(layout.timeWidth.value - marginLeftPx - marginRightPx, 1);
    const { from, to } = model.window.value;
    return {
      from,
      to,
      width,
      laneHeight: laneHeightPx,
      top: box.scrollTop,
      height: box.clientHeight,
    };
  };
  const paint = () => drawFlame(canvasRef.current!, model, flame.value, viewNow());

  useLayoutEffect(() => {
    const box = boxRef.current!;
    const measure = () => {
      layout.width.value = box.clientWidth + layout.shownNameWidth.peek();
      paint();
    };
    const observer = new ResizeObserver(measure);
    observer.observe(box);
    const stop = effect(() => {
      shownTheme.value;
      paint();
    });
    return () => {
      observer.disconnect();
      stop();
    };
  }, [model]);

  const pointed = (event: MouseEvent): number => {
    const area = canvasRef.current!.getBoundingClientRect();
    return rowAt(
      model.cols,
      flame.value,
      viewNow(),
      event.clientX - area.left,
      event.clientY - area.top,
    );
  };

  const onWheel = (event: WheelEvent) => {
    if (!event.ctrlKey && !event.shiftKey) return;
    event.preventDefault();
    const area = canvasRef.current!.getBoundingClientRect();
    const window = model.window.value;
    const share = (event.clientX - area.left) / area.width;
    const at = window.from + share * (window.to - window.from);
    model.setWindow(
      event.ctrlKey
        ? zoomAround(window, model.whole.value, event.deltaY > 0 ? 1.25 : 0.8, at)
        : pan(window, model.whole.value, (event.deltaX || event.deltaY) / area.width),
    );
  };

  const onClick = (event: MouseEvent) => {
    const row = pointed(event);
    if (row < 0) return;
    model.select(row);
    model.panelOpen.value = true;
  };

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Enter') onOpen();
    else if (!moveSelection(model, event.key)) return;
    event.preventDefault();
    showLane(boxRef.current!, flame.value, model);
  };

  const { cols } = model;
  const row = model.selected.value;
  return (
    <div class="flame">
      <SelfTimeTable model={model} find={find} />
      <div
        ref={boxRef}
        class="flame-box"
        role="group"
        aria-label="Flame graph"
        aria-describedby="flame-selected"
        tabIndex={0}
        onScroll={paint}
        onWheel={onWheel}
        onClick={onClick}
        onKeyDown={onKeyDown}
        onPointerMove={(event) => {
          const over = pointed(event);
          const box = boxRef.current!.getBoundingClientRect();
          setTip(
            over < 0
              ? null
              : { row: over, x: event.clientX - box.left, y: event.clientY - box.top },
          );
        }}
        onPointerLeave={() => setTip(null)}
        onDblClick={(event) => {
          const at = pointed(event);
          if (at >= 0)
            model.setWindow({ from: cols.start[at]!, to: cols.start[at]! + cols.dur[at]! });
        }}
      >
        <canvas ref={canvasRef} aria-hidden="true" />
        <div class="flame-height" style={{ height: `${flame.value.lanes * laneHeightPx}px` }} />
      </div>
      <p id="flame-selected" class="visually-hidden">
        {row < 0 ? 'No span selected' : describe(model, row)}
      </p>
      {tip && (
        <p class="flame-tip" aria-hidden="true" ref={(element) => placeTip(element, tip)}>
          {describe(model, tip.row)}
        </p>
      )}
    </div>
  );
}

function describe({ cols }: TraceModel, row: number): string {
  const failed = isError(cols, row) ? ', error' : '';
  const name = `${cols.services[cols.svc[row]!]} ${nameAt(cols, row)}`.trim();
  return `${name}, ${formatDurationNs(cols.dur[row]!)}${failed}`;
}

function placeTip(element: HTMLElement | null, tip: { x: number; y: number }): void {
  if (!element) return;
  const box = element.parentElement!.querySelector('.flame-box')!.getBoundingClientRect();
  const left = Math.min(tip.x + 12, box.width - element.offsetWidth - 8);
  const below = tip.y + 20 + element.offsetHeight < box.height;
  element.style.transform = `translate(${left}px, ${below ? tip.y + 20 : tip.y - element.offsetHeight - 8}px)`;
}

/** Up to the parent, down to the first child, sideways between siblings. */
function moveSelection(model: TraceModel, key: string): boolean {
  const { cols } = model;
  const [first, stop] = model.scope.value;
  const row = model.selected.value;
  const parent = cols.parent[row] ?? -1;
  let to = -1;
  if (key === 'ArrowUp') to = parent;
  else if (key === 'ArrowDown') to = cols.end[row]! > row + 1 ? row + 1 : -1;
  else if (key === 'ArrowRight')
    to = cols.end[row]! < (parent < 0 ? stop : cols.end[parent]!) ? cols.end[row]! : -1;
  else if (key === 'ArrowLeft') {
    for (let c = parent < 0 ? first : parent + 1; c < row; c = cols.end[c]!) to = c;
  } else return false;
  if (to >= first && to < stop) model.select(to);
  return true;
}

function showLane(box: HTMLElement, flame: FlameLayout, model: TraceModel): void {
  const top = flame.lane[model.selected.value - model.scope.value[0]]! * laneHeightPx;
  if (top < box.scrollTop) box.scrollTop = top;
  else if (top + laneHeightPx > box.scrollTop + box.clientHeight) {
    box.scrollTop = top + laneHeightPx - box.clientHeight;
  }
}

function drawFlame(
  canvas: HTMLCanvasElement,
  model: TraceModel,
  flame: FlameLayout,
  view: View,
): void {
  const context = prepareCanvas(canvas, view.width, view.height);
  if (!context) return;
  const inks = readInks(context);
  const { cols } = model;
  const colourOf = model.colourOf.value;
  const match = model.isMatch.value;
  const selected = model.selected.value;
  context.font = `11px ${getComputedStyle(canvas).fontFamily}`;
  context.textBaseline = 'middle';
  eachBox(cols, flame, view, ({ x, y, width, row, merged }) => {
    const { index, hatched } = colourOf(row);
    const failed = isError(cols, row);
    const dimmed = match !== null && !merged && match[row] === 0;
    context.globalAlpha = dimmed ? 0.25 : 1;
    const colour = failed ? inks.error : index < 0 ? inks.neutral : inks.series[index]!;
    context.fillStyle = hatched && !failed ? inks.hatched[index]! : colour;
    context.fillRect(x, y + 1, Math.max(width - (width > 3 ? 1 : 0), 1), laneHeightPx - 2);
    context.globalAlpha = 1;
    if (width >= textMinPx && !merged) {
      const text = fit(context, `${failed ? '✕ ' : ''}${nameAt(cols, row)}`, width - 8);
      if (hatched && !failed && !dimmed) {
        context.fillStyle = colour;
        context.fillRect(x + 2, y + 2, context.measureText(text).width + 4, laneHeightPx - 4);
      }
      context.fillStyle = dimmed ? inks.text : inkOn(colour);
      context.fillText(text, x + 4, y + laneHeightPx / 2 + 0.5);
    }
    if (row === selected) {
      context.strokeStyle = inks.match;
      context.lineWidth = 2;
      context.strokeRect(x + 1, y + 1, Math.max(width - 3, 1), laneHeightPx - 2);
    }
  });
}

function fit(context: CanvasRenderingContext2D, text: string, width: number): string {
  const size = context.measureText(text).width;
  if (size <= width) return text;
  const letters = Math.floor((text.length * width) / size) - 1;
  return letters > 1 ? `${text.slice(0, letters)}…` : '';
}
