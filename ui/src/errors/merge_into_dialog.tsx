// SPDX-License-Identifier: Apache-2.0
// Finds the item that another one should become part of.

import { useState } from 'preact/hooks';
import { asApiError, type ApiError } from '../api/client.ts';
import { formatCount } from '../format/number.ts';
import { navigate } from '../route/route.ts';
import { Button } from '../ui/button.tsx';
import { Combobox } from '../ui/combobox.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Failure } from '../ui/failure.tsx';
import { toast } from '../ui/toast.tsx';
import { fetchItems, mergeItems } from './errors_api.ts';
import { itemHref } from './inbox_url.ts';
import type { ErrorItem } from './types.ts';

export interface MergeIntoProps {
  item: ErrorItem;
  onClose: () => void;
}

const suggestedMax = 20;

export function MergeIntoDialog({ item, onClose }: MergeIntoProps) {
  const [text, setText] = useState('');
  const [into, setInto] = useState<ErrorItem | null>(null);
  const [found, setFound] = useState<ErrorItem[]>([]);
  const [error, setError] = useState<ApiError | null>(null);
  const suggest = async (typed: string) => {
    const { items } = await fetchItems({ q: typed, project: item.project, limit: suggestedMax });
    const others = items.filter(({ id }) => id !== item.id);
    setFound(others);
    return others.map((other) => ({
      text: `#${other.counter}`,
      label: `#${other.counter} ${other.title}`,
      detail: formatCount(other.occurrences_total),
      final: true,
    }));
  };
  const choose = (typed: string) => {
    const chosen = found.find(({ counter }) => `#${counter}` === typed.trim()) ?? null;
    setInto(chosen);
    setText(chosen ? `#${chosen.counter}` : typed);
    return chosen !== null;
  };
  const merge = () => {
    if (!into) return;
    mergeItems(into.id, [item.id]).then(
      (kept) => {
        toast(`#${item.counter} merged into #${kept.counter}`);
        onClose();
        navigate(itemHref(kept));
      },
      (thrown: unknown) => setError(asApiError(thrown)),
    );
  };
  return (
    <Dialog
      title={`Merge #${item.counter} into another item`}
      wide
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button look="primary" disabled={!into} onClick={merge}>
            Merge
          </Button>
        </>
      }
    >
      <p class="muted">
        The other item takes this one's occurrences, also those to come. It can be split again.
      </p>
      <div class="merge-search">
        <Combobox
          label="Item to keep"
          placeholder="Title, class or #number"
          value={text}
          onInput={(typed) => {
            setText(typed);
            setInto(null);
          }}
          suggest={suggest}
          onCommit={choose}
        />
      </div>
      {into && (
        <p>
          <span class="item-counter">#{into.counter}</span> {into.title}{' '}
          <span class="muted">{formatCount(into.occurrences_total)} occurrences</span>
        </p>
      )}
      <Failure error={error} />
    </Dialog>
  );
}
