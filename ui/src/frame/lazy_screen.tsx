// SPDX-License-Identifier: Apache-2.0
// A screen whose code is loaded when it is first shown.

import type { ComponentType } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { ErrorCard } from '../ui/error_card.tsx';
import { ApiError } from '../api/client.ts';

export function lazyScreen<P extends object>(load: () => Promise<ComponentType<P>>): ComponentType<P> {
  let loaded: ComponentType<P> | null = null;
  return function LazyScreen(props: P) {
    const [, setReady] = useState(loaded !== null);
    const [failed, setFailed] = useState(false);
    useEffect(() => {
      if (loaded) return;
      load().then(
        (component) => {
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
