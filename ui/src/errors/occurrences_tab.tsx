// SPDX-License-Identifier: Apache-2.0
// Every occurrence of an item, newest first, more while scrolling.

import { useEffect, useRef, useState } from 'preact/hooks';
import { asApiError, type ApiError } from '../api/client.ts';
import { formatDayClock, formatInstant, msOfNs } from '../format/time.ts';
import { route, setParams } from '../route/route.ts';
import { parseRange } from '../route/time_range.ts';
import { Button } from '../ui/button.tsx';
import { Skeleton } from '../ui/empty_state.tsx';
import { ErrorCard } from '../ui/error_card.tsx';
import { Table, type TableColumn } from '../ui/table.tsx';
import { Value } from '../ui/value_menu.tsx';
import { fetchOccurrences } from './errors_api.ts';
import { traceHref } from './links.ts';
import type { ErrorItem, OccurrenceRow } from './types.ts';

const pageRows = 100;

interface Rows {
  rows: OccurrenceRow[];
  next: number | null;
  loading: boolean;
  error: ApiError | null;
}

function useOccurrences(item: ErrorItem, t: string | null) {
  const [state, setState] = useState<Rows>({ rows: [], next: null, loading: true, error: null });
  const busyRef = useRef(false);
  const abortRef = useRef(new AbortController());
  const load = (before: number | null) => {
    const { signal } = abortRef.current;
    busyRef.current = true;
    fetchOccurrences(item.id, { t: t ?? '', limit: pageRows, before: before ?? '' }, signal)
      .then(
        ({ occurrences, next }) =>
          setState((old) => ({
            rows: before === null ? occurrences : [...old.rows, ...occurrences],
            next, loading: false, error: null,
          })),
        (thrown: unknown) => {
          if (!signal.aborted) setState((old) => ({ ...old, loading: false, error: asApiError(thrown) }));
        },
      )
      .finally(() => {
        if (!signal.aborted) busyRef.current = false;
      });
  };
  useEffect(() => {
    abortRef.current = new AbortController();
    setState((old) => ({ ...old, loading: true }));
    load(null);
    return () => abortRef.current.abort();
  }, [item.id, t, item.occurrences_total]);
  const more = () => {
    if (!busyRef.current && state.next !== null) load(state.next);
  };
  return { ...state, more, reload: () => load(null) };
}

export function OccurrencesTab({ item, shownId }: { item: ErrorItem; shownId: number | null }) {
  const t = route.value.params.get('t');
  const { rows, loading, error, more, reload } = useOccurrences(item, t);
  const value = (column: string, read: (row: OccurrenceRow) => string | null) => (row: OccurrenceRow) =>
    read(row) === null ? <span class="muted">–</span> : <Value column={column} value={read(row)} dataset={item.project} />;
  const columns: TableColumn<OccurrenceRow>[] = [
    {
      key: 'time',
      header: 'Time',
      class: 'fit',
      render: (row) => (
        <a href={`?${showParams(row.id)}`} tabIndex={-1}>
          {formatInstant(msOfNs(row.time_ns))}
        </a>
      ),
    },
    { key: 'message', header: 'Message', class: 'occurrence-message', render: (row) => row.message ?? row.title },
    { key: 'person', header: 'Person', render: value('person.id', (row) => row.person) },
    { key: 'host', header: 'Host', render: value('server.host', (row) => row.host) },
    { key: 'version', header: 'Version', render: value('code_version', (row) => row.code_version) },
    { key: 'context', header: 'Context', render: value('context', (row) => row.context) },
    { key: 'source', header: 'Source', render: (row) => <span class="muted">{row.source}</span> },
    {
      key: 'trace',
      header: 'Trace',
      class: 'fit',
      render: (row) =>
        row.trace_id ? (
          <a href={traceHref(row)} tabIndex={-1} class="mono" title={row.trace_id}>
            {row.trace_id.slice(0, 8)}…
          </a>
        ) : (
          <span class="muted">–</span>
        ),
    },
  ];
  return (
    <>
      {t && <RangeChip t={t} />}
      {error && <ErrorCard what="The occurrences could not be listed" error={error} onRetry={reload} />}
      {loading && rows.length === 0 && <Skeleton rows={8} />}
      {!loading && !error && rows.length === 0 && (
        <p class="muted">{t ? 'None in this time.' : 'Its occurrences are older than what is kept.'}</p>
      )}
      {rows.length > 0 && (
        <Table
          label="Occurrences"
          columns={columns}
          rows={rows}
          rowKey={(row) => String(row.id)}
          rowData={(row) => ({ 'data-occurrence-id': String(row.id) })}
          selectedKey={shownId === null ? null : String(shownId)}
          onOpen={(row) => setParams({ occ: String(row.id), tab: null })}
          onEnd={more}
          maxHeight="70vh"
        />
      )}
    </>
  );
}

function showParams(id: number): string {
  const params = new URLSearchParams(route.value.params);
  params.set('occ', String(id));
  params.delete('tab');
  return params.toString();
}

function RangeChip({ t }: { t: string }) {
  const range = parseRange(t);
  const text =
    range?.kind === 'absolute' ? `${formatDayClock(range.fromMs)} – ${formatDayClock(range.toMs)}` : `last ${t}`;
  return (
    <p class="range-chip">
      <span class="badge">{text}</span>
      <Button look="ghost" icon="close" label="Any time" onClick={() => setParams({ t: null }, { replace: true })} />
    </p>
  );
}
