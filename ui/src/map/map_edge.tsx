// SPDX-License-Identifier: Apache-2.0
// An edge: as thick as it is busy, red as far as it fails; its label shows when it matters.

import type { Point } from './layout.ts';
import { edgePath } from './edge_path.ts';
import { describeEdge, milliseconds, rateOf } from './map_text.ts';
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

const widthMax = 7;

export function MapEdgeView(props: MapEdgeProps) {
  const { edge, from, to, points, selected, faded } = props;
  const { d, middle, tip, before } = edgePath(points);
  const angle = (Math.atan2(tip.y - before.y, tip.x - before.x) * 180) / Math.PI;
  const failing = edge.total > 0 && edge.fault / edge.total >= 0.01;
  const width = 1.25 + props.weight * (widthMax - 1.25);
  const label = edge.network
    ? `network ${milliseconds(edge.network.p50_ms)}`
    : `${rateOf(edge)} · p95 ${milliseconds(edge.p95_ms)}`;
  const half = label.length * 3 + 8;
  return (
    <g
      class={`map-edge${selected ? ' selected' : ''}${faded ? ' faded' : ''}${failing ? ' failing' : ''}`}
      data-edge={`${from.name} ${to.name}`}
      onClick={props.onSelect}
      onMouseEnter={() => props.onHover(true)}
      onMouseLeave={() => props.onHover(false)}
    >
      <path
        class="map-edge-reach"
        d={d}
        role="button"
        tabindex={-1}
        aria-pressed={selected}
        aria-label={describeEdge(edge, from, to)}
      />
      <path class="map-edge-line" d={d} stroke-width={width} />
      <path class="map-edge-tip" d="M6 0L-5 -5V5z" transform={`translate(${tip.x} ${tip.y}) rotate(${angle})`} />
      {props.labelled && (
        <g class="map-edge-label" aria-hidden="true" transform={`translate(${middle.x} ${middle.y})`}>
          <rect x={-half} y={-10} width={half * 2} height={20} rx={4} />
          <text y={4}>{label}</text>
        </g>
      )}
    </g>
  );
}
