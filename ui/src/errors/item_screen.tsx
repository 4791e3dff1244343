// SPDX-License-Identifier: Apache-2.0
// One item: which it is, then everything about it.

import { useEffect } from 'preact/hooks';
import { useResource } from '../api/resource.ts';
import { useTitle } from '../frame/title.ts';
import { navigate, route } from '../route/route.ts';
import { EmptyState, Skeleton } from '../ui/empty_state.tsx';
import { ErrorCard } from '../ui/error_card.tsx';
import { useErrorArrivals } from './error_arrivals.ts';
import { fetchItem, fetchItems, findItem } from './errors_api.ts';
import { itemHref } from './inbox_url.ts';
import { changeTick } from './item_actions.ts';
import { OpenItem } from './open_item.tsx';
import { LevelBadge } from './badges.tsx';
import type { ErrorItem } from './types.ts';

interface Which {
  /** Null when no item has the number. */
  id: number | null;
  /** Items of several projects that share the number. */
  choices: ErrorItem[];
}

const choicesMax = 50;

/** The item with this number: in the project named, else wherever it is. */
async function which(counter: number, project: string | null, abort: AbortSignal): Promise<Which> {
  if (project) {
    const found = await findItem({ project, counter }, abort).catch((error: { status?: number }) => {
      if (error.status === 404) return null;
      throw error;
    });
    if (found) return { id: found.item_id, choices: [] };
  }
  // Links of other tools may name the project in their own way.
  const { items } = await fetchItems({ q: `#${counter}`, limit: choicesMax }, abort);
  return { id: items.length === 1 ? items[0]!.id : null, choices: items };
}

export function ItemScreen({ counter }: { counter: string }) {
  const { params } = route.value;
  const project = params.get('project');
  const number = Number(counter);
  const found = useResource(`${counter}:${project}`, (abort) => which(number, project, abort));
  const id = found.data?.id ?? null;
  const arrivals = useErrorArrivals();
  const detail = useResource(
    id === null ? null : `${id}:${arrivals}:${changeTick.value}`,
    (abort) => fetchItem(id!, abort),
  );
  const item = detail.data?.item;
  useTitle(item ? `#${item.counter} ${item.title}` : `#${counter}`);
  useEffect(() => {
    // Also for items that were merged away: the address is that of the one they went into.
    if (!item || (item.counter === number && item.project === project)) return;
    const { tab, occ, t } = Object.fromEntries(route.value.params);
    navigate(itemHref(item, { tab, occ, t }), { replace: true });
  }, [item?.id, item?.counter]);

  const error = found.error ?? (detail.data ? null : detail.error);
  const isMissing = (found.data && id === null) || error?.status === 404;
  if (item && detail.data && id !== null) return <OpenItem key={item.id} detail={detail.data} reload={detail.reload} />;
  return (
    <div class="page" data-state={error ? 'error' : isMissing ? 'empty' : 'loading'}>
      <h1 class={found.data?.choices.length ? '' : 'visually-hidden'}>Item #{counter}</h1>
      {!error && !isMissing && <Skeleton rows={12} />}
      {isMissing && <NoSuchItem counter={counter} choices={found.data?.choices ?? []} />}
      {error && error.status !== 404 && (
        <ErrorCard
          what="The item could not be read"
          error={error}
          onRetry={found.error ? found.reload : detail.reload}
        />
      )}
    </div>
  );
}

function NoSuchItem({ counter, choices }: { counter: string; choices: ErrorItem[] }) {
  if (choices.length === 0) {
    return (
      <EmptyState title="No such item" actions={<a href="/errors?status=any">All items</a>}>
        No project has an item with the number {counter}.
      </EmptyState>
    );
  }
  return (
    <>
      <p class="muted">Several projects have an item with this number.</p>
      <ul class="item-choices">
        {choices.map((item) => (
          <li key={item.id}>
            <a href={itemHref(item)}>
              <LevelBadge level={item.level} />
              <span class="ellipsis">{item.title}</span>
              <span class="muted">{item.project}</span>
            </a>
          </li>
        ))}
      </ul>
    </>
  );
}
