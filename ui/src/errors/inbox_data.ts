// SPDX-License-Identifier: Apache-2.0
// The items on screen: pages joined while scrolling, asked for again when errors arrive.

import { useEffect, useRef, useState } from 'preact/hooks';
import { asApiError, isAbort, type ApiError } from '../api/client.ts';
import { fetchItems } from './errors_api.ts';
import { requestOf, type InboxFilter } from './inbox_url.ts';
import { keepOrder } from './item_order.ts';
import type { ErrorItem, ItemsAnswer } from './types.ts';

const pageItems = 100;
/** As many as the server gives at once; a refresh asks for what is shown, up to this. */
const pageItemsMax = 500;

export interface Inbox {
  items: ErrorItem[];
  answer: ItemsAnswer | null;
  /** New items that are not shown so that rows stay where they are. */
  waiting: number;
  error: ApiError | null;
  loading: boolean;
  more: () => void;
  /** Asks again, and shows everything in order. */
  reload: () => void;
}

interface State {
  key: string;
  items: ErrorItem[];
  answer: ItemsAnswer | null;
  waiting: number;
  error: ApiError | null;
  loading: boolean;
}

/**
 * Asks again when `arrivals` grows, or `changes` by one's own doing. While `isBusy` says that someone
 * works with the rows, arrivals leave them in their order.
 */
export function useInbox(
  filter: InboxFilter,
  arrivals: number,
  changes: number,
  isBusy: () => boolean,
): Inbox {
  const request = requestOf(filter);
  const key = JSON.stringify(request);
  const [state, setState] = useState<State>({
    key, items: [], answer: null, waiting: 0, error: null, loading: true,
  });
  const [attempt, setAttempt] = useState(0);
  const busyRef = useRef(isBusy);
  busyRef.current = isBusy;
  const shownRef = useRef(0);
  shownRef.current = state.key === key ? state.items.length : 0;
  const moreRef = useRef<AbortController | null>(null);
  const asked = `${attempt}:${changes}`;
  const askedRef = useRef(asked);

  useEffect(() => {
    const abort = new AbortController();
    moreRef.current?.abort();
    moreRef.current = null;
    const isAsked = askedRef.current !== asked;
    askedRef.current = asked;
    setState((old) => ({ ...old, loading: true }));
    const limit = Math.min(pageItemsMax, Math.max(pageItems, shownRef.current));
    fetchItems({ ...request, limit }, abort.signal).then(
      (answer) =>
        setState((old) => {
          const keep = old.key === key && old.answer !== null && !isAsked && busyRef.current();
          const { rows, waiting } = keep
            ? keepOrder(old.items, answer.items)
            : { rows: answer.items, waiting: 0 };
          return { key, items: rows, answer, waiting, error: null, loading: false };
        }),
      (thrown: unknown) => {
        if (isAbort(thrown) || abort.signal.aborted) return;
        setState((old) => ({ ...old, error: asApiError(thrown), loading: false }));
      },
    );
    return () => abort.abort();
  }, [key, arrivals, asked]);

  const more = () => {
    const before = state.answer?.next;
    if (!before || moreRef.current || state.loading) return;
    const abort = new AbortController();
    moreRef.current = abort;
    fetchItems({ ...request, limit: pageItems, before }, abort.signal)
      .then((answer) => {
        setState((old) => {
          const known = new Set(old.items.map(({ id }) => id));
          const added = answer.items.filter(({ id }) => !known.has(id));
          return { ...old, items: [...old.items, ...added], answer };
        });
      })
      .catch((thrown: unknown) => {
        if (!abort.signal.aborted) setState((old) => ({ ...old, error: asApiError(thrown) }));
      })
      .finally(() => {
        if (moreRef.current === abort) moreRef.current = null;
      });
  };
  const { key: _, ...shown } = state;
  return { ...shown, more, reload: () => setAttempt((n) => n + 1) };
}
