// SPDX-License-Identifier: Apache-2.0
// An edge: as thick as it is busy, red as far as it fails; its label shows when it matters.

import type { Point } from './layout.ts';
import { ringLift } from './map_node.tsx';
import { describeEdge, milliseconds, perMinute } from './map_text.ts';
import type { MapEdge, MapNode } from './map_types.ts';

export interface MapEdgeProps {
  edge: MapEdge;
  from: MapNode;
  to: MapNode;
  /** Centres of the two nodes and the bends between. */
  points: Point[];
  by: 'rate' | 'latency';
  /** From 0 to 1: its share of the busiest (or slowest) edge. */
  weight: number;
  selected: boolean;
  labelled: boolean;
  faded: boolean;
  onSelect: () => void;
  onHover: (on: boolean) => void;
}

const reach = 41;
const widthMax = 7;

function towards(from: Point, to: Point, length: number): Point {
  const distance = Math.hypot(to.x - from.x, to.y - from.y) || 1;
  return { x: from.x + ((to.x - from.x) * length) / distance, y: from.y + ((to.y - from.y) * length) / distance };
}

function between(a: Point, b: Point): Point {
  return { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 };
}

/** Halfway along the curve through `points`; with one bend the curve passes beside the bend. */
function middleOf(points: Point[]): Point {
  if (points.length === 3) return between(between(points[0]!, points[2]!), points[1]!);
  const half = (points.length - 1) / 2;
  return between(points[Math.floor(half)]!, points[Math.ceil(half)]!);
}

/** From ring to ring through the inner bends, as a smooth curve. */
export function edgePath(points: Point[]): { d: string; middle: Point; tip: Point; before: Point } {
  const lifted = points.map(({ x, y }) => ({ x, y: y - ringLift }));
  const inner = lifted.length > 2 ? lifted.slice(1, -1) : [];
  const ends = [lifted[0]!, lifted.at(-1)!] as const;
  const start = towards(ends[0], inner[0] ?? ends[1], reach);
  const tip = towards(ends[1], inner.at(-1) ?? ends[0], reach + 4);
  const all = [start, ...inner, tip];
  let d = `M${start.x.toFixed(1)} ${start.y.toFixed(1)}`;
  for (let i = 1; i < all.length - 1; i += 1) {
    const bend = all[i]!;
    const next = all[i + 1]!;
    const end = i === all.length - 2 ? next : between(bend, next);
    d += `Q${bend.x.toFixed(1)} ${bend.y.toFixed(1)} ${end.x.toFixed(1)} ${end.y.toFixed(1)}`;
  }
  if (all.length === 2) d += `L${tip.x.toFixed(1)} ${tip.y.toFixed(1)}`;
  return { d, middle: middleOf(all), tip, before: all.at(-2)! };
}

export function MapEdgeView(props: MapEdgeProps) {
  const { edge, from, to, points, selected, faded } = props;
  const { d, middle, tip, before } = edgePath(points);
  const angle = (Math.atan2(tip.y - before.y, tip.x - before.x) * 180) / Math.PI;
  const failing = edge.total > 0 && edge.fault / edge.total >= 0.01;
  const width = 1.25 + props.weight * (widthMax - 1.25);
  const label = edge.network
    ? `network ${milliseconds(edge.network.p50_ms)}`
    : `${perMinute(edge.per_minute)} · p95 ${milliseconds(edge.p95_ms)}`;
  const half = label.length * 3 + 8;
  return (
    <g
      class={`map-edge${selected ? ' selected' : ''}${faded ? ' faded' : ''}${failing ? ' failing' : ''}`}
      role="button"
      tabIndex={-1}
      aria-pressed={selected}
      aria-label={describeEdge(edge, from, to)}
      data-edge={`${from.name} ${to.name}`}
      onClick={props.onSelect}
      onMouseEnter={() => props.onHover(true)}
      onMouseLeave={() => props.onHover(false)}
    >
      <path class="map-edge-reach" d={d} />
      <path class="map-edge-line" d={d} stroke-width={width} />
      <path class="map-edge-tip" d="M6 0L-5 -5V5z" transform={`translate(${tip.x} ${tip.y}) rotate(${angle})`} />
      {props.labelled && (
        <g class="map-edge-label" transform={`translate(${middle.x} ${middle.y})`}>
          <rect x={-half} y={-10} width={half * 2} height={20} rx={4} />
          <text y={4}>{label}</text>
        </g>
      )}
    </g>
  );
}
