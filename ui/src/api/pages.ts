// SPDX-License-Identifier: Apache-2.0
// Pages of `POST traces` and `POST events`, joined while scrolling.

import { useEffect, useRef, useState } from 'preact/hooks';
import { asApiError, isAbort, postJson, apiUrl, type ApiError } from './client.ts';
import type { EventsAnswer, RawEvent, TracesAnswer, TraceSummary } from './types.ts';

export interface Pages<T> {
  items: T[];
  matched: number | null;
  error: ApiError | null;
  loading: boolean;
  more: () => void;
  reload: () => void;
}

interface Page<T> {
  items: T[];
  next: string | null;
  matched: number;
}

/** Starts over whenever `key` changes; null loads nothing. `more` appends the next page. */
function usePages<T>(
  key: string | null,
  fetchPage: (before: string | null, abort: AbortSignal) => Promise<Page<T>>,
): Pages<T> {
  const [state, setState] = useState<Omit<Pages<T>, 'more' | 'reload'>>({
    items: [],
    matched: null,
    error: null,
    loading: key !== null,
  });
  const [attempt, setAttempt] = useState(0);
  const nextRef = useRef<string | null>(null);
  const busyRef = useRef(false);
  const abortRef = useRef(new AbortController());
  const fetchRef = useRef(fetchPage);
  fetchRef.current = fetchPage;

  const load = (before: string | null) => {
    const abort = abortRef.current;
    busyRef.current = true;
    fetchRef.current(before, abort.signal).then(
      (page) => {
        if (abort.signal.aborted) return;
        busyRef.current = false;
        nextRef.current = page.next;
        setState((old) => ({
          items: before === null ? page.items : [...old.items, ...page.items],
          matched: page.matched,
          error: null,
          loading: false,
        }));
      },
      (error: unknown) => {
        if (isAbort(error) || abort.signal.aborted) return;
        busyRef.current = false;
        setState((old) => ({ ...old, error: asApiError(error), loading: false }));
      },
    );
  };

  useEffect(() => {
    if (key === null) return undefined;
    abortRef.current = new AbortController();
    nextRef.current = null;
    setState((old) => ({ ...old, loading: true }));
    load(null);
    return () => abortRef.current.abort();
  }, [key, attempt]);

  const more = () => {
    if (!busyRef.current && nextRef.current !== null) load(nextRef.current);
  };
  return { ...state, more, reload: () => setAttempt((n) => n + 1) };
}

/** The part of a request that says which rows: dataset, times, filters. */
export interface RowsRequest {
  dataset: string;
  start_ms: number;
  end_ms: number;
  filters: unknown[];
  filter_combination: string;
}

export function useTracePages(
  request:
    | (RowsRequest & {
        order: 'newest' | 'slowest';
        columns: string[];
        limit: number;
        /** A filter expression and a group of X-Ray's, which must hold too. */
        expression?: string;
        group?: string;
      })
    | null,
): Pages<TraceSummary> {
  return usePages(request && JSON.stringify(request), async (before, abort) => {
    const answer = await postJson<TracesAnswer>(apiUrl('traces'), { ...request, before }, abort);
    return { items: answer.traces, next: answer.next, matched: answer.matched };
  });
}

export function useEventPages(request: (RowsRequest & { limit: number }) | null): Pages<RawEvent> {
  return usePages(request && JSON.stringify(request), async (before, abort) => {
    const body = { ...request, columns: [], before };
    const answer = await postJson<EventsAnswer>(apiUrl('events'), body, abort);
    return { items: answer.events, next: answer.next, matched: answer.matched };
  });
}
