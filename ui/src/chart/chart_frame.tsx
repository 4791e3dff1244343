// SPDX-License-Identifier: Apache-2.0
// What every chart has: a name, a summary for those who cannot see it, and its data as a table.

import type { ComponentChildren } from 'preact';
import { useId, useState } from 'preact/hooks';
import { Button } from '../ui/button.tsx';
import { Table, type TableColumn } from '../ui/table.tsx';
import { formatInstant } from '../format/time.ts';

export interface ChartTable {
  times: number[];
  columns: { header: string; cells: string[] }[];
}

export interface ChartFrameProps {
  /** The figure's accessible name. */
  name: string;
  heading: string;
  summary: string;
  table: () => ChartTable;
  actions?: ComponentChildren;
  children: ComponentChildren;
}

export function ChartFrame({ name, heading, summary, table, actions, children }: ChartFrameProps) {
  const [asTable, setAsTable] = useState(false);
  const summaryId = useId();
  return (
    <figure class="chart" aria-label={name} aria-describedby={summaryId}>
      <div class="chart-head">
        <h3>{heading}</h3>
        <span class="chart-actions">
          {actions}
          <Button
            look="ghost"
            icon="table"
            label={asTable ? 'View as chart' : 'View as table'}
            onClick={() => setAsTable(!asTable)}
          />
        </span>
      </div>
      <p id={summaryId} class="visually-hidden">
        {summary}
      </p>
      {asTable ? <DataTable label={`${heading} over time`} data={table()} /> : children}
    </figure>
  );
}

function DataTable({ label, data }: { label: string; data: ChartTable }) {
  const columns: TableColumn<number>[] = [
    { key: 'time', header: 'Time', render: (index) => formatInstant(data.times[index]!, false) },
    ...data.columns.map(({ header, cells }, at) => ({
      key: `${at}`,
      header,
      align: 'end' as const,
      render: (index: number) => cells[index] ?? '–',
    })),
  ];
  return (
    <Table
      label={label}
      columns={columns}
      rows={data.times.map((_, index) => index)}
      rowKey={(index) => String(index)}
      maxHeight="260px"
    />
  );
}
