// SPDX-License-Identifier: Apache-2.0
// Runs one query at a time: streamed progress and partial results, cancel, superseding.

import { useEffect, useRef, useState } from 'preact/hooks';
import { ApiError, apiUrl, asApiError, isAbort, postJson, remove } from '../api/client.ts';
import { readEvents } from '../api/event_stream.ts';
import type { QueryProgress, QueryResult } from '../api/types.ts';
import type { QuerySpec } from './spec.ts';

export type RunState = 'empty' | 'loading' | 'partial' | 'done' | 'error';

export interface QueryRun {
  state: RunState;
  /** The newest result, which may be of the run before while `state` is `loading`. */
  result: QueryResult | null;
  progress: QueryProgress | null;
  error: ApiError | null;
  cancel: () => void;
}

interface RunValues {
  state: RunState;
  result: QueryResult | null;
  progress: QueryProgress | null;
  error: ApiError | null;
}

const idle: RunValues = { state: 'empty', result: null, progress: null, error: null };

export interface RunRequest {
  dataset: string;
  spec: QuerySpec;
  disableSeries?: boolean;
}

/** Runs the query once, reporting into `update`. Resolves with the id when it has been accepted. */
async function runOnce(
  request: RunRequest,
  abort: AbortSignal,
  onId: (id: string) => void,
  update: (change: Partial<RunValues>) => void,
): Promise<void> {
  const { dataset, spec, disableSeries } = request;
  const body = { dataset, query: spec, disable_series: disableSeries ?? false };
  const { id } = await postJson<{ id: string }>(apiUrl('query'), body, abort);
  onId(id);
  let ended = false;
  await readEvents(
    apiUrl(`query/${encodeURIComponent(id)}/stream`),
    ({ name, data }) => {
      if (name === 'progress') update({ progress: JSON.parse(data) as QueryProgress });
      if (name === 'partial') update({ state: 'partial', result: JSON.parse(data) as QueryResult });
      if (name === 'done') {
        ended = true;
        update({ state: 'done', result: JSON.parse(data) as QueryResult, progress: null, error: null });
      }
      if (name === 'error') {
        ended = true;
        const { code, message, hint } = JSON.parse(data) as ApiError;
        update({ state: 'error', error: new ApiError(code, message, hint, 200), progress: null });
      }
    },
    abort,
  );
  if (!ended) throw new ApiError('stream', 'The answer broke off', 'Run the query again.', 0);
}

/**
 * Runs `request` whenever `key` changes; null runs nothing. `onDone` hears each complete result.
 */
export function useQueryRun(
  key: string | null,
  request: RunRequest | null,
  onDone?: (result: QueryResult) => void,
): QueryRun {
  const [values, setValues] = useState<RunValues>(key === null ? idle : { ...idle, state: 'loading' });
  const cancelRef = useRef<() => void>(() => undefined);
  const doneRef = useRef(onDone);
  doneRef.current = onDone;

  useEffect(() => {
    if (key === null || request === null) {
      setValues(idle);
      return undefined;
    }
    const abort = new AbortController();
    let id: string | null = null;
    let settled = false;
    const update = (change: Partial<RunValues>) => {
      if (abort.signal.aborted) return;
      if (change.state === 'done' || change.state === 'error') settled = true;
      setValues((old) => ({ ...old, ...change }));
      if (change.state === 'done' && change.result) doneRef.current?.(change.result);
    };
    const withdraw = () => {
      if (id && !settled) void remove(apiUrl(`query/${encodeURIComponent(id)}`)).catch(() => undefined);
    };
    cancelRef.current = () => {
      withdraw();
      update({ state: 'error', progress: null, error: cancelled });
      abort.abort();
    };
    setValues((old) => ({ ...old, state: 'loading', progress: null, error: null }));
    runOnce(request, abort.signal, (given) => (id = given), update).catch((error: unknown) => {
      if (isAbort(error)) return;
      update({ state: 'error', error: asApiError(error), progress: null });
    });
    return () => {
      withdraw();
      abort.abort();
    };
  }, [key]);

  return { ...values, cancel: () => cancelRef.current() };
}

const cancelled = new ApiError('cancelled', 'The query was cancelled', 'Run it again at any time.', 0);
