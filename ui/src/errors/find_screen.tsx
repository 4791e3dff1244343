// SPDX-License-Identifier: Apache-2.0
// From an occurrence's uuid or id to its item: where links of other tools come in.

import { useEffect } from 'preact/hooks';
import { useResource } from '../api/resource.ts';
import { useTitle } from '../frame/title.ts';
import { navigate, route } from '../route/route.ts';
import { EmptyState, Skeleton } from '../ui/empty_state.tsx';
import { ErrorCard } from '../ui/error_card.tsx';
import { fetchItem, findItem } from './errors_api.ts';
import { itemHref } from './inbox_url.ts';

export function FindScreen() {
  useTitle('Find an occurrence');
  const { params } = route.value;
  const uuid = params.get('uuid') ?? undefined;
  const occurrence = params.get('occurrence') ?? undefined;
  const { data, error, reload } = useResource(`${uuid}:${occurrence}`, async (abort) => {
    const found = await findItem({ uuid, occurrence }, abort);
    return { found, detail: await fetchItem(found.item_id, abort) };
  });
  useEffect(() => {
    if (!data) return;
    const occ = data.found.occurrence_id;
    navigate(itemHref(data.detail.item, { occ: occ === null ? null : String(occ) }), { replace: true });
  }, [data]);
  return (
    <div class="page" data-state={error ? 'error' : 'loading'}>
      <h1 class="visually-hidden">Find an occurrence</h1>
      {!error && <Skeleton rows={12} />}
      {error?.status === 404 && (
        <EmptyState title="No such occurrence" actions={<a href="/errors">All items</a>}>
          Nothing with the id <code>{uuid ?? occurrence}</code> is stored. It may be older than what
          is kept.
        </EmptyState>
      )}
      {error && error.status !== 404 && (
        <ErrorCard what="The occurrence could not be found" error={error} onRetry={reload} />
      )}
    </div>
  );
}
