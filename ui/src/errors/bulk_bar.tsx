// SPDX-License-Identifier: Apache-2.0
// What can be done with the selected items at once.

import { useState } from 'preact/hooks';
import { formatCount } from '../format/number.ts';
import { Button } from '../ui/button.tsx';
import { AssignMenu } from './assign_menu.tsx';
import { setStatus } from './item_actions.ts';
import { MergeDialog } from './merge_dialog.tsx';
import type { ErrorItem, ItemStatus } from './types.ts';

export interface BulkBarProps {
  items: ErrorItem[];
  onClear: () => void;
}

export function BulkBar({ items, onClear }: BulkBarProps) {
  const [isMerging, setMerging] = useState(false);
  const canMerge = items.length > 1 && items.every(({ project_id: id }) => id === items[0]!.project_id);
  const set = (status: ItemStatus) => void setStatus(items, status).then((changed) => changed.length && onClear());
  return (
    <div class="bulk-bar" role="toolbar" aria-label="Selected items">
      <strong>{formatCount(items.length)} selected</strong>
      <Button onClick={() => set('resolved')} aria-keyshortcuts="e">
        Resolve <kbd aria-hidden="true">e</kbd>
      </Button>
      <Button onClick={() => set('muted')} aria-keyshortcuts="m">
        Mute <kbd aria-hidden="true">m</kbd>
      </Button>
      <Button onClick={() => set('archived')}>Archive</Button>
      {items.some(({ status }) => status !== 'active') && (
        <Button onClick={() => set('active')}>Reopen</Button>
      )}
      <AssignMenu items={items}>Assign</AssignMenu>
      {items.length > 1 && (
        <Button
          disabled={!canMerge}
          title={canMerge ? undefined : 'Only items of one project can be merged'}
          onClick={() => setMerging(true)}
        >
          Merge…
        </Button>
      )}
      <Button look="ghost" icon="close" label="Clear selection" onClick={onClear} />
      {isMerging && (
        <MergeDialog
          items={items}
          onClose={() => setMerging(false)}
          onMerged={() => {
            setMerging(false);
            onClear();
          }}
        />
      )}
    </div>
  );
}
