// SPDX-License-Identifier: Apache-2.0
// Raw events, newest first, with all fields of the selected one beside them.

import { useMemo, useState } from 'preact/hooks';
import { useEventPages } from '../api/pages.ts';
import type { ColumnInfo, RawEvent } from '../api/types.ts';
import { formatCount } from '../format/number.ts';
import { formatInstant, msOfNs } from '../format/time.ts';
import { NoData } from '../frame/no_data.tsx';
import { ColumnPicker, useChosenColumns } from '../ui/column_picker.tsx';
import { Skeleton } from '../ui/empty_state.tsx';
import { ErrorCard } from '../ui/error_card.tsx';
import { Table, type TableColumn } from '../ui/table.tsx';
import { Value } from '../ui/value_menu.tsx';
import { EventPanel } from './event_panel.tsx';
import type { RowsTabProps } from './traces_tab.tsx';
import type { QuerySpec } from './spec.ts';

const usual = ['service.name', 'name', 'duration_ms', 'error', 'http.route', 'http.status_code', 'body', 'severity'];
const defaultCount = 6;

/** The columns the query is about, then the usual ones. */
function defaultColumns(spec: QuerySpec, columns: ColumnInfo[]): string[] {
  const known = new Set(columns.map((column) => column.key));
  const asked = [
    ...(spec.breakdowns ?? []),
    ...(spec.filters ?? []).map((filter) => filter.column),
    ...(spec.calculations ?? []).flatMap((calculation) => calculation.column ?? []),
  ];
  return [...new Set([...usual.slice(0, 3), ...asked, ...usual])]
    .filter((name) => known.has(name))
    .slice(0, defaultCount);
}

/** Two events of one instant and span differ only by their place. */
function eventKey(event: RawEvent, index: number): string {
  return `${event.time_ns}:${event.span_id ?? ''}:${index}`;
}

export function EventsTab({ dataset, spec, columns, request }: RowsTabProps) {
  const pages = useEventPages({ ...request, limit: 200 });
  const defaults = useMemo(() => defaultColumns(spec, columns), [columns, JSON.stringify(spec)]);
  const [chosen, choose] = useChosenColumns('events', dataset, defaults);
  const [opened, setOpened] = useState<{ event: RawEvent; key: string } | null>(null);
  const numeric = useMemo(
    () => new Set(columns.filter(({ type }) => type === 'integer' || type === 'float').map(({ key }) => key)),
    [columns],
  );
  const tableColumns = useMemo<TableColumn<RawEvent>[]>(
    () => [
      {
        key: 'time',
        header: 'Time',
        class: 'mono',
        render: (event) => formatInstant(msOfNs(event.time_ns)),
      },
      ...chosen.map((name) => ({
        key: `column:${name}`,
        header: name,
        ...(numeric.has(name) ? { align: 'end' as const } : {}),
        render: (event: RawEvent) => (
          <Value column={name} value={event.data[name] ?? null} dataset={dataset} spec={spec} />
        ),
      })),
    ],
    [chosen, dataset, spec, numeric],
  );
  return (
    <>
      <div class="tab-tools">
        <span class="muted" role="status">
          {pages.matched !== null && `${formatCount(pages.matched)} events, newest first`}
        </span>
        <span class="spacer" />
        <ColumnPicker columns={columns} chosen={chosen} onChange={choose} />
      </div>
      {pages.error && <ErrorCard what="Events could not be read" error={pages.error} onRetry={pages.reload} />}
      {pages.loading && pages.items.length === 0 && <Skeleton rows={10} />}
      {!pages.loading && !pages.error && pages.items.length === 0 && (
        <NoData what="events" dataset={dataset} filtered={request.filters.length > 0} />
      )}
      {pages.items.length > 0 && (
        <div class={`events-split${opened ? ' with-panel' : ''}${pages.loading ? ' stale' : ''}`}>
          <Table
            label="Events"
            columns={tableColumns}
            rows={pages.items}
            rowKey={eventKey}
            selectedKey={opened?.key ?? null}
            onOpen={(event, index) => setOpened({ event, key: eventKey(event, index) })}
            onEnd={pages.more}
            maxHeight="70vh"
          />
          {opened && (
            <EventPanel event={opened.event} dataset={dataset} spec={spec} onClose={() => setOpened(null)} />
          )}
        </div>
      )}
    </>
  );
}
