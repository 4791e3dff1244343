// SPDX-License-Identifier: Apache-2.0
// An item that is known: its header, the tabs, and beside them what has been said and done.

import { useEffect, useRef } from 'preact/hooks';
import { useResource } from '../api/resource.ts';
import { formatCount } from '../format/number.ts';
import { preferences } from '../frame/preferences.ts';
import { route, setParams } from '../route/route.ts';
import { ErrorCard } from '../ui/error_card.tsx';
import { Skeleton } from '../ui/empty_state.tsx';
import { Tabs } from '../ui/tabs.tsx';
import { fetchOccurrence } from './errors_api.ts';
import { changeError, toggleStatus, undoLast } from './item_actions.ts';
import { ItemAside } from './item_aside.tsx';
import { ItemHeader } from './item_header.tsx';
import { OccurrenceBar } from './occurrence_bar.tsx';
import { OccurrencesTab } from './occurrences_tab.tsx';
import { PeopleTab } from './people_tab.tsx';
import { RawTab } from './raw_tab.tsx';
import { TracebackTab } from './traceback_tab.tsx';
import type { ItemDetail, Occurrence } from './types.ts';

export interface OpenItemProps {
  detail: ItemDetail;
  reload: () => void;
}

const tabs = ['traceback', 'occurrences', 'people', 'raw'];

export function OpenItem({ detail, reload }: OpenItemProps) {
  const { item } = detail;
  const { params } = route.value;
  const tab = tabs.includes(params.get('tab') ?? '') ? params.get('tab')! : 'traceback';
  const name = params.get('occ') ?? 'latest';
  const shown = useResource(`${item.id}:${name}`, (abort) => fetchOccurrence(item.id, name, abort));
  useItemKeys(detail, shown.data);
  const one = shown.data;
  const isOfOne = tab === 'traceback' || tab === 'raw';
  return (
    <div class="page item-page" data-state={shown.error ? 'error' : one ? 'done' : 'loading'} data-item-counter={item.counter}>
      <ItemHeader detail={detail} occurrence={one} />
      {changeError.value && <ErrorCard what="Nothing was changed" error={changeError.value} />}
      <div class="item-columns">
        <div class="item-main">
          <Tabs
            label="Item"
            selected={tab}
            onSelect={(id) => setParams({ tab: id === 'traceback' ? null : id }, { replace: true })}
            tabs={[
              { id: 'traceback', label: 'Traceback' },
              { id: 'occurrences', label: 'Occurrences', count: formatCount(item.occurrences_total) },
              { id: 'people', label: 'People / hosts / browsers' },
              { id: 'raw', label: 'Raw JSON' },
            ]}
          >
            {isOfOne && <OccurrenceBar item={item} occurrence={one} isStale={shown.loading} />}
            {isOfOne && shown.error && (
              <ErrorCard what="The occurrence could not be read" error={shown.error} onRetry={shown.reload} />
            )}
            {isOfOne && !one && !shown.error && <Skeleton rows={10} />}
            {one && tab === 'traceback' && <TracebackTab key={one.id} occurrence={one} />}
            {one && tab === 'raw' && <RawTab key={one.id} occurrence={one} />}
            {tab === 'occurrences' && <OccurrencesTab item={item} shownId={one?.id ?? null} />}
            {tab === 'people' && <PeopleTab detail={detail} />}
          </Tabs>
        </div>
        <ItemAside detail={detail} reload={reload} />
      </div>
    </div>
  );
}

/** `e` and `m` as in the inbox, `[` and `]` to the occurrence before and after. */
function useItemKeys({ item }: ItemDetail, occurrence: Occurrence | null): void {
  const current = useRef({ item, occurrence });
  current.current = { item, occurrence };
  useEffect(() => {
    const goTo = (id: number | null | undefined) => id && setParams({ occ: String(id) }, { replace: true });
    const onKey = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
      if ((event.target as HTMLElement).matches?.('input, textarea, select')) return;
      if (!preferences.value.singleKeys) return;
      if (document.querySelector('dialog[open], [popover].popover:popover-open')) return;
      const { item: shown, occurrence: one } = current.current;
      if (event.key === 'e') void toggleStatus([shown], 'resolved');
      else if (event.key === 'm') void toggleStatus([shown], 'muted');
      else if (event.key === 'z') void undoLast();
      else if (event.key === '[') goTo(one?.older);
      else if (event.key === ']') goTo(one?.newer);
      else return;
      event.preventDefault();
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, []);
}
