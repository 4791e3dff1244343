// SPDX-License-Identifier: Apache-2.0
// What a click on a chart offers: an example trace, the traces of that time, that time alone.

import { apiUrl, asApiError, postJson } from '../api/client.ts';
import type { Calculated, QueryResult, TracesAnswer } from '../api/types.ts';
import { formatClock } from '../format/time.ts';
import { navigate, setTimeRange } from '../route/route.ts';
import type { TimeRange } from '../route/time_range.ts';
import { traceHref } from '../traces/trace_table.tsx';
import { Menu, type MenuItem } from '../ui/menu.tsx';
import { toast } from '../ui/toast.tsx';
import { formatterOf } from './lines.ts';
import { queryHref } from './query_url.ts';
import type { QuerySpec } from './spec.ts';

export interface ChartPoint {
  anchor: Element;
  /** Index of the time bucket. */
  at: number;
  value: number;
}

export interface PointMenuProps {
  dataset: string;
  spec: QuerySpec;
  result: QueryResult;
  calculation: Calculated;
  point: ChartPoint;
  onClose: () => void;
}

/** Opens the slowest trace of the bucket with a span at or below `value`. */
async function openExample(props: PointMenuProps, bucket: { fromMs: number; toMs: number }): Promise<void> {
  const { dataset, spec, calculation, point } = props;
  const limit = { column: calculation.column, op: '<=', value: point.value };
  const body = {
    dataset,
    start_ms: bucket.fromMs,
    end_ms: bucket.toMs,
    filters: [...(spec.filters ?? []), limit],
    filter_combination: 'AND',
    order: 'slowest',
    columns: [],
    limit: 1,
    before: null,
  };
  try {
    const [trace] = (await postJson<TracesAnswer>(apiUrl('traces'), body)).traces;
    if (trace) navigate(traceHref(trace));
    else toast('No trace there');
  } catch (thrown) {
    toast(asApiError(thrown).message);
  }
}

export function PointMenu(props: PointMenuProps) {
  const { dataset, spec, result, calculation, point, onClose } = props;
  const fromMs = result.series!.times_ms[point.at]!;
  const bucket: TimeRange & { kind: 'absolute' } = {
    kind: 'absolute',
    fromMs: Math.floor(fromMs),
    toMs: Math.ceil(fromMs + result.granularity_ms),
  };
  const measured = calculation.column !== null && !/^COUNT|^SUM|^RATE/.test(calculation.op);
  const items: MenuItem[] = [
    ...(measured && spec.filter_combination !== 'OR'
      ? [
          {
            label: `Trace at or below ${formatterOf(calculation)(point.value)}`,
            onSelect: () => void openExample(props, bucket),
          },
        ]
      : []),
    {
      label: 'Traces of this time',
      onSelect: () => navigate(queryHref(dataset, spec, bucket, { tab: 'traces' })),
    },
    { label: 'Filter to this time', onSelect: () => setTimeRange(bucket) },
  ];
  return (
    <Menu
      anchor={point.anchor}
      label="Point"
      heading={`${formatClock(bucket.fromMs)} – ${formatClock(bucket.toMs)}`}
      items={items}
      onClose={onClose}
    />
  );
}
