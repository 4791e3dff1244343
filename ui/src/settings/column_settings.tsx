// SPDX-License-Identifier: Apache-2.0

import { useState } from 'preact/hooks';
import { apiUrl, asApiError, getJson, send, type ApiError } from '../api/client.ts';
import { useResource } from '../api/resource.ts';
import type { ColumnInfo } from '../api/types.ts';
import { formatAgo, formatInstant } from '../format/time.ts';
import { forgetColumns } from '../query/column_cache.ts';
import { Skeleton } from '../ui/empty_state.tsx';
import { ErrorCard } from '../ui/error_card.tsx';
import { Table, type TableColumn } from '../ui/table.tsx';

type Change = (column: ColumnInfo, change: Partial<ColumnInfo>) => void;

function columnsFor(onChange: Change): TableColumn<ColumnInfo>[] {
  const nowMs = Date.now();
  return [
    { key: 'key', header: 'Column', class: 'mono', sortValue: (column) => column.key, render: (column) => column.key },
    { key: 'type', header: 'Type', sortValue: (column) => column.type, render: (column) => column.type },
    {
      key: 'written',
      header: 'Last written',
      sortValue: (column) => column.last_written_ms,
      render: ({ last_written_ms: at }) =>
        at === null ? '–' : <span title={formatInstant(at)}>{formatAgo(at, nowMs)}</span>,
    },
    {
      key: 'description',
      header: 'Description',
      render: (column) => (
        <input
          class="input in-row"
          aria-label={`Description of ${column.key}`}
          maxLength={255}
          defaultValue={column.description}
          onChange={(event) => onChange(column, { description: event.currentTarget.value })}
        />
      ),
    },
    {
      key: 'shown',
      header: 'Offered',
      render: (column) => (
        <input
          type="checkbox"
          class="in-row-check"
          aria-label={`Offer ${column.key} in suggestions`}
          checked={!column.hidden}
          onChange={(event) => onChange(column, { hidden: !event.currentTarget.checked })}
        />
      ),
    },
  ];
}

export function ColumnSettings({ dataset }: { dataset: string }) {
  const loaded = useResource(`columns:${dataset}`, (abort) =>
    getJson<{ columns: ColumnInfo[] }>(apiUrl('columns', { dataset }), abort),
  );
  const [error, setError] = useState<ApiError | null>(null);
  const change: Change = (column, changed) => {
    const next = { ...column, ...changed };
    const url = `/1/columns/${encodeURIComponent(dataset)}/${encodeURIComponent(column.id)}`;
    const body = { key_name: next.key, type: next.type, description: next.description, hidden: next.hidden };
    send(url, { method: 'PUT', body }).then(
      () => {
        setError(null);
        forgetColumns();
        loaded.reload();
      },
      (thrown: unknown) => setError(asApiError(thrown)),
    );
  };
  return (
    <section>
      <h2>Columns of {dataset}</h2>
      {error && <ErrorCard what="The column could not be changed" error={error} />}
      {loaded.error && <ErrorCard what="Columns could not be listed" error={loaded.error} onRetry={loaded.reload} />}
      {!loaded.data && !loaded.error && <Skeleton />}
      {loaded.data && (
        <Table label="Columns" columns={columnsFor(change)} rows={loaded.data.columns} rowKey={(column) => column.id} />
      )}
    </section>
  );
}
