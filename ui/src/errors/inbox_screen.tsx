// SPDX-License-Identifier: Apache-2.0
// The errors inbox: what is broken, how often, since when; resolved, muted and merged in place.

import { useEffect, useMemo, useRef } from 'preact/hooks';
import { formatCount } from '../format/number.ts';
import { preferences } from '../frame/preferences.ts';
import { useTitle } from '../frame/title.ts';
import { navigate, route } from '../route/route.ts';
import { Button } from '../ui/button.tsx';
import { Skeleton } from '../ui/empty_state.tsx';
import { ErrorCard } from '../ui/error_card.tsx';
import { announce } from '../ui/toast.tsx';
import { BulkBar } from './bulk_bar.tsx';
import { useErrorArrivals } from './error_arrivals.ts';
import { FilterBar } from './filter_bar.tsx';
import { useInbox } from './inbox_data.ts';
import { inboxHref, parseInbox, type InboxFilter } from './inbox_url.ts';
import { changeError, changeTick, toggleStatus, undoLast } from './item_actions.ts';
import { ItemTable } from './item_table.tsx';
import { NoItems } from './no_items.tsx';
import { SavedFilters } from './saved_filters.tsx';
import { Selection } from './selection.ts';
import type { ErrorItem } from './types.ts';

export function InboxScreen() {
  useTitle('Errors');
  const { params } = route.value;
  const filter = useMemo(() => parseInbox(params), [params]);
  const selection = useMemo(() => new Selection(), []);
  const boxRef = useRef<HTMLDivElement>(null);
  const arrivals = useErrorArrivals();
  const inbox = useInbox(
    filter,
    arrivals,
    changeTick.value,
    () => selection.chosen.value.size > 0 || Boolean(boxRef.current?.contains(document.activeElement)),
  );
  const { items, answer, loading, error } = inbox;
  useEffect(() => selection.keepOnly(items), [items]);
  useEffect(() => selection.clear(), [filter]);
  useAnnouncedCount(answer?.matched ?? null);
  useInboxKeys(boxRef, () => act('resolved', null), () => act('muted', null));

  const change = (changed: Partial<InboxFilter>, replace = false) =>
    navigate(inboxHref({ ...filter, ...changed }), { replace });
  const chosen = selection.of(items);
  const act = (status: 'resolved' | 'muted', item: ErrorItem | null) => {
    const targets = chosen.length ? chosen : item ? [item] : [];
    const keepPlace = focusKeeper(boxRef.current);
    void toggleStatus(targets, status).then((changed) => {
      if (changed.length && chosen.length) selection.clear();
      keepPlace();
    });
  };
  const isShown = answer !== null;
  const state = error ? 'error' : !isShown ? 'loading' : items.length ? 'done' : 'empty';
  return (
    <div class="page inbox" data-state={state}>
      <div class="page-head">
        <h1>Errors</h1>
        <span class="muted" role="status">
          {isShown && `${formatCount(answer.matched)} ${answer.matched === 1 ? 'item' : 'items'}`}
        </span>
        {inbox.waiting > 0 && (
          <Button look="ghost" icon="refresh" class="waiting" onClick={inbox.reload}>
            {formatCount(inbox.waiting)} new
          </Button>
        )}
        <span class="spacer" />
        <SavedFilters filter={filter} />
        {chosen.length > 0 && <BulkBar items={chosen} onClear={() => selection.clear()} />}
      </div>
      <FilterBar filter={filter} facets={answer?.facets} onChange={change} />
      {changeError.value && <ErrorCard what="Nothing was changed" error={changeError.value} />}
      {error && <ErrorCard what="The items could not be listed" error={error} onRetry={inbox.reload} />}
      {state === 'loading' && <Skeleton rows={12} />}
      {state === 'empty' && <NoItems filter={filter} facets={answer?.facets} onChange={change} />}
      <div ref={boxRef} class={loading && isShown && !error ? 'refreshing' : ''}>
        {items.length > 0 && (
          <ItemTable
            items={items}
            selection={selection}
            sort={filter.sort}
            backwards={filter.backwards}
            onSort={(sort, backwards) => change({ sort, backwards })}
            onAct={act}
            onEnd={inbox.more}
            showProject={(answer?.facets.project.length ?? 0) > 1}
          />
        )}
      </div>
    </div>
  );
}

function useAnnouncedCount(matched: number | null): void {
  useEffect(() => {
    if (matched !== null) announce(`${formatCount(matched)} items`);
  }, [matched]);
}

/** When the row in focus leaves the list, focus goes to the one that takes its place. */
function focusKeeper(box: HTMLElement | null): () => void {
  const row = document.activeElement?.closest<HTMLElement>('tr[data-index]');
  if (!box || !row || !box.contains(row)) return () => undefined;
  const index = Number(row.dataset['index']);
  const observer = new MutationObserver(() => {
    if (row.isConnected) return;
    observer.disconnect();
    const rows = box.querySelectorAll<HTMLElement>('tr[data-index]');
    if (!box.contains(document.activeElement)) rows[Math.min(index, rows.length - 1)]?.focus();
  });
  observer.observe(box, { childList: true, subtree: true });
  return () => setTimeout(() => observer.disconnect(), keepPlaceMs);
}

const keepPlaceMs = 3000;

/** Keys that need no row in focus: into the list, act on the selection, take it back. */
function useInboxKeys(
  boxRef: { current: HTMLElement | null },
  resolve: () => void,
  mute: () => void,
): void {
  const acts = useRef({ resolve, mute });
  acts.current = { resolve, mute };
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
      const target = event.target as HTMLElement;
      const isText = target.matches?.('textarea, select, input:not([type=checkbox])');
      if (isText || !preferences.value.singleKeys) return;
      if (document.querySelector('dialog[open], [popover].popover:popover-open')) return;
      const rows = boxRef.current?.querySelectorAll<HTMLElement>('tr[data-index]');
      if (event.key === 'j') rows?.[0]?.focus();
      else if (event.key === 'k') rows?.[rows.length - 1]?.focus();
      else if (event.key === 'e') acts.current.resolve();
      else if (event.key === 'm') acts.current.mute();
      else if (event.key === 'z') void undoLast();
      else return;
      event.preventDefault();
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, []);
}
