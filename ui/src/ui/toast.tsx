// SPDX-License-Identifier: Apache-2.0
// Short notices at the bottom, and the polite live region that screen readers hear.

import { signal } from '@preact/signals';

const toasts = signal<{ id: number; text: string }[]>([]);
const announcement = signal('');
const shownMs = 4000;
let lastId = 0;
let announceTimer = 0;

/** Confirms something that was done. Failures belong next to what failed, not here. */
export function toast(text: string): void {
  lastId += 1;
  const id = lastId;
  toasts.value = [...toasts.value.slice(-2), { id, text }];
  setTimeout(() => (toasts.value = toasts.value.filter((entry) => entry.id !== id)), shownMs);
}

/** Speaks `text` once things have been quiet for 150 ms. */
export function announce(text: string): void {
  clearTimeout(announceTimer);
  announceTimer = window.setTimeout(() => (announcement.value = text), 150);
}

export async function copyText(text: string, what = 'Copied'): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    copyBySelection(text);
  }
  toast(what);
}

/** The clipboard API needs a secure context; plain http on another host has none. */
function copyBySelection(text: string): void {
  const area = document.createElement('textarea');
  area.value = text;
  const holder = document.querySelector('dialog[open]') ?? document.body;
  holder.append(area);
  area.select();
  document.execCommand('copy');
  area.remove();
}

export function ToastHost() {
  return (
    <>
      <div class="toasts" aria-hidden="true">
        {toasts.value.map((entry) => (
          <div class="toast" key={entry.id}>
            {entry.text}
          </div>
        ))}
      </div>
      <div class="visually-hidden" role="status" aria-label="Announcements">
        {announcement.value}
        {toasts.value.at(-1)?.text}
      </div>
    </>
  );
}
