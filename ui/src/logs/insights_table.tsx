// SPDX-License-Identifier: Apache-2.0
// Rows of an Insights answer; every cell has its menu, every line its place in its stream.

import { useMemo } from 'preact/hooks';
import { formatCount, toSignificant } from '../format/number.ts';
import { formatInstant } from '../format/time.ts';
import { navigate } from '../route/route.ts';
import { Icon } from '../ui/icon.tsx';
import type { MenuItem } from '../ui/menu.tsx';
import { Table, type TableColumn } from '../ui/table.tsx';
import { Value } from '../ui/value_menu.tsx';
import { withoutAnsi } from './ansi.ts';
import { numberOfCell, timeOfCell } from './insights_result.ts';
import { insightsLiteral, insightsName } from './insights_text.ts';
import { groupHref } from './logs_url.ts';
import type { InsightsAnswer } from './types.ts';

export interface InsightsTableProps {
  answer: InsightsAnswer;
  groups: string[];
  query: string;
  onFilter: (condition: string) => void;
}

interface Row {
  cells: (string | null)[];
  id: string | null;
}

const shownCharsMax = 600;
const traceId = /^[0-9a-f]{32}$/i;

/** Columns that a later `filter` can name: plain fields and named results. */
function canFilter(column: string): boolean {
  return /^[@\w.]+$/.test(column) && column !== '@ptr';
}

function menuOf(column: string, cell: string | null, onFilter: (condition: string) => void): MenuItem[] {
  const items: MenuItem[] = [];
  if (canFilter(column) && column !== '@timestamp') {
    const name = insightsName(column);
    const number = numberOfCell(cell);
    const literal = insightsLiteral(number ?? cell ?? '');
    const only = cell === null ? `not ispresent(${name})` : `${name} = ${literal}`;
    const not = cell === null ? `ispresent(${name})` : `${name} != ${literal}`;
    items.push({ label: 'Only rows with this value', icon: 'filter', onSelect: () => onFilter(only) });
    items.push({ label: 'Only rows without it', onSelect: () => onFilter(not) });
  }
  if (cell !== null && traceId.test(cell)) {
    items.push({ label: 'Open this trace', icon: 'link', onSelect: () => navigate(`/trace/${cell.toLowerCase()}`) });
  }
  return items;
}

function Cell({ cell }: { cell: string | null }) {
  if (cell === null) return <>–</>;
  const ms = timeOfCell(cell);
  if (ms !== null) return <>{formatInstant(ms)}</>;
  const number = numberOfCell(cell);
  if (number !== null && Number.isInteger(number) && Math.abs(number) < 1e15) return <>{formatCount(number)}</>;
  if (number !== null) return <>{toSignificant(number, 5)}</>;
  return <bdi>{withoutAnsi(cell).slice(0, shownCharsMax).replace(/\s*\n\s*/g, ' ↵ ')}</bdi>;
}

function groupOfLine(groups: readonly string[], row: Row, columns: readonly string[]): string {
  const at = columns.indexOf('@log');
  const log = at >= 0 ? row.cells[at] : null;
  return log ? log.slice(log.indexOf(':') + 1) : (groups[0] ?? '');
}

/** Numbers as counted; but not ids, which only look like numbers. */
function sortValueOf(cell: string | null): string | number | null {
  return cell === null ? null : (numberOfCell(cell) ?? cell);
}

export function InsightsTable({ answer, groups, onFilter }: InsightsTableProps) {
  const { columns } = answer;
  const rows = useMemo(
    () => answer.rows.map((cells, index): Row => ({ cells, id: answer.ids[index] ?? null })),
    [answer],
  );
  const shown = useMemo<TableColumn<Row>[]>(() => {
    const list = columns.map((name, at): TableColumn<Row> => {
      const numeric = rows.length > 0 && rows.every(({ cells }) => cells[at] === null || numberOfCell(cells[at]!) !== null);
      return {
        key: name,
        header: name,
        sortValue: ({ cells }) => sortValueOf(cells[at] ?? null),
        ...(numeric ? { align: 'end' as const } : {}),
        class: name === '@message' ? 'insights-message mono' : '',
        render: ({ cells }) => (
          <Value
            column={name}
            value={cells[at] ?? null}
            dataset={groups[0] ?? '__all__'}
            items={menuOf(name, cells[at] ?? null, onFilter)}
          >
            <Cell cell={cells[at] ?? null} />
          </Value>
        ),
      };
    });
    const hidden = list.filter(({ key }) => key !== '@ptr');
    if (!rows.some(({ id }) => id)) return hidden;
    return [
      ...hidden,
      {
        key: 'around',
        header: <span class="visually-hidden">Lines around</span>,
        class: 'fit',
        render: (row) =>
          row.id && (
            <a
              href={groupHref(groupOfLine(groups, row, columns), { at: row.id })}
              aria-label="Lines around this one"
              title="Lines around this one"
            >
              <Icon name="link" />
            </a>
          ),
      },
    ];
  }, [answer]);
  return (
    <Table
      label="Results"
      columns={shown}
      rows={rows}
      rowKey={(_, index) => String(index)}
      onOpen={(row) => row.id && navigate(groupHref(groupOfLine(groups, row, columns), { at: row.id }))}
      maxHeight="calc(100vh - 120px)"
      class="insights-table"
    />
  );
}
