// SPDX-License-Identifier: Apache-2.0

import { useMemo } from 'preact/hooks';
import type { Overview, ServiceOverview } from '../api/types.ts';
import { Sparkline } from '../chart/sparkline.tsx';
import { formatCount, formatDurationMs, formatPercent, toSignificant } from '../format/number.ts';
import { queryHref } from '../query/query_url.ts';
import type { QuerySpec } from '../query/spec.ts';
import { navigate } from '../route/route.ts';
import { parseRange } from '../route/time_range.ts';
import { Table, type TableColumn } from '../ui/table.tsx';

/** What a row opens: how slow the service is, by operation. */
function specOf(service: ServiceOverview): QuerySpec {
  return {
    calculations: [
      { op: 'HEATMAP', column: 'duration_ms' },
      { op: 'P95', column: 'duration_ms' },
      { op: 'COUNT' },
    ],
    filters: [
      service.service
        ? { column: 'service.name', op: '=', value: service.service }
        : { column: 'service.name', op: 'does-not-exist' },
    ],
    breakdowns: ['name'],
    orders: [{ op: 'P95', column: 'duration_ms', order: 'descending' }],
  };
}

function ratio(service: ServiceOverview): number {
  return service.spans ? service.errors / service.spans : 0;
}

/** Three digits, but no long tails of zeros for what hardly happens. */
function ratePerMinute(rate: number): string {
  return rate > 0 && rate < 0.1 ? '< 0.1' : toSignificant(rate);
}

export function ServiceTable({ overview, t }: { overview: Overview; t: string }) {
  const minutes = (overview.end_ms - overview.start_ms) / 60_000;
  const hrefOfService = (service: ServiceOverview) =>
    queryHref(service.dataset || '__all__', specOf(service), parseRange(t));
  const columns = useMemo<TableColumn<ServiceOverview>[]>(
    () => [
      {
        key: 'service',
        header: 'Service',
        class: 'service-name',
        sortValue: (service) => service.service,
        render: (service) => (
          <a href={hrefOfService(service)} tabIndex={-1}>
            {service.service || '(no service name)'}
          </a>
        ),
      },
      {
        key: 'rate',
        header: 'Spans per minute',
        align: 'end',
        sortValue: (service) => service.spans,
        render: (service) => (
          <span title={`${formatCount(service.spans)} spans`}>
            {ratePerMinute(service.spans / minutes)}
          </span>
        ),
      },
      {
        key: 'rate-spark',
        header: <span class="visually-hidden">Spans over time</span>,
        class: 'spark-cell',
        render: (service) => <Sparkline values={service.series.spans} kind="bars" token="s0" />,
      },
      {
        key: 'errors',
        header: 'Errors',
        align: 'end',
        sortValue: ratio,
        render: (service) => (
          <span class={service.errors ? 'error-text' : 'muted'} title={`${formatCount(service.errors)} spans with errors`}>
            {formatPercent(ratio(service))}
          </span>
        ),
      },
      {
        key: 'error-spark',
        header: <span class="visually-hidden">Errors over time</span>,
        class: 'spark-cell',
        render: (service) => <Sparkline values={service.series.errors} kind="bars" token="error" />,
      },
      {
        key: 'p50',
        header: 'P50',
        align: 'end',
        sortValue: (service) => service.p50_ms,
        render: (service) => (service.p50_ms === null ? '–' : formatDurationMs(service.p50_ms)),
      },
      {
        key: 'p95',
        header: 'P95',
        align: 'end',
        sortValue: (service) => service.p95_ms,
        render: (service) => (service.p95_ms === null ? '–' : formatDurationMs(service.p95_ms)),
      },
      {
        key: 'p95-spark',
        header: <span class="visually-hidden">P95 over time</span>,
        class: 'spark-cell',
        render: (service) => <Sparkline values={service.series.p95_ms} kind="line" token="s0" />,
      },
    ],
    [overview, t],
  );
  return (
    <Table
      label="Services"
      columns={columns}
      rows={overview.services}
      rowKey={(service) => service.service}
      onOpen={(service) => navigate(hrefOfService(service))}
      class="service-table"
    />
  );
}
