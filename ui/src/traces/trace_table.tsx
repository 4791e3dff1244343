// SPDX-License-Identifier: Apache-2.0
// A list of traces: when, what, how long, where the time went.

import { useMemo } from 'preact/hooks';
import type { TraceSummary } from '../api/types.ts';
import { assignColours } from '../format/colour.ts';
import { formatCount, formatDurationNs } from '../format/number.ts';
import { formatAgo, formatInstant, msOfNs } from '../format/time.ts';
import type { QuerySpec } from '../query/spec.ts';
import { hrefOf } from '../route/href.ts';
import { navigate } from '../route/route.ts';
import { Table, type TableColumn } from '../ui/table.tsx';
import { Value } from '../ui/value_menu.tsx';
import { ServiceStrip } from './service_strip.tsx';

export interface TraceTableProps {
  traces: TraceSummary[];
  dataset: string;
  /** Names of the extra columns that `values` carry. */
  columns?: string[];
  spec?: QuerySpec;
  onEnd?: () => void;
  maxHeight?: string;
  /** Fewer columns, for tiles. */
  compact?: boolean;
}

export function traceHref(trace: TraceSummary): string {
  return hrefOf(`/trace/${encodeURIComponent(trace.trace_id)}`, {
    span: trace.root_missing ? null : trace.root_span_id,
  });
}

export function TraceTable(props: TraceTableProps) {
  const { traces, dataset, columns = [], spec, compact } = props;
  const longest = useMemo(
    () => traces.reduce((top, trace) => Math.max(top, Number(trace.duration_ns)), 1),
    [traces],
  );
  const colours = useMemo(() => {
    const totals = new Map<string, number>();
    for (const { services } of traces) {
      for (const { name, self_ns } of services) {
        totals.set(name, (totals.get(name) ?? 0) + Number(self_ns));
      }
    }
    return assignColours([...totals].sort((a, b) => b[1] - a[1]).map(([name]) => name));
  }, [traces]);
  const nowMs = Date.now();

  const all: (TableColumn<TraceSummary> & { wide?: boolean })[] = [
    {
      key: 'time',
      header: 'Started',
      sortValue: (trace) => msOfNs(trace.start_ns),
      render: (trace) => (
        <span title={formatInstant(msOfNs(trace.start_ns))}>
          {formatAgo(msOfNs(trace.start_ns), nowMs)}
        </span>
      ),
    },
    {
      key: 'root',
      header: 'Root span',
      class: 'trace-root',
      sortValue: (trace) => trace.root_name,
      render: (trace) => (
        <>
          <a href={traceHref(trace)} tabIndex={-1}>
            {trace.root_name || '(no name)'}
          </a>{' '}
          {trace.root_missing && <span class="badge">root missing</span>}
        </>
      ),
    },
    {
      key: 'service',
      header: 'Service',
      sortValue: (trace) => trace.root_service,
      render: (trace) => (
        <Value column="service.name" value={trace.root_service} dataset={dataset} spec={spec} />
      ),
    },
    {
      key: 'duration',
      header: 'Duration',
      align: 'end',
      sortValue: (trace) => Number(trace.duration_ns),
      render: (trace) => formatDurationNs(Number(trace.duration_ns)),
    },
    {
      key: 'strip',
      header: 'Time by service',
      class: 'trace-strip',
      render: (trace) => <ServiceStrip trace={trace} longest={longest} colours={colours} />,
    },
    {
      key: 'spans',
      header: 'Spans',
      align: 'end',
      sortValue: (trace) => trace.span_count,
      render: (trace) => formatCount(trace.span_count),
    },
    {
      key: 'errors',
      header: 'Errors',
      align: 'end',
      sortValue: (trace) => trace.error_count,
      render: (trace) =>
        trace.error_count ? (
          <span class="error-text">{formatCount(trace.error_count)}</span>
        ) : (
          <span class="muted">–</span>
        ),
    },
    ...columns.map((name, at) => ({
      key: `column:${name}`,
      header: name,
      sortValue: (trace: TraceSummary) => trace.values[at] ?? null,
      render: (trace: TraceSummary) => (
        <Value column={name} value={trace.values[at] ?? null} dataset={dataset} spec={spec} />
      ),
    })),
    {
      key: 'id',
      header: 'Trace id',
      wide: true,
      render: (trace) => (
        <span class="mono muted" title={trace.trace_id}>
          {trace.trace_id.slice(0, 12)}…
        </span>
      ),
    },
  ];
  const shown = compact ? all.filter((column) => !column.wide && column.key !== 'service') : all;
  return (
    <Table
      label="Traces"
      columns={shown}
      rows={traces}
      rowKey={(trace) => trace.trace_id}
      rowData={(trace) => ({ 'data-trace-id': trace.trace_id })}
      onOpen={(trace) => navigate(traceHref(trace))}
      {...(props.onEnd ? { onEnd: props.onEnd } : {})}
      {...(props.maxHeight ? { maxHeight: props.maxHeight } : {})}
    />
  );
}
