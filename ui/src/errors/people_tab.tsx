// SPDX-License-Identifier: Apache-2.0
// Who met the error, where and with what: the most frequent values.

import { formatCount } from '../format/number.ts';
import { Value } from '../ui/value_menu.tsx';
import { Ago } from './item_table.tsx';
import type { ItemDetail, TopValue } from './types.ts';

const noValues = 'Nothing was sent.';

export function PeopleTab({ detail }: { detail: ItemDetail }) {
  const isOtel = detail.item.sources.join() === 'otlp';
  const lists: [string, string, TopValue[]][] = [
    ['People', isOtel ? 'enduser.id' : 'person.id', detail.people],
    ['Hosts', isOtel ? 'host.name' : 'server.host', detail.hosts],
    ['Browsers', isOtel ? 'user_agent.original' : 'client.javascript.browser', detail.browsers],
    ['Versions', isOtel ? 'service.version' : 'code_version', detail.versions],
    ['Addresses', isOtel ? 'client.address' : 'request.user_ip', detail.addresses],
    ['Contexts', isOtel ? 'http.route' : 'context', detail.contexts],
  ];
  return (
    <>
      <p class="muted">The most frequent of the last 30 days.</p>
      <div class="top-lists">
        {lists.map(([title, column, values]) => (
          <TopList key={title} title={title} column={column} values={values} dataset={detail.item.project} />
        ))}
      </div>
    </>
  );
}

interface TopListProps {
  title: string;
  column: string;
  values: TopValue[];
  dataset: string;
}

function TopList({ title, column, values, dataset }: TopListProps) {
  const most = values.reduce((top, { count }) => Math.max(top, count), 1);
  const nowMs = Date.now();
  return (
    <section class="top-list" aria-label={title}>
      <h2>
        {title} <span class="muted">{values.length > 0 && formatCount(values.length)}</span>
      </h2>
      {values.length === 0 && <p class="muted">{noValues}</p>}
      <ol>
        {values.map((top) => (
          <li key={String(top.value)}>
            <i class="top-bar-fill" aria-hidden="true" style={{ width: `${(top.count / most) * 100}%` }} />
            <Value column={column} value={top.value} dataset={dataset} />
            <span class="muted ellipsis">{[top.name, top.email].filter(Boolean).join(' · ')}</span>
            <span class="top-last">{top.last_ns && <Ago ns={top.last_ns} nowMs={nowMs} />}</span>
            <span class="top-count">{formatCount(top.count)}</span>
          </li>
        ))}
      </ol>
    </section>
  );
}
