// SPDX-License-Identifier: Apache-2.0
// Keys that work on every screen. Single letters are ignored while typing.

import { navigate } from '../route/route.ts';
import { copyText } from '../ui/toast.tsx';
import { paletteOpen } from './command_palette.tsx';
import { preferences } from './preferences.ts';
import { sheetOpen } from './shortcuts_sheet.tsx';

const places: Record<string, string> = {
  h: '/',
  q: '/query',
  t: '/traces',
  l: '/logs',
  m: '/map',
  e: '/errors',
  b: '/boards',
  s: '/send',
};

const prefixMs = 1200;

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || /^(input|textarea|select)$/i.test(target.tagName))
  );
}

/** Focuses or presses what the screen offers for a key, marked `data-shortcut`. */
function useOffered(key: string): boolean {
  const target = document.querySelector<HTMLElement>(`[data-shortcut="${key}"]`);
  if (!target) return false;
  target.focus();
  if (target.tagName === 'BUTTON') target.click();
  return true;
}

/** Installs the handler, once for the life of the page. */
export function listenForShortcuts(): void {
  let prefixAt = -Infinity;
  addEventListener('keydown', (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k') {
      event.preventDefault();
      paletteOpen.value = !paletteOpen.value;
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    if (isTyping(event.target) || !preferences.value.singleKeys) return;
    if (document.querySelector('dialog[open], [popover].popover:popover-open')) return;
    const afterPrefix = performance.now() - prefixAt < prefixMs;
    prefixAt = -Infinity;
    if (afterPrefix && places[event.key]) navigate(places[event.key]!);
    else if (event.key === 'g') prefixAt = performance.now();
    else if (event.key === '?') sheetOpen.value = true;
    else if (event.key === 'y') void copyText(location.href, 'Link copied');
    else if (!/^[/t]$/.test(event.key) || !useOffered(event.key)) return;
    event.preventDefault();
  });
}
