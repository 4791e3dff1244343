// SPDX-License-Identifier: Apache-2.0
// All log groups: how much is in them, how long it is kept, when they were last written to.

import { useMemo, useState } from 'preact/hooks';
import { useResource } from '../api/resource.ts';
import { formatBytes, formatCount } from '../format/number.ts';
import { formatAgo, formatInstant } from '../format/time.ts';
import { useTitle } from '../frame/title.ts';
import { navigate, route, setParams } from '../route/route.ts';
import { Button } from '../ui/button.tsx';
import { EmptyState, Skeleton } from '../ui/empty_state.tsx';
import { ErrorCard } from '../ui/error_card.tsx';
import { Icon } from '../ui/icon.tsx';
import { Table, type TableColumn } from '../ui/table.tsx';
import { CreateGroupDialog } from './group_dialogs.tsx';
import { fetchGroups } from './logs_api.ts';
import { groupHref, insightsHref, tailHref } from './logs_url.ts';
import { RetentionMenu } from './retention_menu.tsx';
import type { LogGroup } from './types.ts';

/** A group when it was last written to, by time of the event. */
function columnsOf(onChanged: () => void): TableColumn<LogGroup>[] {
  const now = Date.now();
  return [
    {
      key: 'name',
      header: 'Log group',
      sortValue: (group) => group.name,
      render: (group) => (
        <span class="row log-group-name">
          <a href={groupHref(group.name)}>
            <bdi>{group.name}</bdi>
          </a>
          {group.source === 'otlp' && <span class="badge">OTLP</span>}
          {group.metric_filters > 0 && <span class="badge">{formatCount(group.metric_filters)} metric filters</span>}
          {group.subscription_filters > 0 && <span class="badge">subscribed</span>}
        </span>
      ),
    },
    {
      key: 'last',
      header: 'Last event',
      sortValue: (group) => group.last_event_ms,
      render: (group) =>
        group.last_event_ms === null ? (
          <span class="muted">none yet</span>
        ) : (
          <span title={formatInstant(group.last_event_ms)}>{formatAgo(group.last_event_ms, now)}</span>
        ),
    },
    {
      key: 'events',
      header: 'Events',
      align: 'end',
      sortValue: (group) => group.events,
      render: (group) => formatCount(group.events),
    },
    {
      key: 'size',
      header: 'Size',
      align: 'end',
      sortValue: (group) => group.stored_bytes,
      render: (group) => formatBytes(group.stored_bytes),
    },
    {
      key: 'streams',
      header: 'Streams',
      align: 'end',
      sortValue: (group) => group.streams,
      render: (group) => formatCount(group.streams),
    },
    {
      key: 'retention',
      header: 'Retention',
      sortValue: (group) => group.retention_days ?? Number.MAX_SAFE_INTEGER,
      render: (group) => <RetentionMenu group={group} onChanged={onChanged} />,
    },
    {
      key: 'go',
      header: <span class="visually-hidden">Open in</span>,
      class: 'fit',
      render: (group) => (
        <span class="row nowrap">
          <a href={tailHref([group.name])} aria-label={`Tail ${group.name}`}>
            Tail
          </a>
          <a href={insightsHref([group.name])} aria-label={`Insights over ${group.name}`}>
            Insights
          </a>
        </span>
      ),
    },
  ];
}

export function GroupsScreen() {
  useTitle('Log groups');
  const text = route.value.params.get('q') ?? '';
  const [isCreating, setCreating] = useState(false);
  const { data, error, loading, reload } = useResource('groups', fetchGroups);
  const needle = text.trim().toLowerCase();
  const shown = useMemo(
    () => (data ?? []).filter(({ name }) => name.toLowerCase().includes(needle)),
    [data, needle],
  );
  const columns = useMemo(() => columnsOf(reload), [data]);
  const state = error ? 'error' : !data ? 'loading' : shown.length ? 'done' : 'empty';
  return (
    <div class="page" data-state={state}>
      <div class="page-head">
        <h1>Log groups</h1>
        <span class="muted" role="status">
          {data && (needle ? `${formatCount(shown.length)} of ${formatCount(data.length)}` : formatCount(data.length))}
        </span>
        <span class="find-field">
          <Icon name="search" />
          <input
            type="search"
            class="input"
            aria-label="Find log groups"
            placeholder="Find log groups"
            autocomplete="off"
            spellcheck={false}
            data-shortcut="/"
            value={text}
            onInput={(event) => setParams({ q: event.currentTarget.value }, { replace: true })}
          />
        </span>
        <span class="spacer" />
        <a class="button" href="/logs/tail">
          <Icon name="play" /> Live tail
        </a>
        <a class="button" href="/logs/insights">
          <Icon name="search" /> Insights
        </a>
        <Button icon="plus" onClick={() => setCreating(true)}>
          Create log group
        </Button>
        <Button icon="refresh" look="ghost" label="Refresh" onClick={reload} />
      </div>
      {error && <ErrorCard what="Log groups could not be listed" error={error} onRetry={reload} />}
      {state === 'loading' && loading && <Skeleton rows={8} />}
      {state === 'empty' &&
        (data?.length ? (
          <EmptyState
            title="No log group by that name"
            actions={<Button onClick={() => setParams({ q: null })}>Show all {formatCount(data.length)}</Button>}
          />
        ) : (
          <EmptyState
            title="No logs have arrived yet"
            actions={<a href="/send?sdk=cloudwatch">Send logs</a>}
          >
            Point a CloudWatch Logs client, WatchTower or an OpenTelemetry logger at this server; each log
            group appears here with its first event.
          </EmptyState>
        ))}
      {shown.length > 0 && (
        <Table
          label="Log groups"
          columns={columns}
          rows={shown}
          rowKey={(group) => group.name}
          onOpen={(group) => navigate(groupHref(group.name))}
          class="log-groups"
        />
      )}
      {isCreating && <CreateGroupDialog onClose={() => setCreating(false)} onCreated={reload} />}
    </div>
  );
}
