// SPDX-License-Identifier: Apache-2.0
// Where the time went: self time summed by service and operation, beside the flame graph.
import { useMemo } from 'preact/hooks';
import { formatCount, formatDurationNs, formatPercent } from '../format/number.ts';
import { Table, type TableColumn } from '../ui/table.tsx';
import type { TraceCols } from './cols.ts';
import type { FindSession } from './find_session.ts';
import type { TraceModel } from './trace_model.ts';

export interface SelfTime {
  service: string;
  name: string;
  /** First row of the group. */
  row: number;
  count: number;
  selfNs: number;
}

/** Groups of rows [from, to), most self time first. */
export function sumSelfTimes(cols: TraceCols, from: number, to: number): SelfTime[] {
  const groups = new Map<number, SelfTime>();
  for (let i = from; i < to; i++) {
    if (cols.spanId[i] === 0n) continue;
    const key = cols.svc[i]! * cols.names.length + cols.name[i]!;
    const group = groups.get(key);
    if (group) {
      group.count++;
      group.selfNs += cols.self[i]!;
    } else {
      const service = cols.services[cols.svc[i]!]!;
      const name = cols.names[cols.name[i]!]!;
      groups.set(key, { service, name, row: i, count: 1, selfNs: cols.self[i]! });
    }
  }
  return [...groups.values()].sort((a, b) => b.selfNs - a.selfNs || a.row - b.row);
}

function inQuotes(text: string): string {
  return `"${text.replace(/["\\]/g, '\\$&')}"`;
}

export function SelfTimeTable({ model, find }: { model: TraceModel; find: FindSession }) {
  const [from, to] = model.scope.value;
  const groups = useMemo(() => sumSelfTimes(model.cols, from, to), [model, from, to]);
  const total = useMemo(() => groups.reduce((sum, group) => sum + group.selfNs, 0), [groups]);
  const columns: TableColumn<SelfTime>[] = [
    {
      key: 'operation',
      header: 'Service · operation',
      class: 'self-name',
      render: (group) => <GroupName model={model} group={group} />,
      sortValue: (group) => `${group.service} ${group.name}`,
    },
    {
      key: 'count',
      header: 'Spans',
      align: 'end',
      render: (group) => formatCount(group.count),
      sortValue: (group) => group.count,
    },
    {
      key: 'self',
      header: 'Self',
      align: 'end',
      render: (group) => formatDurationNs(group.selfNs),
      sortValue: (group) => group.selfNs,
    },
    {
      key: 'share',
      header: '%',
      align: 'end',
      render: (group) => (total > 0 ? formatPercent(group.selfNs / total) : '–'),
    },
  ];
  return (
    <div class="self-times">
      <Table
        label="Self time"
        columns={columns}
        rows={groups}
        rowKey={(group) => String(group.row)}
        maxHeight="100%"
        onOpen={({ service, name }) =>
          find.set(`service.name = ${inQuotes(service)} name = ${inQuotes(name)}`)
        }
      />
    </div>
  );
}

function GroupName({ model, group }: { model: TraceModel; group: SelfTime }) {
  const { index, hatched } = model.colourOf.value(group.row);
  const colour = index < 0 ? 'var(--text3)' : `var(--s${index})`;
  return (
    <>
      <i
        class={`swatch${hatched ? ' hatched' : ''}`}
        ref={(element) => element?.style.setProperty('--c', colour)}
      />{' '}
      <b>{group.service}</b> <span class="muted">{group.name}</span>
    </>
  );
}
