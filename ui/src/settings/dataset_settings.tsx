// SPDX-License-Identifier: Apache-2.0

import { useState } from 'preact/hooks';
import { apiUrl, asApiError, getJson, remove, send, type ApiError } from '../api/client.ts';
import { useResource } from '../api/resource.ts';
import type { DatasetInfo } from '../api/types.ts';
import { formatCount } from '../format/number.ts';
import { formatAgo, formatInstant } from '../format/time.ts';
import { forgetColumns } from '../query/column_cache.ts';
import { hrefOf } from '../route/href.ts';
import { navigate, route } from '../route/route.ts';
import { Button } from '../ui/button.tsx';
import { Skeleton } from '../ui/empty_state.tsx';
import { ErrorCard } from '../ui/error_card.tsx';
import { Table, type TableColumn } from '../ui/table.tsx';
import { toast } from '../ui/toast.tsx';
import { ColumnSettings } from './column_settings.tsx';

const settingsHref = (slug: string) => hrefOf('/settings/datasets', { dataset: slug });

function columnsFor(onDelete: (dataset: DatasetInfo) => void): TableColumn<DatasetInfo>[] {
  const nowMs = Date.now();
  return [
    {
      key: 'name',
      header: 'Dataset',
      sortValue: (dataset) => dataset.name,
      render: (dataset) => (
        <a href={settingsHref(dataset.slug)} tabIndex={-1}>
          {dataset.name}
        </a>
      ),
    },
    { key: 'signals', header: 'Signals', render: (dataset) => dataset.signals.join(', ') },
    {
      key: 'events',
      header: 'Events',
      align: 'end',
      sortValue: (dataset) => dataset.events,
      render: (dataset) => formatCount(dataset.events),
    },
    {
      key: 'columns',
      header: 'Columns',
      align: 'end',
      sortValue: (dataset) => dataset.columns,
      render: (dataset) => formatCount(dataset.columns),
    },
    {
      key: 'last',
      header: 'Newest event',
      sortValue: (dataset) => dataset.last_event_ms,
      render: ({ last_event_ms: last }) =>
        last === null ? (
          <span class="muted">none</span>
        ) : (
          <span title={formatInstant(last)}>{formatAgo(last, nowMs)}</span>
        ),
    },
    {
      key: 'delete',
      header: <span class="visually-hidden">Actions</span>,
      align: 'end',
      render: (dataset) => (
        <Button look="ghost" class="in-row" aria-label={`Delete ${dataset.name}`} onClick={() => onDelete(dataset)}>
          Delete
        </Button>
      ),
    },
  ];
}

/** Datasets are protected by default; deleting one from here takes that off first. */
async function deleteDataset({ slug, description }: DatasetInfo): Promise<void> {
  const url = `/1/datasets/${encodeURIComponent(slug)}`;
  await send(url, { method: 'PUT', body: { description, settings: { delete_protected: false } } });
  await remove(url);
}

export function DatasetSettings() {
  const datasets = useResource('datasets', (abort) =>
    getJson<{ datasets: DatasetInfo[] }>(apiUrl('datasets'), abort),
  );
  const [error, setError] = useState<ApiError | null>(null);
  const selected = route.value.params.get('dataset');
  const ask = (dataset: DatasetInfo) => {
    const events = formatCount(dataset.events);
    if (!confirm(`Delete “${dataset.name}” and its ${events} events? This cannot be undone.`)) return;
    deleteDataset(dataset).then(
      () => {
        setError(null);
        toast(`Deleted “${dataset.name}”`);
        forgetColumns();
        datasets.reload();
        if (selected === dataset.slug) navigate('/settings/datasets');
      },
      (thrown: unknown) => setError(asApiError(thrown)),
    );
  };
  if (datasets.error) {
    return <ErrorCard what="Datasets could not be listed" error={datasets.error} onRetry={datasets.reload} />;
  }
  if (!datasets.data) return <Skeleton />;
  const list = datasets.data.datasets;
  return (
    <div class="stack">
      {error && <ErrorCard what="The dataset could not be deleted" error={error} />}
      {list.length ? (
        <Table
          label="Datasets"
          columns={columnsFor(ask)}
          rows={list}
          rowKey={(dataset) => dataset.slug}
          selectedKey={selected}
          onOpen={(dataset) => navigate(settingsHref(dataset.slug))}
        />
      ) : (
        <p class="muted">
          No dataset yet: one appears with the first event of each service. <a href="/send">Send data</a>
        </p>
      )}
      {selected && <ColumnSettings key={selected} dataset={selected} />}
    </div>
  );
}
