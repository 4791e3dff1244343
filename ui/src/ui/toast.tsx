// SPDX-License-Identifier: Apache-2.0
// Short notices at the bottom, and the polite live region that screen readers hear.

import { signal } from '@preact/signals';

export interface ToastAction {
  label: string;
  run: () => void;
}

const toasts = signal<{ id: number; text: string; action: ToastAction | null }[]>([]);
const announcement = signal('');
const shownMs = 4000;
/** Time to read what was done and to think better of it. */
const shownWithActionMs = 10_000;
let lastId = 0;
let announceTimer = 0;

/** Confirms something that was done. Failures belong next to what failed, not here. */
export function toast(text: string, action: ToastAction | null = null): void {
  lastId += 1;
  const id = lastId;
  toasts.value = [...toasts.value.slice(-2), { id, text, action }];
  setTimeout(() => dismiss(id), action ? shownWithActionMs : shownMs);
}

function dismiss(id: number): void {
  toasts.value = toasts.value.filter((entry) => entry.id !== id);
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
      <div class="toasts">
        {toasts.value.map(({ id, text, action }) => (
          <div class="toast" key={id}>
            <span aria-hidden="true">{text}</span>
            {action && (
              <button
                type="button"
                class="toast-action"
                onClick={() => {
                  dismiss(id);
                  action.run();
                }}
              >
                {action.label}
              </button>
            )}
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
