// SPDX-License-Identifier: Apache-2.0
// One run of an Insights query, from its start to its end or its cancelling.

import { useEffect, useState } from 'preact/hooks';
import { apiUrl, ApiError, asApiError, isAbort, postJson, remove } from '../api/client.ts';
import { readEvents } from '../api/event_stream.ts';
import type { InsightsAnswer } from './types.ts';

export interface InsightsRequest {
  groups: string[];
  query: string;
  start_ms: number;
  end_ms: number;
}

export interface InsightsRun {
  state: 'idle' | 'running' | 'done' | 'failed' | 'cancelled';
  /** The newest state of this run, or the result of the one before until there is one. */
  answer: InsightsAnswer | null;
  /** Why there is no answer; also what the server did not understand. */
  error: ApiError | null;
  cancel: () => void;
}

type Held = Pick<InsightsRun, 'state' | 'answer' | 'error'> & { id: string };

const rowsMax = 10_000;

/** Runs again whenever `key` changes; null runs nothing. */
export function useInsightsRun(key: string | null, make: () => InsightsRequest): InsightsRun {
  const [held, setHeld] = useState<Held>({ state: 'idle', answer: null, error: null, id: '' });
  useEffect(() => {
    if (key === null) return undefined;
    const abort = new AbortController();
    let id = '';
    let isOver = false;
    setHeld((old) => ({ ...old, state: 'running', error: null, id: '' }));
    const fail = (error: ApiError) => {
      isOver = true;
      setHeld((old) => ({ ...old, state: 'failed', error }));
    };
    const take = (answer: InsightsAnswer) => {
      isOver = answer.state !== 'running';
      if (answer.state === 'failed') {
        fail(new ApiError('failed', answer.error?.message ?? 'The query failed', '', 0));
      } else if (answer.state === 'cancelled') setHeld((old) => ({ ...old, state: 'cancelled', answer }));
      else if (answer.state === 'done') setHeld((old) => ({ ...old, state: 'done', answer }));
      else setHeld((old) => ({ ...old, answer: { ...answer, columns: old.answer?.columns ?? [], rows: old.answer?.rows ?? [], ids: old.answer?.ids ?? [] } }));
    };
    const run = async () => {
      const body = { ...make(), limit: rowsMax };
      id = (await postJson<{ id: string }>(apiUrl('logs/insights'), body, abort.signal)).id;
      setHeld((old) => ({ ...old, id }));
      const url = apiUrl(`logs/insights/${encodeURIComponent(id)}/stream`);
      await readEvents(url, ({ data }) => take(JSON.parse(data) as InsightsAnswer), abort.signal);
      if (!isOver) fail(new ApiError('broken', 'The answer broke off', 'Run it again.', 0));
    };
    run().catch((error: unknown) => {
      if (!isAbort(error) && !abort.signal.aborted) fail(asApiError(error));
    });
    return () => {
      abort.abort();
      if (id && !isOver) void remove(apiUrl(`logs/insights/${encodeURIComponent(id)}`)).catch(() => undefined);
    };
  }, [key]);
  const cancel = () => {
    if (held.id) void remove(apiUrl(`logs/insights/${encodeURIComponent(held.id)}`)).catch(() => undefined);
  };
  return { ...held, cancel };
}
