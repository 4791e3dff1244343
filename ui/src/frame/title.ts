// SPDX-License-Identifier: Apache-2.0

import { useEffect } from 'preact/hooks';

/** Names the browser tab after what is on screen. */
export function useTitle(title: string): void {
  useEffect(() => {
    document.title = `${title} · Tracery`;
  }, [title]);
}
