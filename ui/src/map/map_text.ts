// SPDX-License-Identifier: Apache-2.0
// What is said of a node or an edge.

import { formatCompact, formatCount, formatDurationMs, toSignificant } from '../format/number.ts';
import type { GraphFigures, MapEdge, MapNode } from './map_types.ts';
import { failureWords } from './outcomes.ts';

/** A single trace has no rate, but a number of calls. */
export function rateOf({ total, per_minute }: GraphFigures): string {
  return per_minute > 0 || total === 0 ? perMinute(per_minute) : `${formatCount(total)}×`;
}

export function perMinute(rate: number): string {
  return `${rate < 1000 ? toSignificant(rate, 2) : formatCompact(rate)}/min`;
}

export function milliseconds(ms: number | null): string {
  return ms === null ? '–' : formatDurationMs(ms);
}

function figuresWords(figures: GraphFigures): string {
  if (figures.total === 0) return 'no figures of its own';
  const failures = failureWords(figures) || 'no failures';
  return (
    `${formatCount(figures.total)} requests, ${rateOf(figures)}, ` +
    `p50 ${milliseconds(figures.p50_ms)}, p95 ${milliseconds(figures.p95_ms)}, ${failures}`
  );
}

const kindWords = { service: 'service', inferred: 'inferred, not instrumented', client: 'client' };

export function describeNode(node: MapNode): string {
  const type = node.type && node.kind !== 'client' ? `${node.type}, ` : '';
  return `${node.name}: ${type}${kindWords[node.kind]}; ${figuresWords(node)}`;
}

export function describeEdge(edge: MapEdge, from: MapNode, to: MapNode): string {
  const network = edge.network ? `; network p50 ${milliseconds(edge.network.p50_ms)}` : '';
  return `${from.name} calls ${to.name}: ${figuresWords(edge)}${network}`;
}

/** Below a node's name: what it is, short. */
export function shortType(node: MapNode): string {
  if (node.kind === 'client') return 'client';
  return node.type.replace(/^(AWS|Database)::/, '').replaceAll('::', ' ') || (node.kind === 'inferred' ? 'remote' : '');
}

/** Both conditions; an empty one says nothing. */
export function bothFilters(base: string, more: string): string {
  if (!base.trim()) return more;
  if (!more.trim()) return base;
  return `(${base}) AND ${more}`;
}
