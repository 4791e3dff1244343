// SPDX-License-Identifier: Apache-2.0
// The service graph as docs/wire/ui-api.md describes it.

/** Requests by how they ended; each counts once. */
export interface Outcomes {
  total: number;
  ok: number;
  error: number;
  throttle: number;
  fault: number;
}

export interface GraphFigures extends Outcomes {
  id: string;
  per_minute: number;
  avg_ms: number | null;
  p50_ms: number | null;
  p95_ms: number | null;
  /** `[ms, count]`, ascending. */
  histogram: [number, number][];
  /** The filter expression that selects the traces through here. */
  filter: string;
}

export interface MapNode extends GraphFigures {
  name: string;
  type: string;
  account: string;
  kind: 'service' | 'inferred' | 'client';
  root: boolean;
}

export interface Network {
  count: number;
  p50_ms: number;
  p95_ms: number;
}

export interface MapEdge extends GraphFigures {
  from: string;
  to: string;
  network: Network | null;
}

export interface ServiceMap {
  start_ms: number;
  end_ms: number;
  traces: number;
  elapsed_ms: number;
  nodes: MapNode[];
  edges: MapEdge[];
}

export interface MapOperation extends Outcomes {
  name: string;
  avg_ms: number | null;
  p50_ms: number | null;
  p95_ms: number | null;
}

export interface MapSeries {
  bucket_ms: number;
  times_ms: number[];
  total: number[];
  ok: number[];
  error: number[];
  throttle: number[];
  fault: number[];
  p50_ms: (number | null)[];
  p95_ms: (number | null)[];
  histogram: [number, number][];
  operations: MapOperation[];
}

/** What the map is made of: a time range, a group and a filter expression. */
export interface MapScope {
  start_ms: number;
  end_ms: number;
  group: string;
  filter: string;
}
