// SPDX-License-Identifier: Apache-2.0

import { useState } from 'preact/hooks';
import { apiUrl, asApiError, getJson, postJson, remove, type ApiError } from '../api/client.ts';
import { useResource } from '../api/resource.ts';
import type { KeyInfo } from '../api/types.ts';
import { formatAgo, formatInstant } from '../format/time.ts';
import { Button } from '../ui/button.tsx';
import { Skeleton } from '../ui/empty_state.tsx';
import { ErrorCard } from '../ui/error_card.tsx';
import { Table, type TableColumn } from '../ui/table.tsx';
import { copyText, toast } from '../ui/toast.tsx';

function Instant({ ms, never }: { ms: number | null; never: string }) {
  if (ms === null) return <span class="muted">{never}</span>;
  return <span title={formatInstant(ms)}>{formatAgo(ms, Date.now())}</span>;
}

function columnsFor(onRevoke: (key: KeyInfo) => void): TableColumn<KeyInfo>[] {
  return [
    { key: 'name', header: 'Name', sortValue: (key) => key.name, render: (key) => key.name },
    { key: 'type', header: 'Type', sortValue: (key) => key.type, render: (key) => key.type },
    { key: 'prefix', header: 'Key', class: 'mono', render: (key) => `${key.prefix}…` },
    {
      key: 'created',
      header: 'Created',
      sortValue: (key) => key.created_ms,
      render: (key) => <Instant ms={key.created_ms} never="–" />,
    },
    {
      key: 'used',
      header: 'Last used',
      sortValue: (key) => key.last_used_ms,
      render: (key) => <Instant ms={key.last_used_ms} never="never" />,
    },
    {
      key: 'revoke',
      header: <span class="visually-hidden">Actions</span>,
      align: 'end',
      render: (key) => (
        <Button look="ghost" class="in-row" aria-label={`Revoke ${key.name}`} onClick={() => onRevoke(key)}>
          Revoke
        </Button>
      ),
    },
  ];
}

export function KeySettings() {
  const keys = useResource('keys', (abort) => getJson<{ keys: KeyInfo[] }>(apiUrl('keys'), abort));
  const [created, setCreated] = useState<(KeyInfo & { key: string }) | null>(null);
  const [error, setError] = useState<ApiError | null>(null);
  const attempt = async (action: () => Promise<void>) => {
    try {
      await action();
      setError(null);
      keys.reload();
    } catch (thrown) {
      setError(asApiError(thrown));
    }
  };
  const revoke = (key: KeyInfo) => {
    if (!confirm(`Revoke “${key.name}”? Whatever uses it can no longer connect.`)) return;
    void attempt(async () => {
      await remove(apiUrl(`keys/${encodeURIComponent(key.id)}`));
      toast(`Revoked “${key.name}”`);
    });
  };
  const create = (name: string, type: string) =>
    attempt(async () => setCreated(await postJson(apiUrl('keys'), { name, type })));
  return (
    <div class="stack">
      <p class="muted">
        Ingest keys may only send data; configuration keys may also query and change settings. On this
        machine none is needed.
      </p>
      <NewKey onCreate={(name, type) => void create(name, type)} />
      {created && (
        <div class="card new-key" role="status">
          <p>
            The key of <strong>{created.name}</strong>, shown only this once:
          </p>
          <div class="row">
            <code class="key" data-key>
              {created.key}
            </code>
            <Button look="ghost" icon="copy" label="Copy key" onClick={() => void copyText(created.key, 'Key copied')} />
          </div>
        </div>
      )}
      {error && <ErrorCard what="That did not work" error={error} />}
      {keys.error && <ErrorCard what="Keys could not be listed" error={keys.error} onRetry={keys.reload} />}
      {!keys.data && !keys.error && <Skeleton />}
      {keys.data &&
        (keys.data.keys.length ? (
          <Table label="Keys" columns={columnsFor(revoke)} rows={keys.data.keys} rowKey={(key) => key.id} />
        ) : (
          <p class="muted">No keys yet.</p>
        ))}
    </div>
  );
}

function NewKey({ onCreate }: { onCreate: (name: string, type: string) => void }) {
  const [name, setName] = useState('');
  const [type, setType] = useState('ingest');
  return (
    <form
      class="row"
      onSubmit={(event) => {
        event.preventDefault();
        onCreate(name.trim() || type, type);
        setName('');
      }}
    >
      <input
        class="input"
        aria-label="Name of the key"
        placeholder="Name"
        maxLength={100}
        value={name}
        onInput={(event) => setName(event.currentTarget.value)}
      />
      <select class="select" aria-label="Type of key" value={type} onChange={(event) => setType(event.currentTarget.value)}>
        <option value="ingest">Ingest</option>
        <option value="configuration">Configuration</option>
      </select>
      <Button type="submit" icon="key">
        {type === 'ingest' ? 'Create ingest key' : 'Create configuration key'}
      </Button>
    </form>
  );
}
