// SPDX-License-Identifier: Apache-2.0
// What the item is and how it stands, with everything that changes that.

import { useState } from 'preact/hooks';
import { formatCount } from '../format/number.ts';
import { Button } from '../ui/button.tsx';
import { Icon } from '../ui/icon.tsx';
import { MenuButton, type MenuItem } from '../ui/menu.tsx';
import { copyText } from '../ui/toast.tsx';
import { Value } from '../ui/value_menu.tsx';
import { AssignMenu } from './assign_menu.tsx';
import { InboxValue } from './inbox_value.tsx';
import { ItemMarks, LevelBadge, statusNames } from './badges.tsx';
import { changeAll, setStatus, toggleStatus } from './item_actions.ts';
import { Ago } from './item_table.tsx';
import { logsAroundHref, occurrencesHref, traceHref } from './links.ts';
import { MergeIntoDialog } from './merge_into_dialog.tsx';
import { RenameDialog, ResolveDialog } from './item_dialogs.tsx';
import { levels, statuses, type ErrorItem, type ItemDetail, type Occurrence } from './types.ts';

export interface ItemHeaderProps {
  detail: ItemDetail;
  occurrence: Occurrence | null;
}

export function ItemHeader({ detail, occurrence }: ItemHeaderProps) {
  const { item } = detail;
  const nowMs = Date.now();
  return (
    <header class="item-header">
      <div class="item-head-row">
        <a class="item-back" href="/errors" aria-label="Back to errors">
          <Icon name="chevronLeft" />
        </a>
        <h1>
          <span class="item-counter">#{item.counter}</span> {item.title}
        </h1>
        <ItemMarks item={item} nowMs={nowMs} />
      </div>
      <Actions item={item} />
      <p class="item-facts" role="status">
        <span>
          <strong>{formatCount(item.occurrences)}</strong>{' '}
          {item.occurrences === 1 ? 'occurrence' : 'occurrences'}
          {item.occurrences !== item.occurrences_total && (
            <span class="muted"> of {formatCount(item.occurrences_total)} in all</span>
          )}
        </span>
        {item.people !== null && (
          <span>
            <strong>{formatCount(item.people)}</strong> {item.people === 1 ? 'person' : 'people'}
          </span>
        )}
        <span>
          <span class="muted">first</span> <Ago ns={item.first_ns} nowMs={nowMs} />
          {item.first_version && <Version item={item} version={item.first_version} />}
        </span>
        <span>
          <span class="muted">last</span> <Ago ns={item.last_ns} nowMs={nowMs} />
          {item.last_version && <Version item={item} version={item.last_version} />}
        </span>
        <InboxValue by="project" value={item.project} dataset={item.project} />
        <InboxValue by="env" value={item.environment} dataset={item.project} />
        {item.framework && <InboxValue by="fw" value={item.framework} dataset={item.project} />}
      </p>
      {occurrence && <Elsewhere detail={detail} occurrence={occurrence} />}
    </header>
  );
}

function Version({ item, version }: { item: ErrorItem; version: string }) {
  return (
    <span class="muted">
      {' '}
      in{' '}
      <Value column="code_version" value={version} dataset={item.project}>
        <span class="mono">{version}</span>
      </Value>
    </span>
  );
}

/** The same moment in the other screens. */
function Elsewhere({ detail, occurrence }: { detail: ItemDetail; occurrence: Occurrence }) {
  const { trace_id: traceId } = occurrence;
  return (
    <div class="item-elsewhere">
      {traceId && (
        <>
          <span class="muted">trace</span>{' '}
          <Value column="trace.trace_id" value={traceId} dataset="__all__">
            <span class="mono">{traceId.slice(0, 8)}…</span>
          </Value>
          <a class="button" href={traceHref(occurrence)}>
            Open trace
          </a>
        </>
      )}
      <a class="button" href={logsAroundHref(occurrence)}>
        Logs around
      </a>
      <a class="button ghost" href={occurrencesHref(detail)}>
        Query occurrences
      </a>
    </div>
  );
}

const snoozes: [string, number][] = [
  ['Snooze for an hour', 3600],
  ['Snooze for a day', 86_400],
  ['Snooze for a week', 7 * 86_400],
];

function Actions({ item }: { item: ErrorItem }) {
  const [dialog, setDialog] = useState<'resolve' | 'rename' | 'merge' | null>(null);
  const isSnoozed = item.snoozed_until_ns !== null;
  const more: MenuItem[] = [
    { label: 'Resolve in a version…', onSelect: () => setDialog('resolve') },
    { label: 'Rename…', onSelect: () => setDialog('rename') },
    { label: 'Merge into another item…', onSelect: () => setDialog('merge') },
    ...snoozes.map(([label, seconds], at) => ({
      label,
      separated: at === 0,
      onSelect: () => void changeAll({ ids: [item.id], snooze_s: seconds }, `Snoozed #${item.counter}`),
    })),
    ...(isSnoozed
      ? [
          {
            label: 'End snoozing',
            onSelect: () => void changeAll({ ids: [item.id], snooze_s: 0 }, `#${item.counter} is not snoozed any more`),
          },
        ]
      : []),
    {
      label: 'Copy link',
      icon: 'link',
      separated: true,
      onSelect: () => void copyText(location.href, 'Link copied'),
    },
  ];
  const isResolved = item.status === 'resolved';
  const isMuted = item.status === 'muted';
  return (
    <div class="item-actions" role="toolbar" aria-label="Item">
      <MenuButton
        class="level-button"
        menuLabel="Level"
        items={levels.map((level) => ({
          label: level,
          checked: level === item.level,
          onSelect: () => void changeAll({ ids: [item.id], level }, `#${item.counter} is of level ${level}`),
        }))}
      >
        <LevelBadge level={item.level} />
      </MenuButton>
      <MenuButton
        menuLabel="Status"
        items={statuses.map((status) => ({
          label: statusNames[status],
          checked: status === item.status,
          onSelect: () => void setStatus([item], status),
        }))}
      >
        {statusNames[item.status]}
      </MenuButton>
      <Button
        look={isResolved ? 'plain' : 'primary'}
        icon={isResolved ? 'refresh' : 'check'}
        aria-keyshortcuts="e"
        onClick={() => void toggleStatus([item], 'resolved')}
      >
        {isResolved ? 'Reopen' : 'Resolve'} <kbd aria-hidden="true">e</kbd>
      </Button>
      <Button
        aria-keyshortcuts="m"
        onClick={() => void toggleStatus([item], 'muted')}
      >
        {isMuted ? 'Unmute' : 'Mute'} <kbd aria-hidden="true">m</kbd>
      </Button>
      {item.status !== 'archived' && <Button onClick={() => void setStatus([item], 'archived')}>Archive</Button>}
      <AssignMenu items={[item]}>{item.assignee ? `Assigned to ${item.assignee.name}` : 'Assign'}</AssignMenu>
      <MenuButton icon="menu" label="More actions" menuLabel="More actions" items={more} />
      {dialog === 'resolve' && <ResolveDialog item={item} onClose={() => setDialog(null)} />}
      {dialog === 'rename' && <RenameDialog item={item} onClose={() => setDialog(null)} />}
      {dialog === 'merge' && <MergeIntoDialog item={item} onClose={() => setDialog(null)} />}
    </div>
  );
}
