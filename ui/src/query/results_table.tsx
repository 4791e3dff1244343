// SPDX-License-Identifier: Apache-2.0

import { useMemo } from 'preact/hooks';
import type { QueryResult, ResultRow, SeriesValue } from '../api/types.ts';
import { Sparkline } from '../chart/sparkline.tsx';
import { Swatch } from '../chart/time_series.tsx';
import { assignColours } from '../format/colour.ts';
import { formatCount, formatValue, type FieldValue } from '../format/number.ts';
import { Button } from '../ui/button.tsx';
import { Table, type TableColumn } from '../ui/table.tsx';
import { openValueMenu, Value } from '../ui/value_menu.tsx';
import { changeOf, describeOffset } from './compare.ts';
import { downloadText, resultAsCsv } from './download.ts';
import { groupLabel } from './lines.ts';
import type { ResultsViewProps } from './results_view.tsx';

export interface ResultsTableProps extends Pick<ResultsViewProps, 'dataset' | 'spec'> {
  result: QueryResult;
  onHover: (row: number | null) => void;
  /** Without the sums and downloads below, for tiles. */
  bare?: boolean;
  maxHeight?: string;
}

/** Values of a count are plain numbers even when the column is in milliseconds. */
function formatCalculated(value: FieldValue | undefined, op: string, column: string | null): string {
  return formatValue(value, /^COUNT|^CONCURRENCY/.test(op) ? null : column);
}

function numbersOf(series: SeriesValue[] | undefined): (number | null)[] {
  return (series ?? []).map((value) => (typeof value === 'number' ? value : null));
}

export function ResultsTable(props: ResultsTableProps) {
  const { result, dataset, spec, onHover, bare } = props;
  const shown = useMemo(
    () =>
      result.calculations
        .map((calculation, index) => ({ ...calculation, index }))
        .filter(({ op }) => op !== 'HEATMAP'),
    [result],
  );
  const colours = useMemo(() => assignColours(result.rows.map((row) => groupLabel(row.group))), [result]);
  const columns = useMemo<TableColumn<ResultRow>[]>(() => {
    const groups = result.breakdowns.map((name, at) => ({
      key: `group:${name}`,
      header: name,
      class: 'group-cell',
      sortValue: (row: ResultRow) => row.group[at] ?? null,
      render: (row: ResultRow) => (
        <>
          {at === 0 && <Swatch colour={colours.get(groupLabel(row.group))!} />}{' '}
          <Value column={name} value={row.group[at] ?? null} dataset={dataset} spec={spec} />
        </>
      ),
    }));
    const first: TableColumn<ResultRow>[] = groups.length
      ? groups
      : [{ key: 'all', header: 'Group', render: (row) => <><Swatch colour={colours.get(groupLabel(row.group))!} /> All events</> }];
    const values = shown.flatMap((calculation) => valueColumns(result, calculation));
    const spark = shown[0];
    const trend: TableColumn<ResultRow>[] =
      spark && result.series
        ? [
            {
              key: 'trend',
              header: `${spark.key} over time`,
              class: 'trend-cell',
              render: (row) => (
                <Sparkline
                  values={numbersOf(result.series?.rows[result.rows.indexOf(row)]?.[spark.index])}
                  kind="line"
                  token={`s${colours.get(groupLabel(row.group))?.index ?? 0}`}
                />
              ),
            },
          ]
        : [];
    return [...first, ...values, ...trend];
  }, [result, dataset, spec, colours, shown]);

  return (
    <>
      <Table
        label="Results"
        columns={columns}
        rows={result.rows}
        rowKey={(row) => JSON.stringify(row.group)}
        onFocusRow={(row) => onHover(row ? result.rows.indexOf(row) : null)}
        onOpen={(row) => openRowMenu(row, result, dataset, spec)}
        {...(props.maxHeight ? { maxHeight: props.maxHeight } : {})}
      />
      {!bare && <ResultsFoot result={result} shown={shown} />}
    </>
  );
}

type ShownCalculation = QueryResult['calculations'][number] & { index: number };

/** A calculation's values, and beside them how they changed where the query compares. */
function valueColumns(result: QueryResult, calculation: ShownCalculation): TableColumn<ResultRow>[] {
  const { key, op, column, index } = calculation;
  const values: TableColumn<ResultRow> = {
    key: `value:${key}`,
    header: key,
    align: 'end',
    sortValue: (row) => row.values[index] ?? null,
    render: (row) => formatCalculated(row.values[index], op, column),
  };
  const earlier = result.compare;
  if (!earlier) return [values];
  const before = (row: ResultRow) => earlier.rows[result.rows.indexOf(row)]?.values[index];
  const change = (row: ResultRow) => changeOf(row.values[index], before(row));
  return [
    values,
    {
      key: `change:${key}`,
      header: `${key} change`,
      align: 'end',
      class: 'change-cell',
      sortValue: (row) => change(row).share,
      render: (row) => {
        const was = before(row);
        const tip = was === undefined || was === null ? 'nothing' : formatCalculated(was, op, column);
        return (
          <span title={`${describeOffset(earlier.offset_s)}: ${tip}`}>{change(row).text}</span>
        );
      },
    },
  ];
}

/** Enter on a row opens the value menu of its first group. */
function openRowMenu(row: ResultRow, result: QueryResult, dataset: string, spec: ResultsTableProps['spec']): void {
  const column = result.breakdowns[0];
  const anchor = document.activeElement?.closest('tr')?.querySelector('.value');
  if (column && anchor) openValueMenu(anchor, { column, value: row.group[0] ?? null, dataset, spec });
}

interface FootProps {
  result: QueryResult;
  shown: ShownCalculation[];
}

function ResultsFoot({ result, shown }: FootProps) {
  const line = (values: FieldValue[]) =>
    shown.map(({ key, op, column, index }) => `${key} ${formatCalculated(values[index], op, column)}`).join(' · ');
  const name = `${result.dataset}-${new Date(result.start_ms).toISOString().slice(0, 19).replace(/:/g, '')}`;
  return (
    <div class="results-foot">
      <div>
        {result.total && (
          <p>
            <strong>Total</strong> <span class="muted">{line(result.total.values)}</span>
          </p>
        )}
        {result.compare?.total && (
          <p>
            <strong>{describeOffset(result.compare.offset_s)}</strong>{' '}
            <span class="muted">{line(result.compare.total.values)}</span>
          </p>
        )}
        {result.other && (
          <p>
            <strong>Other</strong>{' '}
            <span class="muted">
              {formatCount(result.other.groups)} groups beyond the limit: {line(result.other.values)}
            </span>
          </p>
        )}
      </div>
      <span class="spacer" />
      <Button look="ghost" icon="download" onClick={() => downloadText(`${name}.csv`, 'text/csv', resultAsCsv(result))}>
        CSV
      </Button>
      <Button
        look="ghost"
        icon="download"
        onClick={() => downloadText(`${name}.json`, 'application/json', JSON.stringify(result, null, 1))}
      >
        JSON result
      </Button>
    </div>
  );
}
