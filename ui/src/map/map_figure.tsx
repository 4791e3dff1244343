// SPDX-License-Identifier: Apache-2.0
// The map itself: SVG in a box that scrolls, zoomed as a whole; one Tab stop, arrow keys between nodes.

import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { useWidth } from '../chart/use_canvas.ts';
import { formatCount } from '../format/number.ts';
import { Button } from '../ui/button.tsx';
import type { MapLayout } from './layout.ts';
import { MapEdgeView } from './map_edge.tsx';
import { MapNodeView } from './map_node.tsx';
import type { ServiceMap } from './map_types.ts';
import { OutcomeLegend } from './outcome_legend.tsx';
import { neighbourOf } from './spatial.ts';

export interface MapFigureProps {
  map: ServiceMap;
  layout: MapLayout;
  /** Id of the selected node or edge, or empty. */
  selected: string;
  by: 'rate' | 'latency';
  onSelect: (kind: 'node' | 'edge' | null, id: string) => void;
  maxHeight?: string;
}

const zoomStep = 1.25;
const zoomMin = 0.2;
const zoomMax = 2;
/** Below this, names cannot be read: such a map starts scrolled rather than shrunk. */
const legibleZoom = 0.55;

export function MapFigure({ map, layout, selected, by, onSelect, maxHeight }: MapFigureProps) {
  const [boxRef, width] = useWidth<HTMLDivElement>();
  const [zoom, setZoom] = useState<number | null>(null);
  const [hovered, setHovered] = useState('');
  const [stop, setStop] = useState('');
  const svgRef = useRef<SVGSVGElement>(null);
  const nodes = useMemo(() => new Map(map.nodes.map((node) => [node.id, node])), [map]);
  const shownNodes = map.nodes.filter(({ id }) => layout.nodes[id]);
  const shownEdges = map.edges.filter(({ id }) => layout.edges[id]);
  const fit = width > 0 ? Math.min(1, width / layout.width) : 1;
  const scale = zoom ?? Math.max(fit, legibleZoom);
  const stopId = layout.nodes[stop] ? stop : firstOf(layout);
  const weigh = (edge: ServiceMap['edges'][number]) => (by === 'rate' ? edge.per_minute : (edge.p95_ms ?? 0));
  const heaviest = Math.max(...shownEdges.map(weigh), 1e-9);
  const near = useMemo(() => neighbourhood(map, hovered || selected), [map, hovered, selected]);
  const rescale = (factor: number) => setZoom(Math.max(zoomMin, Math.min(zoomMax, scale * factor)));

  useEffect(() => {
    const place = layout.nodes[selected];
    const box = boxRef.current;
    if (!place || !box) return;
    const [x, y] = [place.x * scale, place.y * scale];
    if (x < box.scrollLeft || x > box.scrollLeft + box.clientWidth) box.scrollLeft = x - box.clientWidth / 2;
    if (y < box.scrollTop || y > box.scrollTop + box.clientHeight) box.scrollTop = y - box.clientHeight / 2;
  }, [layout]);

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const target = (event.target as Element).closest<SVGGElement>('[data-node], [data-edge]');
    if (event.key === '+' || event.key === '=') rescale(zoomStep);
    else if (event.key === '-') rescale(1 / zoomStep);
    else if (event.key === '0') setZoom(null);
    else if (event.key === 'Escape') {
      if (!selected) return;
      onSelect(null, '');
    } else if (!target) return;
    else if (event.key === 'Enter' || event.key === ' ') {
      target.dispatchEvent(new MouseEvent('click', { bubbles: true }));
    } else {
      const next = neighbourOf(layout.nodes, (event.target as SVGElement).dataset['id'] ?? '', event.key);
      if (next === null) return;
      setStop(next);
      svgRef.current?.querySelector<SVGGElement>(`[data-id="${CSS.escape(next)}"]`)?.focus();
    }
    event.preventDefault();
  };

  return (
    <figure class="map-figure" aria-label="Service map">
      <div class="map-box" ref={boxRef} style={{ maxHeight: maxHeight ?? '' }}>
        <svg
          ref={svgRef}
          class="map-svg"
          role="group"
          aria-label={`${formatCount(shownNodes.length)} nodes; arrow keys move, Enter selects`}
          width={layout.width * scale}
          height={layout.height * scale}
          viewBox={`0 0 ${layout.width} ${layout.height}`}
          onKeyDown={onKeyDown}
          onClick={(event) => event.target === svgRef.current && onSelect(null, '')}
        >
          {shownEdges.map((edge) => (
            <MapEdgeView
              key={edge.id}
              edge={edge}
              from={nodes.get(edge.from)!}
              to={nodes.get(edge.to)!}
              points={[layout.nodes[edge.from]!, ...layout.edges[edge.id]!.slice(1, -1), layout.nodes[edge.to]!]}
              by={by}
              weight={weigh(edge) / heaviest}
              selected={selected === edge.id}
              labelled={hovered === edge.id || selected === edge.id || edge.network !== null}
              faded={near !== null && !near.has(edge.id)}
              onSelect={() => onSelect('edge', edge.id)}
              onHover={(on) => setHovered(on ? edge.id : '')}
            />
          ))}
          {shownNodes.map((node) => (
            <MapNodeView
              key={node.id}
              node={node}
              place={layout.nodes[node.id]!}
              selected={selected === node.id}
              isStop={node.id === stopId}
              faded={near !== null && !near.has(node.id)}
              onSelect={() => {
                setStop(node.id);
                onSelect('node', node.id);
              }}
              onFocus={() => setStop(node.id)}
              onHover={(on) => setHovered(on ? node.id : '')}
            />
          ))}
        </svg>
      </div>
      <figcaption class="map-caption">
        <OutcomeLegend />
        <span class="spacer" />
        <Button look="ghost" label="Zoom out" onClick={() => rescale(1 / zoomStep)}>
          −
        </Button>
        <span class="map-zoom">{Math.round(scale * 100)} %</span>
        <Button look="ghost" label="Zoom in" onClick={() => rescale(zoomStep)}>
          +
        </Button>
        <Button look="ghost" onClick={() => setZoom(fit)}>
          Fit
        </Button>
      </figcaption>
    </figure>
  );
}

/** Where Tab enters: the leftmost, then topmost. */
function firstOf({ nodes }: MapLayout): string {
  return Object.entries(nodes).sort(([, a], [, b]) => a.x - b.x || a.y - b.y)[0]?.[0] ?? '';
}

/** The ids of a node or an edge and of what touches it; null when there is no such thing. */
function neighbourhood({ nodes, edges }: ServiceMap, id: string): Set<string> | null {
  if (id === '') return null;
  const edge = edges.find((one) => one.id === id);
  if (edge) return new Set([id, edge.from, edge.to]);
  if (!nodes.some((node) => node.id === id)) return null;
  const touching = edges.filter(({ from, to }) => from === id || to === id);
  return new Set([id, ...touching.flatMap(({ id: edgeId, from, to }) => [edgeId, from, to])]);
}
