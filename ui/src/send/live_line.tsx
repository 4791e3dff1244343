// SPDX-License-Identifier: Apache-2.0
// "Waiting for the first event", until it arrives.

import { useEffect, useState } from 'preact/hooks';
import { apiUrl, asApiError, postJson, type ApiError } from '../api/client.ts';
import { readEvents } from '../api/event_stream.ts';
import type { Arrival } from '../api/types.ts';
import { formatAgo, msOfNs } from '../format/time.ts';
import { formatCount } from '../format/number.ts';
import { Button } from '../ui/button.tsx';

const reconnectMs = 2000;
const tickMs = 1000;

const nouns: Record<string, [string, string]> = {
  trace: ['span', 'spans'],
  log: ['log event', 'log events'],
  error: ['error', 'errors'],
  metric: ['metric point', 'metric points'],
};

/** What arrived last, and how much of it since this page was opened. */
function useArrivals(): { last: Arrival | null; total: number } {
  const [state, setState] = useState<{ last: Arrival | null; total: number }>({ last: null, total: 0 });
  useEffect(() => {
    const abort = new AbortController();
    let timer = 0;
    const listen = () => {
      readEvents(
        apiUrl('live'),
        ({ name, data }) => {
          if (name !== 'arrived') return;
          const arrival = JSON.parse(data) as Arrival;
          setState((old) => ({ last: arrival, total: old.total + arrival.count }));
        },
        abort.signal,
      )
        .catch(() => undefined)
        .finally(() => {
          if (!abort.signal.aborted) timer = window.setTimeout(listen, reconnectMs);
        });
    };
    listen();
    return () => {
      abort.abort();
      clearTimeout(timer);
    };
  }, []);
  return state;
}

/** `source` is the kind of test event to send. */
export function LiveLine({ source }: { source: string }) {
  const { last, total } = useArrivals();
  const [nowMs, setNowMs] = useState(Date.now());
  const [error, setError] = useState<ApiError | null>(null);
  useEffect(() => {
    if (!last) return undefined;
    setNowMs(Date.now());
    const timer = setInterval(() => setNowMs(Date.now()), tickMs);
    return () => clearInterval(timer);
  }, [last]);
  const sendTest = () => {
    postJson(apiUrl('send-test'), { source }).then(
      () => setError(null),
      (thrown: unknown) => setError(asApiError(thrown)),
    );
  };
  const noun = last ? (nouns[last.signal] ?? ['event', 'events'])[last.count === 1 ? 0 : 1] : '';
  return (
    <div class="stack tight">
      <div class={`live-line${last ? ' arrived' : ''}`} data-live={last ? 'arrived' : 'waiting'}>
        <span class="live-dot" aria-hidden="true" />
        {last ? (
          <>
            <span>
              Received <strong>{formatCount(last.count)}</strong> {noun} from{' '}
              <strong>{last.service || last.dataset}</strong>
            </span>
            <span class="muted">
              {formatAgo(msOfNs(last.time_ns), nowMs)}
              {total > last.count && `, ${formatCount(total)} since this page was opened`}
            </span>
            {last.trace_id && <a href={`/trace/${encodeURIComponent(last.trace_id)}`}>Open trace</a>}
            {last.signal === 'error' && <a href="/errors">Open errors</a>}
            {last.source === 'cloudwatch' && (
              <a href={`/logs/group/${encodeURIComponent(last.dataset)}`}>Show the lines</a>
            )}
            <a href={`/query/${encodeURIComponent(last.dataset)}`}>Query {last.dataset}</a>
          </>
        ) : (
          <span>Waiting for the first event…</span>
        )}
        <span class="spacer" />
        <Button icon="play" look="ghost" onClick={sendTest}>
          Send test event
        </Button>
      </div>
      <p class="visually-hidden" role="status">
        {last && `Received ${noun} from ${last.service || last.dataset}`}
      </p>
      {error && (
        <p class="error-text" role="alert">
          {error.message}. {error.hint}
        </p>
      )}
    </div>
  );
}
