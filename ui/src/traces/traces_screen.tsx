// SPDX-License-Identifier: Apache-2.0
// Recent traces: newest or slowest, with the columns one cares about.

import { useMemo, useState } from 'preact/hooks';
import { useTracePages } from '../api/pages.ts';
import { formatCount } from '../format/number.ts';
import { refreshTick } from '../frame/auto_refresh.ts';
import { NoData } from '../frame/no_data.tsx';
import { useTitle } from '../frame/title.ts';
import { FilterBox } from '../map/filter_box.tsx';
import { useColumns } from '../query/column_cache.ts';
import { TokenField } from '../query/token_field.tsx';
import { parseFilter, printFilter } from '../query/token_parser.ts';
import { suggestFilters } from '../query/suggestions.ts';
import { loadValues } from '../query/column_cache.ts';
import type { Filter } from '../query/spec.ts';
import { route, setParams, timeRange } from '../route/route.ts';
import { printRange, resolveRange } from '../route/time_range.ts';
import { Button } from '../ui/button.tsx';
import { ColumnPicker, useChosenColumns } from '../ui/column_picker.tsx';
import { Skeleton } from '../ui/empty_state.tsx';
import { ErrorCard } from '../ui/error_card.tsx';
import { Segmented } from '../ui/segmented.tsx';
import { TraceTable } from './trace_table.tsx';

/** The filters of `q`, a JSON list; anything else is none. */
function readFilters(text: string | null): Filter[] {
  try {
    const parsed: unknown = JSON.parse(text ?? '[]');
    return Array.isArray(parsed) ? (parsed as Filter[]) : [];
  } catch {
    return [];
  }
}

export function TracesScreen() {
  useTitle('Traces');
  const { params } = route.value;
  const order = params.get('sort') === 'slowest' ? 'slowest' : 'newest';
  const expression = params.get('filter') ?? '';
  const group = params.get('group') ?? '';
  const [byExpression, setByExpression] = useState(expression !== '');
  const showsExpression = byExpression || expression !== '';
  const filters = useMemo(() => readFilters(params.get('q')), [params.get('q')]);
  const t = printRange(timeRange.value);
  const columns = useColumns('__all__');
  const [chosen, choose] = useChosenColumns('traces', '__all__', []);
  const shownColumns = params.get('cols')?.split(',').filter(Boolean) ?? chosen;
  const times = useMemo(() => resolveRange(timeRange.value, Date.now()), [t, params, refreshTick.value]);
  const pages = useTracePages({
    dataset: '__all__',
    start_ms: Math.floor(times.fromMs),
    end_ms: Math.ceil(times.toMs) + 1,
    filters,
    filter_combination: 'AND',
    order,
    columns: shownColumns,
    limit: 100,
    ...(expression ? { expression } : {}),
    ...(group ? { group } : {}),
  });
  const state = pages.error ? 'error' : pages.loading ? 'loading' : pages.items.length ? 'done' : 'empty';
  return (
    <div class="page" data-state={state}>
      <div class="page-head">
        <h1>Recent traces</h1>
        <span class="muted" role="status">
          {pages.matched !== null && `${formatCount(pages.matched)} traces`}
        </span>
        <span class="spacer" />
        <Segmented
          label="Order"
          options={[
            { value: 'newest', label: 'Newest' },
            { value: 'slowest', label: 'Slowest' },
          ]}
          value={order}
          onChange={(value) => setParams({ sort: value === 'newest' ? null : value })}
        />
        <Button
          look="ghost"
          icon="filter"
          aria-pressed={showsExpression}
          onClick={() => {
            setByExpression(!showsExpression);
            if (showsExpression) setParams({ filter: null });
          }}
        >
          Filter expression
        </Button>
        <ColumnPicker
          columns={columns}
          chosen={shownColumns}
          onChange={(next) => {
            choose(next);
            setParams({ cols: next.join(',') }, { replace: true });
          }}
        />
        <Button icon="refresh" look="ghost" label="Refresh" onClick={pages.reload} />
      </div>
      <div class="builder single">
        <TokenField
          label="Where"
          items={filters}
          onChange={(next) => setParams({ q: next.length ? JSON.stringify(next) : null })}
          print={printFilter}
          parse={(text) =>
            parseFilter(text, (name) => columns.find((column) => column.key === name)?.type)
          }
          suggest={(text) =>
            suggestFilters(text, columns, (column, prefix) => loadValues('__all__', column, prefix, t))
          }
          placeholder="traces with a span where… name = value"
        />
      </div>
      {showsExpression && (
        <FilterBox value={expression} onApply={(next) => setParams({ filter: next || null })} />
      )}
      {group && (
        <p class="row traces-group">
          <span>
            Group <strong>{group}</strong>
          </span>
          <Button look="ghost" icon="close" label="Any group" onClick={() => setParams({ group: null })} />
        </p>
      )}
      {pages.error && <ErrorCard what="Traces could not be listed" error={pages.error} onRetry={pages.reload} />}
      {state === 'loading' && pages.items.length === 0 && <Skeleton rows={12} />}
      {state === 'empty' && <NoData filtered={filters.length > 0 || expression !== '' || group !== ''} what="traces" />}
      {pages.items.length > 0 && (
        <div class={state === 'loading' ? 'stale' : ''}>
          <TraceTable
            traces={pages.items}
            dataset="__all__"
            columns={shownColumns}
            spec={{ filters }}
            onEnd={pages.more}
            maxHeight="calc(100vh - 190px)"
          />
        </div>
      )}
    </div>
  );
}
