// SPDX-License-Identifier: Apache-2.0
// A screen whose code, and the style sheet of its area, is loaded when it is first shown.

import type { ComponentType } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { ErrorCard } from '../ui/error_card.tsx';
import { ApiError } from '../api/client.ts';

const styles = new Map<string, Promise<void>>();

/** Adds the style sheet that index.html names for an area, once. */
function loadStyle(area: string): Promise<void> {
  let loading = styles.get(area);
  if (!loading) {
    loading = new Promise((resolve, reject) => {
      const link = document.createElement('link');
      link.rel = 'stylesheet';
      link.href = document.querySelector<HTMLMetaElement>(`meta[name="${area}-style"]`)?.content ?? '';
      link.onload = () => resolve();
      link.onerror = reject;
      document.head.append(link);
    });
    styles.set(area, loading);
  }
  return loading;
}

/** `area` names the style sheet to wait for besides the code, for those that have one of their own. */
export function lazyScreen<P extends object>(
  load: () => Promise<ComponentType<P>>,
  area?: string,
): ComponentType<P> {
  let loaded: ComponentType<P> | null = null;
  return function LazyScreen(props: P) {
    const [, setReady] = useState(loaded !== null);
    const [failed, setFailed] = useState(false);
    useEffect(() => {
      if (loaded) return;
      Promise.all([load(), area && loadStyle(area)]).then(
        ([component]) => {
          loaded = component;
          setReady(true);
        },
        () => setFailed(true),
      );
    }, []);
    if (failed) return <ErrorCard what="This page could not be loaded" error={reloadHint} />;
    const Loaded = loaded;
    return Loaded ? <Loaded {...props} /> : null;
  };
}

const reloadHint = new ApiError(
  'chunk',
  'A part of the page is missing',
  'The server may have been updated. Reload the page.',
  0,
);
