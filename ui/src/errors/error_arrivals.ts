// SPDX-License-Identifier: Apache-2.0
// Says when errors may have arrived, so that what is on screen can be asked for again.

import { useEffect, useState } from 'preact/hooks';
import { apiUrl } from '../api/client.ts';
import { readEvents } from '../api/event_stream.ts';
import type { Arrival } from '../api/types.ts';

const reconnectMs = 2000;
/** At most one refresh in this time; traces and logs, which seldom carry errors, wait longer. */
const errorMs = 1000;
const otherMs = 10_000;

/** A number that grows a moment after errors arrive, while the page can be seen. */
export function useErrorArrivals(): number {
  const [tick, setTick] = useState(0);
  useEffect(() => {
    const abort = new AbortController();
    let reconnect = 0;
    let pending = 0;
    let lastMs = 0;
    const refresh = () => {
      pending = 0;
      lastMs = performance.now();
      if (document.visibilityState === 'visible') setTick((n) => n + 1);
    };
    const onArrival = ({ signal }: Arrival) => {
      const waitMs = signal === 'error' ? errorMs : otherMs;
      if (signal === 'error' && pending) clearTimeout(pending);
      else if (pending) return;
      pending = window.setTimeout(refresh, Math.max(0, lastMs + waitMs - performance.now()));
    };
    const listen = () => {
      readEvents(
        apiUrl('live'),
        ({ name, data }) => name === 'arrived' && onArrival(JSON.parse(data) as Arrival),
        abort.signal,
      )
        .catch(() => undefined)
        .finally(() => {
          if (!abort.signal.aborted) reconnect = window.setTimeout(listen, reconnectMs);
        });
    };
    listen();
    return () => {
      abort.abort();
      clearTimeout(reconnect);
      clearTimeout(pending);
    };
  }, []);
  return tick;
}
