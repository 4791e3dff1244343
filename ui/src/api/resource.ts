// SPDX-License-Identifier: Apache-2.0
// Loading state of one request, restarted when what it depends on changes.

import { useEffect, useRef, useState } from 'preact/hooks';
import { asApiError, isAbort, type ApiError } from './client.ts';

export interface Resource<T> {
  data: T | null;
  error: ApiError | null;
  loading: boolean;
  reload: () => void;
}

/**
 * Runs `load` again whenever `key` changes and aborts the superseded one. Older data stays until
 * the new arrives. A null key loads nothing.
 */
export function useResource<T>(
  key: string | null,
  load: (abort: AbortSignal) => Promise<T>,
): Resource<T> {
  const [state, setState] = useState<{ data: T | null; error: ApiError | null; loading: boolean }>({
    data: null,
    error: null,
    loading: key !== null,
  });
  const [attempt, setAttempt] = useState(0);
  const latest = useRef(load);
  latest.current = load;
  useEffect(() => {
    if (key === null) return undefined;
    const abort = new AbortController();
    setState((old) => ({ ...old, loading: true }));
    latest.current(abort.signal).then(
      (data) => !abort.signal.aborted && setState({ data, error: null, loading: false }),
      (error: unknown) => {
        if (isAbort(error) || abort.signal.aborted) return;
        setState((old) => ({ ...old, error: asApiError(error), loading: false }));
      },
    );
    return () => abort.abort();
  }, [key, attempt]);
  return { ...state, reload: () => setAttempt((n) => n + 1) };
}
