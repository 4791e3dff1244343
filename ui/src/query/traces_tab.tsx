// SPDX-License-Identifier: Apache-2.0

import { useState } from 'preact/hooks';
import { useTracePages, type RowsRequest } from '../api/pages.ts';
import { formatCount } from '../format/number.ts';
import { NoData } from '../frame/no_data.tsx';
import { TraceTable } from '../traces/trace_table.tsx';
import { ColumnPicker, useChosenColumns } from '../ui/column_picker.tsx';
import { Skeleton } from '../ui/empty_state.tsx';
import { ErrorCard } from '../ui/error_card.tsx';
import { Segmented } from '../ui/segmented.tsx';
import type { ResultsViewProps } from './results_view.tsx';

export interface RowsTabProps extends ResultsViewProps {
  request: RowsRequest;
}

export function TracesTab({ dataset, spec, columns, request }: RowsTabProps) {
  const [order, setOrder] = useState<'slowest' | 'newest'>('slowest');
  const [chosen, choose] = useChosenColumns('traces', dataset, []);
  const pages = useTracePages({ ...request, order, columns: chosen, limit: 50 });
  return (
    <>
      <div class="tab-tools">
        <Segmented
          label="Order"
          options={[
            { value: 'slowest', label: 'Slowest' },
            { value: 'newest', label: 'Newest' },
          ]}
          value={order}
          onChange={setOrder}
        />
        <span class="muted" role="status">
          {pages.matched !== null && `${formatCount(pages.matched)} traces match`}
        </span>
        <span class="spacer" />
        <ColumnPicker columns={columns} chosen={chosen} onChange={choose} />
      </div>
      {pages.error && <ErrorCard what="Traces could not be listed" error={pages.error} onRetry={pages.reload} />}
      {pages.loading && pages.items.length === 0 && <Skeleton rows={8} />}
      {!pages.loading && !pages.error && pages.items.length === 0 && (
        <NoData what="traces" dataset={dataset} filtered={request.filters.length > 0} />
      )}
      {pages.items.length > 0 && (
        <div class={pages.loading ? 'stale' : ''}>
          <TraceTable
            traces={pages.items}
            dataset={dataset}
            columns={chosen}
            spec={spec}
            onEnd={pages.more}
            maxHeight="70vh"
          />
        </div>
      )}
    </>
  );
}
