// SPDX-License-Identifier: Apache-2.0
// The one source of what is on screen: `location`, as a signal.

import { computed, signal } from '@preact/signals';
import { hrefOf } from './href.ts';
import { defaultRange, parseRange, printRange, type TimeRange } from './time_range.ts';
import { redirectVendorLink } from './vendor_links.ts';

export interface Route {
  path: string;
  params: URLSearchParams;
}

function readLocation(): Route {
  const redirected = redirectVendorLink(location.pathname, location.search, location.hash);
  if (redirected) history.replaceState(null, '', redirected);
  return { path: location.pathname, params: new URLSearchParams(location.search) };
}

export const route = signal<Route>(readLocation());

addEventListener('popstate', () => (route.value = readLocation()));

export interface NavigateOptions {
  /** Replaces the current history entry: for changes nobody would go back to. */
  replace?: boolean;
}

export function navigate(href: string, options: NavigateOptions = {}): void {
  if (href === location.pathname + location.search) options = { replace: true };
  if (options.replace) history.replaceState(null, '', href);
  else {
    history.pushState(null, '', href);
    scrollTo(0, 0);
  }
  route.value = readLocation();
}

/** Changes some parameters of the current route; null removes one. */
export function setParams(
  changes: Record<string, string | null>,
  options: NavigateOptions = {},
): void {
  const params = new URLSearchParams(route.value.params);
  for (const [key, value] of Object.entries(changes)) {
    if (value === null || value === '') params.delete(key);
    else params.set(key, value);
  }
  navigate(hrefOf(route.value.path, params), options);
}

export const timeRange = computed<TimeRange>(
  () => parseRange(route.value.params.get('t')) ?? defaultRange,
);

export function setTimeRange(range: TimeRange): void {
  setParams({ t: printRange(range) });
}

/** Turns plain clicks on own links into navigation; installed once on the document. */
export function followOwnLinks(event: MouseEvent): void {
  if (event.defaultPrevented || event.button !== 0) return;
  if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  const anchor = (event.target as Element | null)?.closest?.('a');
  if (!anchor || anchor.target || anchor.hasAttribute('download')) return;
  if (anchor.origin !== location.origin || anchor.getAttribute('href')?.startsWith('#')) return;
  event.preventDefault();
  navigate(anchor.pathname + anchor.search);
}
