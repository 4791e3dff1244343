// SPDX-License-Identifier: Apache-2.0
// What can be done with a field of a span: find it in this trace, or ask all data about it, around
// the time of the trace.
import type { FieldValue } from '../format/number.ts';
import { queryHref } from '../query/query_url.ts';
import type { QuerySpec } from '../query/spec.ts';
import { hrefOf } from '../route/href.ts';
import { navigate } from '../route/route.ts';
import type { TimeRange } from '../route/time_range.ts';
import type { MenuItem } from '../ui/menu.tsx';
import { copyText } from '../ui/toast.tsx';
import type { TraceCols } from './cols.ts';
import { quotedForFind } from './find.ts';

export interface Field {
  key: string;
  value: FieldValue;
}

const slackMs = 3_600_000;

/** An hour before the trace to an hour after it. */
function timeAround(cols: TraceCols): TimeRange {
  const startMs = Number(cols.t0Ns / 1_000_000n);
  return {
    kind: 'absolute',
    fromMs: startMs - slackMs,
    toMs: Math.ceil(startMs + cols.durNs / 1e6) + slackMs,
  };
}

export interface FieldMenuPlace {
  cols: TraceCols;
  dataset: string;
  find: (text: string) => void;
  /** Left out where a field is not one of a span. */
  colourBy?: (field: string) => void;
}

export function fieldMenu(field: Field, { cols, dataset, find, colourBy }: FieldMenuPlace): MenuItem[] {
  const { key: column, value } = field;
  const ask = (spec: QuerySpec) => navigate(queryHref(dataset, spec, timeAround(cols)));
  const items: MenuItem[] = [
    {
      label: 'Find in this trace',
      icon: 'search',
      onSelect: () => find(`${column} = ${quotedForFind(String(value))}`),
    },
    ...(colourBy ? [{ label: `Colour by ${column}`, onSelect: () => colourBy(column) }] : []),
    {
      label: 'Filter to this value',
      icon: 'filter',
      separated: true,
      onSelect: () => ask({ filters: [{ column, op: '=', value }] }),
    },
    {
      label: 'Exclude this value',
      onSelect: () => ask({ filters: [{ column, op: '!=', value }] }),
    },
    { label: `Group by ${column}`, onSelect: () => ask({ breakdowns: [column] }) },
    {
      label: 'Copy value',
      icon: 'copy',
      separated: true,
      onSelect: () => void copyText(String(value), 'Value copied'),
    },
    { label: 'Copy field name', onSelect: () => void copyText(column, 'Name copied') },
  ];
  if (/trace_id$/i.test(column) && typeof value === 'string') {
    const href = hrefOf(`/trace/${encodeURIComponent(value)}`);
    items.push({ label: 'Open trace', icon: 'link', onSelect: () => navigate(href) });
  }
  return items;
}
