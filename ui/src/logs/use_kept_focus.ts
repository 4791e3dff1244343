// SPDX-License-Identifier: Apache-2.0

import type { RefObject } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';

export interface FocusHandlers {
  onFocusIn: () => void;
  onFocusOut: () => void;
}

/**
 * Gives the keyboard back to the row that had it when the row is moved within the document, which
 * takes it away, or comes back under another element.
 */
export function useKeptFocus(box: RefObject<HTMLElement | null>, activeId: string): FocusHandlers {
  const isInside = useRef(false);
  useLayoutEffect(() => {
    if (!isInside.current || document.activeElement !== document.body) return;
    const rows = box.current?.querySelectorAll<HTMLElement>('[data-id]') ?? [];
    [...rows].find((row) => row.dataset['id'] === activeId)?.focus({ preventScroll: true });
  });
  return {
    onFocusIn: () => (isInside.current = true),
    // By then a row that was only moved has the focus again.
    onFocusOut: () =>
      queueMicrotask(() => {
        isInside.current = box.current?.contains(document.activeElement) ?? false;
      }),
  };
}
