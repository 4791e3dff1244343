// SPDX-License-Identifier: Apache-2.0
// Questions to start with, while the query is still empty.

import type { ColumnInfo } from '../api/types.ts';
import { Button } from '../ui/button.tsx';
import { EmptyState } from '../ui/empty_state.tsx';
import type { QuerySpec } from './spec.ts';

const starters: { label: string; needs: string; spec: QuerySpec }[] = [
  {
    label: 'How slow is it, and for how many?',
    needs: 'duration_ms',
    spec: { calculations: [{ op: 'HEATMAP', column: 'duration_ms' }, { op: 'COUNT' }] },
  },
  {
    label: 'Which operations are slowest?',
    needs: 'name',
    spec: {
      calculations: [{ op: 'P95', column: 'duration_ms' }, { op: 'COUNT' }],
      breakdowns: ['name'],
      orders: [{ op: 'P95', column: 'duration_ms', order: 'descending' }],
    },
  },
  {
    label: 'Where are the errors?',
    needs: 'error',
    spec: {
      calculations: [{ op: 'COUNT' }],
      filters: [{ column: 'error', op: '=', value: true }],
      breakdowns: ['service.name', 'name'],
    },
  },
  {
    label: 'Who waits longest?',
    needs: 'app.user_id',
    spec: {
      calculations: [{ op: 'P95', column: 'duration_ms' }, { op: 'COUNT' }],
      breakdowns: ['app.user_id'],
      orders: [{ op: 'P95', column: 'duration_ms', order: 'descending' }],
    },
  },
];

export interface StartHintsProps {
  columns: ColumnInfo[];
  onRun: (spec: QuerySpec) => void;
}

export function StartHints({ columns, onRun }: StartHintsProps) {
  const offered = starters.filter(({ needs }) => columns.some((column) => column.key === needs));
  return (
    <EmptyState
      title="Ask a question"
      actions={offered.map(({ label, spec }) => (
        <Button key={label} onClick={() => onRun(spec)}>
          {label}
        </Button>
      ))}
    >
      Fill in any clause above and press Run Query or Ctrl Enter. Without clauses, the Events tab shows
      the raw events.
    </EmptyState>
  );
}
