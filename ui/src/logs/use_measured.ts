// SPDX-License-Identifier: Apache-2.0

import { useEffect, useMemo, useRef, useState } from 'preact/hooks';

export interface Measured {
  /** By the id of the line. */
  heights: Map<string, number>;
  /** Grows with each change. */
  version: number;
  observe: (element: HTMLElement | null) => void;
}

/** Heights of the rows that are not of the usual one, measured as they appear. */
export function useMeasured(): Measured {
  const heights = useRef(new Map<string, number>()).current;
  const [version, setVersion] = useState(0);
  const observer = useMemo(
    () =>
      new ResizeObserver((entries) => {
        let changed = false;
        for (const { target, borderBoxSize } of entries) {
          const id = (target as HTMLElement).dataset['id'] ?? '';
          const height = Math.ceil(borderBoxSize[0]?.blockSize ?? 0);
          if (!target.isConnected || height === 0 || heights.get(id) === height) continue;
          heights.set(id, height);
          changed = true;
        }
        if (changed) setVersion((n) => n + 1);
      }),
    [],
  );
  useEffect(() => () => observer.disconnect(), []);
  return { heights, version, observe: (element) => element && observer.observe(element) };
}
