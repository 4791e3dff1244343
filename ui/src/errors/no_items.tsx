// SPDX-License-Identifier: Apache-2.0
// Which kind of nothing an empty inbox is.

import { formatCount } from '../format/number.ts';
import { Button } from '../ui/button.tsx';
import { EmptyState } from '../ui/empty_state.tsx';
import { isNarrowed, type InboxFilter } from './inbox_url.ts';
import type { ItemsAnswer } from './types.ts';

export interface NoItemsProps {
  filter: InboxFilter;
  facets: ItemsAnswer['facets'] | undefined;
  onChange: (changed: Partial<InboxFilter>) => void;
}

export function NoItems({ filter, facets, onChange }: NoItemsProps) {
  const elsewhere = (facets?.status ?? []).filter(({ count }) => count > 0);
  const total = elsewhere.reduce((sum, { count }) => sum + count, 0);
  const others = elsewhere.map(({ value, count }) => `${formatCount(count)} ${value}`).join(', ');
  if (isNarrowed(filter)) {
    const clear: Partial<InboxFilter> = {
      level: [], env: [], fw: [], project: [], assignee: '', q: '', seen: null,
    };
    return (
      <EmptyState
        title="No items match here"
        actions={
          <>
            <Button onClick={() => onChange(clear)}>Clear filters</Button>
            {total > 0 && <Button onClick={() => onChange({ status: [] })}>Any status</Button>}
          </>
        }
      >
        {total > 0
          ? `With another status there are ${others}.`
          : 'No item has all of what is asked for.'}
      </EmptyState>
    );
  }
  if (total > 0) {
    return (
      <EmptyState
        title={filter.status.join() === 'active' ? 'Nothing is broken' : `No ${filter.status.join(' or ')} items`}
        actions={<Button onClick={() => onChange({ status: [] })}>Show them</Button>}
      >
        There are {others} items.
      </EmptyState>
    );
  }
  return (
    <EmptyState title="No errors have arrived yet" actions={<a href="/send?sdk=rollbar">Report errors</a>}>
      Point a Rollbar SDK at this server. Exceptions in OpenTelemetry spans and logs appear here by
      themselves.
    </EmptyState>
  );
}
