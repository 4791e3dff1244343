// SPDX-License-Identifier: Apache-2.0
// A node: a circle reported itself, a dashed box is known by its callers alone, a screen is a client.

import { formatDurationMs } from '../format/number.ts';
import { ringLift } from './edge_path.ts';
import type { Point } from './layout.ts';
import { describeNode, rateOf, shortType } from './map_text.ts';
import type { MapNode } from './map_types.ts';
import { arcsOf, outcomeColour, worstOf } from './outcomes.ts';

export interface MapNodeProps {
  node: MapNode;
  place: Point;
  selected: boolean;
  /** Whether Tab leads here. */
  isStop: boolean;
  faded: boolean;
  onSelect: () => void;
  onHover: (on: boolean) => void;
  onFocus: () => void;
}

const radius = 32;
const nameMax = 20;

const outlines = {
  service: `M0 ${-radius}A${radius} ${radius} 0 1 1 0 ${radius}A${radius} ${radius} 0 1 1 0 ${-radius}`,
  inferred: 'M0 -31H31V31H-31V-31H0',
  client: 'M0 -22H34V18H-34V-22H0',
};

function shorten(text: string): string {
  return text.length <= nameMax ? text : `${text.slice(0, nameMax - 1)}…`;
}

function Ring({ node }: { node: MapNode }) {
  const outline = outlines[node.kind];
  return (
    <>
      <path class="map-ring-back" d={outline} pathLength={100} />
      {arcsOf(node).map(({ kind, from, length }) => (
        <path
          key={kind}
          class={`map-ring ${kind}`}
          d={outline}
          pathLength={100}
          stroke={`var(--${outcomeColour[kind]})`}
          stroke-dasharray={`${length * 100} ${100 - length * 100}`}
          stroke-dashoffset={-from * 100}
        />
      ))}
      {node.kind === 'inferred' && <path class="map-inferred" d="M-37 -37H37V37H-37z" />}
    </>
  );
}

export function MapNodeView(props: MapNodeProps) {
  const { node, place, selected, isStop, faded } = props;
  return (
    <g
      class={`map-node ${node.kind}${selected ? ' selected' : ''}${faded ? ' faded' : ''}`}
      transform={`translate(${place.x} ${place.y - ringLift})`}
      data-node={node.name}
      data-kind={node.kind}
      onClick={props.onSelect}
      onMouseEnter={() => props.onHover(true)}
      onMouseLeave={() => props.onHover(false)}
    >
      <title>{describeNode(node)}</title>
      <rect
        class="map-node-room"
        x={-70}
        y={-42}
        width={140}
        height={126}
        rx={6}
        role="button"
        tabindex={isStop ? 0 : -1}
        aria-pressed={selected}
        aria-label={describeNode(node)}
        data-id={node.id}
        onFocus={props.onFocus}
      />
      <Ring node={node} />
      <NodeText node={node} />
    </g>
  );
}

/** What the room's name says at length. */
function NodeText({ node }: { node: MapNode }) {
  const worst = worstOf(node);
  const type = shortType(node);
  return (
    <g aria-hidden="true">
      {node.kind === 'client' ? (
        <path class="map-foot" d="M-10 18V26M10 18V26M-18 26H18" />
      ) : (
        <>
          <text class="map-latency" y={node.total ? -1 : 4}>
            {node.p50_ms === null ? '–' : formatDurationMs(node.p50_ms)}
          </text>
          {node.total > 0 && (
            <text class="map-rate" y={12}>
              {rateOf(node)}
            </text>
          )}
        </>
      )}
      <text class="map-name" y={51}>
        {shorten(node.name)}
      </text>
      {type && (
        <text class="map-type" y={65}>
          {type}
        </text>
      )}
      {worst && (
        <text class={`map-worst ${worst.kind}`} y={type ? 79 : 65}>
          {worst.words}
        </text>
      )}
    </g>
  );
}
