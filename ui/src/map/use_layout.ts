// SPDX-License-Identifier: Apache-2.0
// Lays out a graph in a worker; the older layout stays until the new one is there.

import { useEffect, useState } from 'preact/hooks';
import type { LayoutRequest, MapLayout } from './layout.ts';
import type { ServiceMap } from './map_types.ts';

async function computeLayout(request: LayoutRequest, abort: AbortSignal): Promise<MapLayout> {
  const { chunkUrl, layoutMap } = await import('./layout_worker.ts');
  if (typeof Worker === 'undefined') return layoutMap(request);
  return new Promise((resolve) => {
    const worker = new Worker(chunkUrl, { type: 'module' });
    const finish = (layout: MapLayout) => {
      worker.terminate();
      resolve(layout);
    };
    worker.onmessage = ({ data }: MessageEvent<MapLayout>) => finish(data);
    worker.onerror = () => finish(layoutMap(request));
    abort.addEventListener('abort', () => worker.terminate());
    worker.postMessage(request);
  });
}

export function useLayout(map: ServiceMap | null, direction: LayoutRequest['direction']): MapLayout | null {
  const [layout, setLayout] = useState<MapLayout | null>(null);
  const request: LayoutRequest | null = map && {
    nodes: map.nodes.map(({ id }) => id).sort(),
    edges: map.edges.map(({ id, from, to }) => ({ id, from, to })).sort((a, b) => (a.id < b.id ? -1 : 1)),
    direction,
  };
  const key = request && JSON.stringify(request);
  useEffect(() => {
    if (!request) return undefined;
    const abort = new AbortController();
    computeLayout(request, abort.signal).then(
      (made) => !abort.signal.aborted && setLayout(made),
      () => undefined,
    );
    return () => abort.abort();
  }, [key]);
  return layout;
}
