// SPDX-License-Identifier: Apache-2.0
// The layout as a chunk of its own: a worker runs it, and a page that cannot have one calls it.

import { layoutMap, type LayoutRequest } from './layout.ts';

export { layoutMap };

/** This chunk's own address, for `new Worker`. */
export const chunkUrl = import.meta.url;

if (typeof document === 'undefined') {
  addEventListener('message', ({ data }: MessageEvent<LayoutRequest>) => postMessage(layoutMap(data)));
}
