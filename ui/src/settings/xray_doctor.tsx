// SPDX-License-Identifier: Apache-2.0
// What X-Ray's SDKs sent, what was dropped or refused, and why.

import { apiUrl, getJson } from '../api/client.ts';
import { useResource } from '../api/resource.ts';
import { formatCount } from '../format/number.ts';
import { formatAgo, formatInstant } from '../format/time.ts';
import { Button } from '../ui/button.tsx';
import { Skeleton } from '../ui/empty_state.tsx';
import { ErrorCard } from '../ui/error_card.tsx';
import { Table, type TableColumn } from '../ui/table.tsx';
import type { XrayDoctor as Doctor } from './xray_api.ts';

type Rejection = Doctor['recent_rejections'][number];
type Sender = Doctor['daemons'][number];

const rejectionColumns: TableColumn<Rejection>[] = [
  {
    key: 'at',
    header: 'When',
    sortValue: (row) => row.at_ms,
    render: (row) => <span title={formatInstant(row.at_ms)}>{formatAgo(row.at_ms, Date.now())}</span>,
  },
  { key: 'via', header: 'By', sortValue: (row) => row.via, render: (row) => row.via },
  { key: 'reason', header: 'Reason', class: 'rule-which', sortValue: (row) => row.reason, render: (row) => row.reason },
  {
    key: 'document',
    header: 'Document',
    class: 'mono rule-which',
    render: (row) => <span title={row.document}>{row.document.slice(0, 120)}</span>,
  },
];

const senderColumns: TableColumn<Sender>[] = [
  { key: 'host', header: 'Daemon', render: (row) => row.hostname || row.instance_id || 'unnamed' },
  { key: 'seen', header: 'Last seen', render: (row) => formatAgo(row.last_seen_ms, Date.now()) },
  { key: 'received', header: 'Received', align: 'end', render: (row) => formatCount(row.received) },
  { key: 'sent', header: 'Sent', align: 'end', render: (row) => formatCount(row.sent) },
  { key: 'rejected', header: 'Rejected', align: 'end', render: (row) => formatCount(row.rejected) },
];

function Fact({ name, value, bad = false }: { name: string; value: string; bad?: boolean }) {
  return (
    <div class="field-row">
      <dt>{name}</dt>
      <dd class={bad ? 'error-text' : ''}>{value}</dd>
    </div>
  );
}

export function XrayDoctor() {
  const { data, error, reload } = useResource('xray-doctor', (abort) => getJson<Doctor>(apiUrl('xray/doctor'), abort));
  if (error) return <ErrorCard what="X-Ray's state could not be read" error={error} onRetry={reload} />;
  if (!data) return <Skeleton />;
  const { kernel_buffer_full, store_overloaded } = data.dropped;
  return (
    <div class="stack">
      <dl class="facts">
        <Fact name="Daemon listens on" value={data.listening.join(', ') || 'off'} />
        <Fact name="Validation" value={data.validation} />
        <Fact name="Datagrams received" value={formatCount(data.datagrams)} />
        <Fact name="Documents accepted" value={formatCount(data.documents_accepted)} />
        <Fact name="Dropped: kernel’s buffer full" value={formatCount(kernel_buffer_full)} bad={kernel_buffer_full > 0} />
        <Fact name="Dropped: store too busy" value={formatCount(store_overloaded)} bad={store_overloaded > 0} />
        {data.rejected.map(({ reason, count }) => (
          <Fact key={reason} name={`Rejected: ${reason}`} value={formatCount(count)} bad />
        ))}
      </dl>
      <div class="section-head">
        <h2>Rejected documents</h2>
        <span class="spacer" />
        <Button look="ghost" icon="refresh" label="Refresh" onClick={reload} />
      </div>
      {data.recent_rejections.length > 0 ? (
        <Table label="Rejected documents" columns={rejectionColumns} rows={data.recent_rejections} rowKey={(_, i) => String(i)} />
      ) : (
        <p class="muted">None since the server started.</p>
      )}
      {data.daemons.length > 0 && (
        <>
          <h2>Daemons</h2>
          <Table label="Daemons" columns={senderColumns} rows={data.daemons} rowKey={(_, i) => String(i)} />
        </>
      )}
    </div>
  );
}
