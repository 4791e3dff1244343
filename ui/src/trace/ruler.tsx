// SPDX-License-Identifier: Apache-2.0
// Times above the rows. Dragging across it zooms to what was dragged over.
import { useRef, useState } from 'preact/hooks';
import type { TraceLayout } from './trace_layout.ts';
import type { TraceModel } from './trace_model.ts';
import { formatTick, ticks } from './zoom.ts';

export const tickSpacingPx = 110;
const dragMinPx = 4;

export function Ruler({ model, layout }: { model: TraceModel; layout: TraceLayout }) {
  const boxRef = useRef<HTMLDivElement>(null);
  const [drag, setDrag] = useState<[number, number] | null>(null);
  const scale = layout.scale.value;
  const { step, at } = ticks(scale.window, (scale.right - scale.left) / tickSpacingPx);

  const onPointerDown = (event: PointerEvent) => {
    const box = boxRef.current!;
    const xOf = (one: PointerEvent) => one.clientX - box.getBoundingClientRect().left;
    const from = xOf(event);
    let to = from;
    box.setPointerCapture(event.pointerId);
    box.onpointermove = (move) => {
      to = xOf(move);
      setDrag([Math.min(from, to), Math.max(from, to)]);
    };
    box.onlostpointercapture = () => {
      box.onpointermove = null;
      setDrag(null);
      if (Math.abs(to - from) < dragMinPx) return;
      const now = layout.scale.value;
      model.setWindow({ from: now.timeAt(Math.min(from, to)), to: now.timeAt(Math.max(from, to)) });
    };
    event.preventDefault();
  };

  return (
    <div class="ruler" ref={boxRef} aria-hidden="true" onPointerDown={onPointerDown}>
      {at.map((ns) => (
        <span key={ns} style={{ left: `${scale.x(ns)}px` }}>
          {formatTick(ns, step)}
        </span>
      ))}
      {drag && (
        <i class="ruler-drag" style={{ left: `${drag[0]}px`, width: `${drag[1] - drag[0]}px` }} />
      )}
    </div>
  );
}
