// SPDX-License-Identifier: Apache-2.0
// Moves the occurrences of items into one of them.

import { useState } from 'preact/hooks';
import { asApiError, type ApiError } from '../api/client.ts';
import { formatCount } from '../format/number.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Failure } from '../ui/failure.tsx';
import { toast } from '../ui/toast.tsx';
import { LevelBadge } from './badges.tsx';
import { mergeItems } from './errors_api.ts';
import { changeTick, nameItems } from './item_actions.ts';
import type { ErrorItem } from './types.ts';

export interface MergeDialogProps {
  items: ErrorItem[];
  onClose: () => void;
  onMerged: (into: ErrorItem) => void;
}

export function MergeDialog({ items, onClose, onMerged }: MergeDialogProps) {
  const [into, setInto] = useState(
    () => items.reduce((most, item) => (item.occurrences_total > most.occurrences_total ? item : most)).id,
  );
  const [error, setError] = useState<ApiError | null>(null);
  const merge = () => {
    const others = items.filter(({ id }) => id !== into);
    mergeItems(into, others.map(({ id }) => id)).then(
      (item) => {
        changeTick.value += 1;
        toast(`${nameItems(others)} merged into #${item.counter}`);
        onMerged(item);
      },
      (thrown: unknown) => setError(asApiError(thrown)),
    );
  };
  return (
    <Dialog
      title={`Merge ${formatCount(items.length)} items`}
      wide
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button look="primary" onClick={merge}>
            Merge
          </Button>
        </>
      }
    >
      <p class="muted">
        One item stays and takes the occurrences of the others, also those to come. It can be split
        again.
      </p>
      <fieldset class="merge-choices">
        <legend class="caption">Keep</legend>
        {items.map((item) => (
          <label key={item.id} class="check merge-choice">
            <input
              type="radio"
              name="into"
              checked={item.id === into}
              onChange={() => setInto(item.id)}
            />
            <LevelBadge level={item.level} />
            <span class="ellipsis">
              <span class="item-counter">#{item.counter}</span> {item.title}
            </span>
            <span class="muted">{formatCount(item.occurrences_total)}</span>
          </label>
        ))}
      </fieldset>
      <Failure error={error} />
    </Dialog>
  );
}
