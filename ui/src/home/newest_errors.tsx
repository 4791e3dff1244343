// SPDX-License-Identifier: Apache-2.0
// The error items that happened last, beside the services.

import { useResource } from '../api/resource.ts';
import { LevelBadge } from '../errors/badges.tsx';
import { fetchItems } from '../errors/errors_api.ts';
import { itemHref } from '../errors/inbox_url.ts';
import { refreshTick } from '../frame/auto_refresh.ts';
import { formatCount } from '../format/number.ts';
import { formatAgo, formatInstant, msOfNs } from '../format/time.ts';

const shownMax = 6;

export function NewestErrors() {
  const { data, error } = useResource(`errors:${refreshTick.value}`, (abort) =>
    fetchItems({ status: 'active', limit: shownMax }, abort),
  );
  const nowMs = Date.now();
  return (
    <section class="newest-errors" aria-label="Newest errors">
      <div class="section-head">
        <h2>Newest errors</h2>
        <span class="spacer" />
        <a href="/errors">{data && data.matched > shownMax ? `All ${formatCount(data.matched)}` : 'All errors'}</a>
      </div>
      {error && !data && <p class="muted">They could not be read: {error.message}</p>}
      {data?.items.length === 0 && <p class="muted">Nothing is broken.</p>}
      <ul>
        {data?.items.map((item) => (
          <li key={item.id} data-item-counter={item.counter}>
            <a href={itemHref(item)} class="ellipsis" title={item.title}>
              {item.title}
            </a>
            <span class="newest-error-facts">
              <LevelBadge level={item.level} />
              <span>{item.project}</span>
              <span>
                {formatCount(item.occurrences)}{item.occurrences === 1 ? ' time' : ' times'}
              </span>
              <time title={formatInstant(msOfNs(item.last_ns))}>{formatAgo(msOfNs(item.last_ns), nowMs)}</time>
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
