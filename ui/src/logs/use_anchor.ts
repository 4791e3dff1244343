// SPDX-License-Identifier: Apache-2.0

import type { RefObject } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import type { RowPlaces } from './row_places.ts';
import type { ShownLines } from './shown_lines.ts';

export interface AnchorRules {
  /** Also while the list is scrolled to its very top. */
  growsAbove: boolean;
  /** Stays at the end instead. */
  follow?: boolean | undefined;
}

/** Keeps what is being read in place while rows come above it; gives what to call after scrolling. */
export function useAnchor(
  box: RefObject<HTMLElement | null>,
  places: RowPlaces,
  shown: ShownLines,
  rules: AnchorRules,
): () => void {
  const anchor = useRef<{ id: string; top: number } | null>(null);
  useLayoutEffect(() => {
    const element = box.current;
    if (!element) return;
    if (rules.follow) element.scrollTop = places.height;
    else if (anchor.current && (rules.growsAbove || element.scrollTop > 4)) {
      const index = shown.indexOf(anchor.current.id);
      // By how far the row went: somebody may have scrolled since it was looked at.
      if (index >= 0) element.scrollTop += places.top(index) - anchor.current.top;
    }
  }, [places]);
  return () => {
    const element = box.current;
    const index = places.at(element?.scrollTop ?? 0);
    const line = shown.line(index);
    anchor.current = line ? { id: line.id, top: places.top(index) } : null;
  };
}
