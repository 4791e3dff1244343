// SPDX-License-Identifier: Apache-2.0
// Self times beside the flame graph.
import { useMemo } from 'preact/hooks';
import { formatCount, formatDurationNs, formatPercent } from '../format/number.ts';
import { Table, type TableColumn } from '../ui/table.tsx';
import type { FindSession } from './find_session.ts';
import { sumSelfTimes, type SelfTime } from './self_time.ts';
import { Swatch } from './swatch.tsx';
import type { TraceModel } from './trace_model.ts';

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
  return (
    <>
      <Swatch slot={model.colourOf.value(group.row)} /> <b>{group.service}</b>{' '}
      <span class="muted">{group.name}</span>
    </>
  );
}
