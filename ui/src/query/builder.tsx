// SPDX-License-Identifier: Apache-2.0
// The query's clauses, in Honeycomb's order.

import type { ColumnInfo } from '../api/types.ts';
import { calculationKey, resultKeys, type Calculation, type QuerySpec } from './spec.ts';
import {
  suggestColumns,
  suggestFilters,
  suggestHavings,
  suggestLimits,
  suggestOrders,
  suggestShown,
} from './suggestions.ts';
import { TokenField } from './token_field.tsx';
import {
  isFormula,
  parseFilter,
  parseHaving,
  parseLimit,
  parseOrder,
  parseShown,
  printFilter,
  printHaving,
  printOrder,
  printShown,
} from './token_parser.ts';
import { loadValues } from './column_cache.ts';

export interface BuilderProps {
  dataset: string;
  spec: QuerySpec;
  columns: ColumnInfo[];
  /** The range that value suggestions are counted over. */
  t: string;
  /** Takes a change rather than a spec: two clauses may change in one event. */
  onChange: (change: (spec: QuerySpec) => QuerySpec) => void;
}

export function Builder({ dataset, spec, columns, t, onChange }: BuilderProps) {
  const typeOf = (name: string) => columns.find((column) => column.key === name)?.type;
  const isKnown = (name: string | undefined) =>
    name === undefined || columns.length === 0 || typeOf(name) !== undefined;
  const filters = spec.filters ?? [];
  const any = spec.filter_combination === 'OR';
  return (
    <div class="builder">
      <TokenField
        label="Visualize"
        items={[...(spec.calculations ?? []), ...(spec.formulas ?? [])]}
        onChange={(shown) =>
          onChange((old) => ({
            ...old,
            calculations: shown.filter((one): one is Calculation => !isFormula(one)),
            formulas: shown.filter(isFormula),
          }))
        }
        print={printShown}
        parse={parseShown}
        accepts={(shown) => isFormula(shown) || isKnown(shown.column)}
        suggest={(text) => suggestShown(text, columns, spec)}
        placeholder="COUNT, or type p95 dur…"
      />
      <div class="clause-with-choice">
        <TokenField
          label="Where"
          items={filters}
          onChange={(next) => onChange((old) => ({ ...old, filters: next }))}
          print={printFilter}
          parse={(text) => parseFilter(text, typeOf)}
          suggest={(text) =>
            suggestFilters(text, columns, (column, prefix) => loadValues(dataset, column, prefix, t))
          }
          placeholder="all events; type name = value"
        />
        {filters.length > 1 && (
          <button
            type="button"
            class="combination"
            aria-label={`Events match ${any ? 'any' : 'all'} of the filters; change`}
            data-tip={any ? 'Any filter may match' : 'All filters must match'}
            onClick={() => onChange((old) => ({ ...old, filter_combination: any ? 'AND' : 'OR' }))}
          >
            {any ? 'OR' : 'AND'}
          </button>
        )}
      </div>
      <TokenField
        label="Group by"
        items={spec.breakdowns ?? []}
        onChange={(breakdowns) => onChange((old) => ({ ...old, breakdowns: [...new Set(breakdowns)] }))}
        print={(column) => column}
        parse={(text) => text.trim() || null}
        accepts={isKnown}
        suggest={(text) => suggestColumns(text, columns)}
        placeholder="everything together"
      />
      <TokenField
        label="Order by"
        items={spec.orders ?? []}
        onChange={(orders) => onChange((old) => ({ ...old, orders }))}
        print={printOrder}
        parse={parseOrder}
        accepts={(order) => isOrderable(order.op, order.column, spec)}
        suggest={(text) => suggestOrders(text, spec)}
        placeholder="largest first"
      />
      <TokenField
        label="Limit"
        items={spec.limit ? [spec.limit] : []}
        onChange={([limit]) => onChange((old) => ({ ...old, limit }))}
        print={String}
        parse={parseLimit}
        suggest={suggestLimits}
        max={1}
        placeholder="default 100"
      />
      <TokenField
        label="Having"
        items={spec.havings ?? []}
        onChange={(havings) => onChange((old) => ({ ...old, havings }))}
        print={printHaving}
        parse={(text) => parseHaving(text, namesIn(spec))}
        suggest={(text) => suggestHavings(text, spec)}
        placeholder="all groups"
      />
    </div>
  );
}

/** Names given to calculations and formulas. */
function namesIn({ calculations = [], formulas = [] }: QuerySpec): string[] {
  return [...calculations, ...formulas].flatMap(({ name }) => (name ? [name] : []));
}

function isOrderable(op: string | undefined, column: string | undefined, spec: QuerySpec): boolean {
  const keys = resultKeys(spec);
  if (!op) return [...(spec.breakdowns ?? []), ...keys].includes(column ?? '');
  return keys.includes(calculationKey({ op, ...(column ? { column } : {}) }));
}
