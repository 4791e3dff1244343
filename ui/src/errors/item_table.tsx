// SPDX-License-Identifier: Apache-2.0
// The rows of the inbox.

import type { ComponentChildren } from 'preact';
import { Sparkline } from '../chart/sparkline.tsx';
import { formatCount } from '../format/number.ts';
import { formatAgo, formatInstant, msOfNs } from '../format/time.ts';
import { preferences } from '../frame/preferences.ts';
import { navigate } from '../route/route.ts';
import { Table, type TableColumn, type TableSort } from '../ui/table.tsx';
import { ItemMarks, LevelBadge } from './badges.tsx';
import { itemHref, type SortKey } from './inbox_url.ts';
import { InboxValue } from './inbox_value.tsx';
import type { Selection } from './selection.ts';
import type { ErrorItem } from './types.ts';

export interface ItemTableProps {
  items: ErrorItem[];
  selection: Selection;
  sort: SortKey;
  backwards: boolean;
  onSort: (sort: SortKey, backwards: boolean) => void;
  /** Resolves or mutes what is selected, or this item when nothing is. */
  onAct: (status: 'resolved' | 'muted', item: ErrorItem) => void;
  onEnd: () => void;
  showProject: boolean;
}

/** Titles count upwards, everything else downwards. */
function tableSort(sort: SortKey, backwards: boolean): TableSort {
  return { key: sort, down: (sort === 'title') === backwards };
}

export function Ago({ ns, nowMs }: { ns: string; nowMs: number }) {
  const ms = msOfNs(ns);
  return (
    <time dateTime={new Date(ms).toISOString()} title={formatInstant(ms)}>
      {formatAgo(ms, nowMs)}
    </time>
  );
}

function Check(props: { label: string; checked: boolean; mixed?: boolean; onToggle: (event: MouseEvent) => void }) {
  return (
    <label class="row-check">
      <input
        type="checkbox"
        tabIndex={-1}
        aria-label={props.label}
        checked={props.checked}
        indeterminate={props.mixed ?? false}
        onClick={props.onToggle}
      />
    </label>
  );
}

export function ItemTable(props: ItemTableProps) {
  const { items, selection, sort, backwards, onAct } = props;
  const nowMs = Date.now();
  const chosen = selection.chosen.value;
  const columns: TableColumn<ErrorItem>[] = [
    {
      key: 'check',
      class: 'fit',
      header: (
        <Check
          label="Select all items shown"
          checked={items.length > 0 && items.every(({ id }) => chosen.has(id))}
          mixed={chosen.size > 0}
          onToggle={() => selection.toggleAll(items)}
        />
      ),
      render: (item, index) => (
        <Check
          label={`Select #${item.counter}`}
          checked={chosen.has(item.id)}
          onToggle={(event) => selection.toggle(items, index, event.shiftKey)}
        />
      ),
    },
    {
      key: 'level',
      header: 'Level',
      class: 'fit',
      sortValue: (item) => item.level,
      render: (item) => <LevelBadge level={item.level} />,
    },
    {
      key: 'title',
      header: 'Item',
      class: 'item-cell',
      sortValue: (item) => item.title,
      render: (item) => <ItemTitle item={item} nowMs={nowMs} />,
    },
    ...(props.showProject ? [projectColumn] : []),
    {
      key: 'environment',
      header: 'Environment',
      class: 'item-where fit',
      render: (item) => <InboxValue by="env" value={item.environment} dataset={item.project} />,
    },
    {
      key: 'spark',
      header: 'Last 24 hours',
      class: 'spark-cell fit',
      render: (item) => <Sparkline values={item.series} kind="bars" token={item.status === 'active' ? 'error' : 's7'} />,
    },
    count('count', 'Occurrences', (item) => formatCount(item.occurrences), true),
    count('people', 'People', (item) => (item.people === null ? '–' : formatCount(item.people))),
    {
      key: 'first',
      header: 'First seen',
      align: 'end',
      class: 'fit',
      sortValue: (item) => item.first_ns,
      render: (item) => <Ago ns={item.first_ns} nowMs={nowMs} />,
    },
    {
      key: 'last',
      header: 'Last seen',
      align: 'end',
      class: 'fit',
      sortValue: (item) => item.last_ns,
      render: (item) => <Ago ns={item.last_ns} nowMs={nowMs} />,
    },
    {
      key: 'assignee',
      header: 'Assigned',
      class: 'fit',
      render: (item) => item.assignee?.name ?? <span class="muted">–</span>,
    },
  ];
  const onRowKey = (event: KeyboardEvent, item: ErrorItem, index: number): boolean => {
    if (!preferences.value.singleKeys) return false;
    if (event.key === 'x') selection.toggle(items, index, false);
    else if (event.key === 'X') selection.toggle(items, index, true);
    else if (event.key === 'e') onAct('resolved', item);
    else if (event.key === 'm') onAct('muted', item);
    else return false;
    return true;
  };
  return (
    <Table
      label="Items"
      class="item-table"
      columns={columns}
      rows={items}
      rowKey={(item) => String(item.id)}
      rowData={(item) => ({
        'data-item-counter': String(item.counter),
        ...(chosen.has(item.id) ? { 'data-chosen': '' } : {}),
      })}
      sort={tableSort(sort, backwards)}
      onSort={(next) => {
        const key = (next?.key ?? sort) as SortKey;
        const down = next?.down ?? true;
        // A third click on the same column starts over.
        props.onSort(key, next === null ? false : (key === 'title') === down);
      }}
      onOpen={(item) => navigate(itemHref(item))}
      onRowKey={onRowKey}
      onEnd={props.onEnd}
      maxHeight="calc(100vh - 168px)"
    />
  );
}

function count(
  key: string,
  header: string,
  render: (item: ErrorItem) => ComponentChildren,
  isSorted = false,
): TableColumn<ErrorItem> {
  return {
    key, header, align: 'end', class: 'fit', render,
    ...(isSorted ? { sortValue: (item: ErrorItem) => item.occurrences } : {}),
  };
}

function ItemTitle({ item, nowMs }: { item: ErrorItem; nowMs: number }) {
  return (
    <span class="item-title">
      <span class="item-counter">#{item.counter}</span>
      <a class="ellipsis" href={itemHref(item)} tabIndex={-1} title={item.title}>
        {item.title}
      </a>
      <ItemMarks item={item} nowMs={nowMs} />
    </span>
  );
}

const projectColumn: TableColumn<ErrorItem> = {
  key: 'project',
  header: 'Project',
  class: 'item-where fit',
  render: (item) => <InboxValue by="project" value={item.project} dataset={item.project} />,
};
