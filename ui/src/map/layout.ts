// SPDX-License-Identifier: Apache-2.0
// Where the nodes and edges of a map stand. Pure, and the same for the same graph in any order.

import { Graph, layout as runDagre } from '@dagrejs/dagre';

export interface LayoutRequest {
  nodes: string[];
  edges: { id: string; from: string; to: string }[];
  direction: 'LR' | 'TB';
}

export interface Point {
  x: number;
  y: number;
}

export interface MapLayout {
  width: number;
  height: number;
  /** Centres, by node id. */
  nodes: Record<string, Point>;
  /** Bends from caller to callee, by edge id. */
  edges: Record<string, Point[]>;
}

/** Room of a node: its ring and the three lines below it. */
export const nodeWidth = 148;
export const nodeHeight = 118;
const margin = 16;

const byText = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

export function layoutMap({ nodes, edges, direction }: LayoutRequest): MapLayout {
  const graph = new Graph({ multigraph: true });
  graph.setGraph({ rankdir: direction, ranksep: 92, nodesep: 18, marginx: margin, marginy: margin });
  graph.setDefaultEdgeLabel(() => ({}));
  const known = new Set(nodes);
  for (const id of [...known].sort(byText)) graph.setNode(id, { width: nodeWidth, height: nodeHeight });
  // A call of itself is drawn by the node; laying it out would only push the others away.
  const drawn = edges.filter(({ from, to }) => from !== to && known.has(from) && known.has(to));
  for (const { id, from, to } of [...drawn].sort((a, b) => byText(a.id, b.id))) {
    graph.setEdge(from, to, {}, id);
  }
  runDagre(graph);
  const result: MapLayout = { width: 0, height: 0, nodes: {}, edges: {} };
  for (const id of known) {
    const { x, y } = graph.node(id) as Point;
    result.nodes[id] = { x, y };
    result.width = Math.max(result.width, x + nodeWidth / 2 + margin);
    result.height = Math.max(result.height, y + nodeHeight / 2 + margin);
  }
  for (const { id, from, to } of drawn) {
    const { points } = graph.edge(from, to, id) as { points: Point[] };
    result.edges[id] = points.map(({ x, y }) => ({ x, y }));
  }
  return result;
}
