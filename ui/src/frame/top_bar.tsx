// SPDX-License-Identifier: Apache-2.0

import { hrefOf } from '../route/href.ts';
import { route, setTimeRange, timeRange } from '../route/route.ts';
import { Button } from '../ui/button.tsx';
import { Icon } from '../ui/icon.tsx';
import { MenuButton } from '../ui/menu.tsx';
import { TimePicker } from '../ui/time_picker.tsx';
import { refreshChoices, refreshEvery } from './auto_refresh.ts';
import { paletteOpen } from './command_palette.tsx';
import { setPreference, shownTheme } from './preferences.ts';
import { sheetOpen } from './shortcuts_sheet.tsx';

const sections = [
  { href: '/query', label: 'Query' },
  { href: '/traces', label: 'Traces' },
  { href: '/logs', label: 'Logs' },
  { href: '/map', label: 'Map' },
  { href: '/errors', label: 'Errors' },
  { href: '/boards', label: 'Boards' },
  { href: '/send', label: 'Send data' },
  { href: '/settings', label: 'Settings' },
];

/** Screens whose content depends on `t`. */
function usesTime(path: string): boolean {
  return (
    path === '/' ||
    /^\/(query|traces|map)(\/|$)/.test(path) ||
    /^\/boards\/./.test(path) ||
    /^\/logs\/(group\/|insights)/.test(path)
  );
}

function isWithin(path: string, href: string): boolean {
  return path === href || path.startsWith(`${href}/`) || (href === '/traces' && path.startsWith('/trace/'));
}

function Logo() {
  return (
    <svg class="logo" viewBox="0 0 16 16" aria-hidden="true">
      <path d="M1.5 3h13v2.6h-13z" />
      <path d="M4.3 6.7H12v2.6H4.3z" />
      <path d="M7.5 10.4h4.8V13H7.5z" />
    </svg>
  );
}

export function TopBar() {
  const { path, params } = route.value;
  const carried = (href: string) => hrefOf(href, { t: usesTime(href) ? params.get('t') : null });
  const dark = shownTheme.value === 'dark';
  return (
    <header class="top-bar">
      <a class="brand" href={carried('/')} aria-current={path === '/' ? 'page' : undefined}>
        <Logo />
        Tracery
      </a>
      <nav aria-label="Main" class="main-nav">
        {sections.map(({ href, label }) => (
          <a key={href} href={carried(href)} aria-current={isWithin(path, href) ? 'page' : undefined}>
            {label}
          </a>
        ))}
      </nav>
      <div class="top-bar-end">
        {usesTime(path) && <TimePicker range={timeRange.value} onChange={setTimeRange} />}
        {usesTime(path) && <AutoRefresh />}
        <button type="button" class="jump" onClick={() => (paletteOpen.value = true)}>
          <Icon name="search" />
          <span class="jump-text">Search or jump</span> <kbd>Ctrl K</kbd>
        </button>
        <Button
          look="ghost"
          icon={dark ? 'sun' : 'moon'}
          label={dark ? 'Light theme' : 'Dark theme'}
          onClick={() => setPreference('theme', dark ? 'light' : 'dark')}
        />
        <Button
          look="ghost"
          icon="help"
          label="Keyboard shortcuts"
          onClick={() => (sheetOpen.value = true)}
        />
      </div>
    </header>
  );
}

/** Only ranges that end now can be refreshed. */
function AutoRefresh() {
  if (timeRange.value.kind !== 'relative') return null;
  const chosen = refreshEvery.value;
  const describe = (seconds: number) => (seconds ? `Every ${seconds} s` : 'Off');
  const name = `Auto-refresh: ${describe(chosen).toLowerCase()}`;
  return (
    <MenuButton
      look="ghost"
      icon="refresh"
      align="end"
      menuLabel="Auto-refresh"
      label={name}
      items={refreshChoices.map((seconds) => ({
        label: describe(seconds),
        checked: seconds === chosen,
        onSelect: () => (refreshEvery.value = seconds),
      }))}
    >
      {chosen ? `${chosen} s` : undefined}
    </MenuButton>
  );
}
