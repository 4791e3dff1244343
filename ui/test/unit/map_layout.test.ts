// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { layoutMap, nodeHeight, nodeWidth, type LayoutRequest } from '../../src/map/layout.ts';
import { edgePath } from '../../src/map/edge_path.ts';
import { neighbourOf } from '../../src/map/spatial.ts';

/** A client, then layers of services of which each calls three of the next layer, and one that calls itself. */
function layered(nodeCount: number, width: number): LayoutRequest {
  const nodes = Array.from({ length: nodeCount }, (_, i) => `n${i}`);
  const edges = nodes.flatMap((from, i) => {
    const next = (Math.floor(i / width) + 1) * width;
    const targets = [0, 1, 5].map((step) => nodes[next + ((i + step) % width)]);
    return targets.flatMap((to) => (to ? [{ id: `${from} ${to}`, from, to }] : []));
  });
  return { nodes, edges: [...edges, { id: 'self', from: 'n0', to: 'n0' }], direction: 'LR' };
}

describe('the layout of a map', () => {
  it('is the same whatever the order of nodes and edges', () => {
    const request = layered(30, 6);
    const turned = { ...request, nodes: [...request.nodes].reverse(), edges: [...request.edges].reverse() };
    expect(layoutMap(turned)).toEqual(layoutMap(request));
  });

  it('puts callers left of whom they call, or above', () => {
    const request: LayoutRequest = {
      nodes: ['db', 'web', 'api'],
      edges: [
        { id: 'a', from: 'web', to: 'api' },
        { id: 'b', from: 'api', to: 'db' },
      ],
      direction: 'LR',
    };
    const { nodes } = layoutMap(request);
    expect(nodes['web']!.x).toBeLessThan(nodes['api']!.x);
    expect(nodes['api']!.x).toBeLessThan(nodes['db']!.x);
    const down = layoutMap({ ...request, direction: 'TB' }).nodes;
    expect(down['web']!.y).toBeLessThan(down['api']!.y);
  });

  it('keeps 200 nodes apart and inside', () => {
    const { nodes, width, height } = layoutMap(layered(200, 20));
    const places = Object.values(nodes);
    expect(places).toHaveLength(200);
    for (const [i, a] of places.entries()) {
      expect(a.x).toBeLessThan(width);
      expect(a.y).toBeLessThan(height);
      for (const b of places.slice(i + 1)) {
        expect(Math.abs(a.x - b.x) >= nodeWidth || Math.abs(a.y - b.y) >= nodeHeight).toBe(true);
      }
    }
  });

  it('survives loops, calls of itself and edges to nowhere', () => {
    const { nodes, edges } = layoutMap({
      nodes: ['a', 'b'],
      edges: [
        { id: '1', from: 'a', to: 'b' },
        { id: '2', from: 'b', to: 'a' },
        { id: '3', from: 'a', to: 'a' },
        { id: '4', from: 'a', to: 'gone' },
      ],
      direction: 'LR',
    });
    expect(Object.keys(nodes)).toEqual(['a', 'b']);
    expect(Object.keys(edges).sort()).toEqual(['1', '2']);
  });
});

describe('the path of an edge', () => {
  it('starts and ends outside the rings', () => {
    const { tip, d } = edgePath([{ x: 0, y: 0 }, { x: 200, y: 0 }]);
    expect(tip.x).toBeGreaterThan(130);
    expect(tip.x).toBeLessThan(170);
    expect(d).not.toContain('NaN');
  });

  it('is a path even where both ends meet', () => {
    expect(edgePath([{ x: 5, y: 5 }, { x: 5, y: 5 }]).d).not.toContain('NaN');
  });
});

describe('arrow keys', () => {
  const places = { a: { x: 0, y: 0 }, b: { x: 100, y: 10 }, c: { x: 100, y: 90 }, d: { x: 0, y: 80 } };

  it('lead to the nearest node in their direction', () => {
    expect(neighbourOf(places, 'a', 'ArrowRight')).toBe('b');
    expect(neighbourOf(places, 'a', 'ArrowDown')).toBe('d');
    expect(neighbourOf(places, 'c', 'ArrowLeft')).toBe('d');
    expect(neighbourOf(places, 'c', 'ArrowUp')).toBe('b');
  });

  it('lead nowhere at the rim', () => {
    expect(neighbourOf(places, 'a', 'ArrowLeft')).toBeNull();
    expect(neighbourOf(places, 'a', 'x')).toBeNull();
    expect(neighbourOf(places, 'gone', 'ArrowLeft')).toBeNull();
  });
});
