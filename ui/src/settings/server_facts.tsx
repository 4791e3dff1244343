// SPDX-License-Identifier: Apache-2.0

import { apiUrl, getJson } from '../api/client.ts';
import { useResource } from '../api/resource.ts';
import type { ServerStatus } from '../api/types.ts';
import { formatBytes, formatCount } from '../format/number.ts';
import { formatAgo } from '../format/time.ts';
import { Skeleton } from '../ui/empty_state.tsx';
import { ErrorCard } from '../ui/error_card.tsx';

function factsOf(status: ServerStatus): [string, string][] {
  const addresses = (list: string[]) => (list.length ? list.join(', ') : 'off');
  const perEvent = status.events && status.disk_bytes ? ` (${formatBytes(status.disk_bytes / status.events)} per event)` : '';
  return [
    ['Version', status.version],
    ['Started', formatAgo(status.started_ms, status.now_ms)],
    ['HTTP', addresses(status.http)],
    ['OTLP gRPC', addresses(status.grpc)],
    ['X-Ray', addresses(status.xray)],
    ['Access', status.open ? 'open: no key needed' : 'keys needed'],
    ['Events', formatCount(status.events)],
    ['On disk', formatBytes(status.disk_bytes) + perEvent],
    ['Kept for', `${status.retention_days} days`],
    ['AWS region', status.aws_region],
    ['AWS account', status.aws_account_id],
  ];
}

export function ServerFacts() {
  const status = useResource('status', (abort) => getJson<ServerStatus>(apiUrl('status'), abort));
  if (status.error) {
    return <ErrorCard what="The server's state could not be read" error={status.error} onRetry={status.reload} />;
  }
  if (!status.data) return <Skeleton />;
  return (
    <dl class="facts">
      {factsOf(status.data).map(([name, value]) => (
        <div key={name} class="field-row">
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
