// SPDX-License-Identifier: Apache-2.0
// What is known of a span that others name as their parent and that is not stored.
import { formatCount } from '../format/number.ts';
import { Button } from '../ui/button.tsx';
import { copyText } from '../ui/toast.tsx';
import { spanIdHex } from './cols.ts';
import type { TraceModel } from './trace_model.ts';

export function MissingPanel({ model, row }: { model: TraceModel; row: number }) {
  const { cols } = model;
  const id = spanIdHex(cols, row);
  let children = 0;
  for (let child = row + 1; child < cols.end[row]!; child = cols.end[child]!) children++;
  return (
    <>
      <p>
        {children === 1 ? 'One row names' : `${formatCount(children)} rows name`} the span{' '}
        <code>{id}</code> as parent, and no such span is stored. The bar shows the time that they
        take; the span itself may be longer.
      </p>
      <p class="muted">
        It may still be on its way, may have been sampled out, or its service reports elsewhere.
      </p>
      <div class="panel-actions">
        <Button look="ghost" icon="copy" onClick={() => void copyText(id, 'Span id copied')}>
          Copy span id
        </Button>
      </div>
    </>
  );
}
