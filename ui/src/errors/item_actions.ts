// SPDX-License-Identifier: Apache-2.0
// Changes of items, each of which can be taken back for a while.

import { signal } from '@preact/signals';
import { asApiError, type ApiError } from '../api/client.ts';
import { formatCount } from '../format/number.ts';
import { announce, toast } from '../ui/toast.tsx';
import { changeItems } from './errors_api.ts';
import type { ErrorItem, ItemChange, ItemStatus } from './types.ts';

/** Grows with every change made here; a request that carries it in its key is made again. */
export const changeTick = signal(0);

/** Why the last change did not happen; null once one does. */
export const changeError = signal<ApiError | null>(null);

let undo: ItemChange[] | null = null;

async function send(changes: ItemChange[], said: string, canUndo: boolean): Promise<ErrorItem[]> {
  try {
    const answer = await changeItems(changes);
    changeError.value = null;
    undo = canUndo ? answer.undo.changes : null;
    toast(said, canUndo ? { label: 'Undo', run: () => void undoLast() } : null);
    return answer.items;
  } catch (thrown) {
    changeError.value = asApiError(thrown);
    return [];
  } finally {
    changeTick.value += 1;
  }
}

/** Takes the last change back; false when there is none. */
export async function undoLast(): Promise<boolean> {
  if (!undo) return false;
  const changes = undo;
  undo = null;
  await send(changes, 'Undone', false);
  return true;
}

export function changeAll(change: ItemChange, said: string): Promise<ErrorItem[]> {
  return change.ids.length ? send([change], said, true) : Promise.resolve([]);
}

const verbs: Record<ItemStatus, string> = {
  active: 'Reopened',
  resolved: 'Resolved',
  muted: 'Muted',
  archived: 'Archived',
};

/** `#42`, or how many. */
export function nameItems(items: readonly ErrorItem[]): string {
  return items.length === 1 ? `#${items[0]!.counter}` : `${formatCount(items.length)} items`;
}

export function setStatus(items: readonly ErrorItem[], status: ItemStatus): Promise<ErrorItem[]> {
  const ids = items.filter((item) => item.status !== status).map(({ id }) => id);
  if (items.length && !ids.length) announce(`${nameItems(items)}: already ${status}`);
  return changeAll({ ids, status }, `${verbs[status]} ${nameItems(items)}`);
}

/** Resolves, or opens again what is resolved; the same for muting. */
export function toggleStatus(
  items: readonly ErrorItem[],
  status: 'resolved' | 'muted',
): Promise<ErrorItem[]> {
  const isAll = items.length > 0 && items.every((item) => item.status === status);
  return setStatus(items, isAll ? 'active' : status);
}
