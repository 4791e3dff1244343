// SPDX-License-Identifier: Apache-2.0
// One run of an Insights query, from its start to its end or its cancelling.

import { useEffect, useState } from 'preact/hooks';
import { apiUrl, ApiError, asApiError, isAbort, postJson, remove } from '../api/client.ts';
import { readEvents } from '../api/event_stream.ts';
import type { InsightsAnswer, InsightsStats } from './types.ts';

export interface InsightsRequest {
  groups: string[];
  query: string;
  start_ms: number;
  end_ms: number;
}

export interface InsightsRun {
  state: 'idle' | 'running' | 'done' | 'failed' | 'cancelled';
  /** The result of this run, or of the one before until there is one. */
  answer: InsightsAnswer | null;
  /** Of this run while it is under way. */
  progress: InsightsStats | null;
  /** Why there is no answer; also what the server did not understand. */
  error: ApiError | null;
  cancel: () => void;
}

type Held = Omit<InsightsRun, 'cancel'> & { id: string };

const rowsMax = 10_000;

/** Runs again whenever `key` changes; null runs nothing. */
export function useInsightsRun(key: string | null, make: () => InsightsRequest): InsightsRun {
  const [held, setHeld] = useState<Held>({ state: 'idle', answer: null, progress: null, error: null, id: '' });
  useEffect(() => {
    if (key === null) return undefined;
    const abort = new AbortController();
    let id = '';
    let isOver = false;
    setHeld((old) => ({ ...old, state: 'running', progress: null, error: null, id: '' }));
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
      else setHeld((old) => ({ ...old, progress: answer.stats }));
    };
    const run = async () => {
      const body = { ...make(), limit: rowsMax };
      id = (await postJson<{ id: string }>(apiUrl('logs/insights'), body, abort.signal)).id;
      setHeld((old) => ({ ...old, id }));
      const url = apiUrl(`logs/insights/${encodeURIComponent(id)}/stream`);
      await readEvents(
        url,
        ({ name, data }) => {
          const said = JSON.parse(data) as InsightsAnswer & { code: string; message: string; hint: string };
          if (name === 'error') fail(new ApiError(said.code, said.message, said.hint, 0));
          else take(said);
        },
        abort.signal,
      );
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
