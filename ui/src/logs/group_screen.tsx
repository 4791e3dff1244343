// SPDX-License-Identifier: Apache-2.0
// One log group: its streams, and the lines that match what is asked for.

import { useState } from 'preact/hooks';
import { useResource } from '../api/resource.ts';
import { refreshTick } from '../frame/auto_refresh.ts';
import { useTitle } from '../frame/title.ts';
import { formatBytes, formatCount } from '../format/number.ts';
import { formatAgo, formatInstant } from '../format/time.ts';
import { navigate, route, setParams } from '../route/route.ts';
import { EmptyState } from '../ui/empty_state.tsx';
import { Icon } from '../ui/icon.tsx';
import { MenuButton } from '../ui/menu.tsx';
import { DeleteGroupDialog } from './group_dialogs.tsx';
import { GroupLines } from './group_lines.tsx';
import { fetchGroups } from './logs_api.ts';
import { insightsHref, readGroupUrl, tailHref } from './logs_url.ts';
import { RetentionMenu } from './retention_menu.tsx';
import { StreamList } from './stream_list.tsx';
import type { LogGroup } from './types.ts';

export function GroupScreen({ group }: { group: string }) {
  useTitle(group);
  const { data, reload } = useResource(`groups ${refreshTick.value}`, fetchGroups);
  const facts = data?.find(({ name }) => name === group);
  const url = readGroupUrl(route.value.params);
  return (
    <div class="page log-page">
      <div class="page-head">
        <a class="log-back" href="/logs" aria-label="Back to log groups">
          <Icon name="chevronLeft" />
        </a>
        <h1 class="ellipsis">
          <bdi>{group}</bdi>
        </h1>
        {facts && <GroupFacts group={facts} onChanged={reload} />}
        <span class="spacer" />
        <a class="button" href={tailHref([group], url.filter)}>
          <Icon name="play" /> Tail
        </a>
        <a class="button" href={insightsHref([group], '', route.value.params.get('t'))}>
          <Icon name="search" /> Insights
        </a>
        {facts?.source === 'cloudwatch' && <GroupMenu group={group} />}
      </div>
      {data && !facts ? (
        <EmptyState title="No such log group" actions={<a href="/logs">All log groups</a>}>
          Nothing is called <code>{group}</code>. It may not have been written to yet, or it was deleted.
        </EmptyState>
      ) : (
        <div class="log-columns">
          <StreamList
            group={group}
            selected={url.stream}
            onSelect={(stream) => setParams({ stream, at: null })}
          />
          <GroupLines group={group} url={url} lastEventMs={facts?.last_event_ms ?? null} />
        </div>
      )}
    </div>
  );
}

function GroupFacts({ group, onChanged }: { group: LogGroup; onChanged: () => void }) {
  return (
    <dl class="log-facts">
      <div>
        <dt>Retention</dt>
        <dd>
          <RetentionMenu group={group} onChanged={onChanged} />
        </dd>
      </div>
      <div>
        <dt>Events</dt>
        <dd>{formatCount(group.events)}</dd>
      </div>
      <div>
        <dt>Size</dt>
        <dd>{formatBytes(group.stored_bytes)}</dd>
      </div>
      {group.last_event_ms !== null && (
        <div title={formatInstant(group.last_event_ms)}>
          <dt>Last event</dt>
          <dd>{formatAgo(group.last_event_ms, Date.now())}</dd>
        </div>
      )}
    </dl>
  );
}

function GroupMenu({ group }: { group: string }) {
  const [isDeleting, setDeleting] = useState(false);
  return (
    <>
      <MenuButton
        look="ghost"
        icon="menu"
        label="More actions"
        align="end"
        items={[{ label: 'Delete log group…', icon: 'trash', onSelect: () => setDeleting(true) }]}
      />
      {isDeleting && (
        <DeleteGroupDialog
          group={group}
          onClose={() => setDeleting(false)}
          onDeleted={() => navigate('/logs')}
        />
      )}
    </>
  );
}
