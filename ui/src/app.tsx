// SPDX-License-Identifier: Apache-2.0
// Which screen a path shows. Each screen is its own chunk.

import { CommandPalette } from './frame/command_palette.tsx';
import { ErrorBoundary } from './frame/error_boundary.tsx';
import { lazyScreen } from './frame/lazy_screen.tsx';
import { OfflineBanner } from './frame/offline_banner.tsx';
import { ShortcutsSheet } from './frame/shortcuts_sheet.tsx';
import { TopBar } from './frame/top_bar.tsx';
import { route } from './route/route.ts';
import { NotFound } from './frame/not_found.tsx';
import { ToastHost } from './ui/toast.tsx';
import { TooltipHost } from './ui/tooltip.tsx';
import { ValueMenuHost } from './ui/value_menu.tsx';

const HomeScreen = lazyScreen(async () => (await import('./home/home_screen.tsx')).HomeScreen);
const QueryScreen = lazyScreen(async () => (await import('./query/query_screen.tsx')).QueryScreen);
const TracesScreen = lazyScreen(async () => (await import('./traces/traces_screen.tsx')).TracesScreen);
const TracePage = lazyScreen(async () => (await import('./trace/trace_page.tsx')).TracePage, 'trace');
const MapScreen = lazyScreen(async () => (await import('./map/map_screen.tsx')).MapScreen, 'map');
const InboxScreen = lazyScreen(async () => (await import('./errors/inbox_screen.tsx')).InboxScreen, 'errors');
const ItemScreen = lazyScreen(async () => (await import('./errors/item_screen.tsx')).ItemScreen, 'errors');
const FindScreen = lazyScreen(async () => (await import('./errors/find_screen.tsx')).FindScreen, 'errors');
const BoardsScreen = lazyScreen(async () => (await import('./boards/boards_screen.tsx')).BoardsScreen);
const BoardScreen = lazyScreen(async () => (await import('./boards/board_screen.tsx')).BoardScreen);
const SendScreen = lazyScreen(async () => (await import('./send/send_screen.tsx')).SendScreen);
const SettingsScreen = lazyScreen(
  async () => (await import('./settings/settings_screen.tsx')).SettingsScreen,
);
const LogGroupsScreen = lazyScreen(
  async () => (await import('./logs/groups_screen.tsx')).GroupsScreen,
  'logs',
);
const LogGroupScreen = lazyScreen(
  async () => (await import('./logs/group_screen.tsx')).GroupScreen,
  'logs',
);
const LogTailScreen = lazyScreen(async () => (await import('./logs/tail_screen.tsx')).TailScreen, 'logs');
const InsightsScreen = lazyScreen(
  async () => (await import('./logs/insights_screen.tsx')).InsightsScreen,
  'logs',
);

function LogScreen({ page, group }: { page: string; group: string | undefined }) {
  if (page === 'group' && group) return <LogGroupScreen key={group} group={group} />;
  if (group !== undefined) return <NotFound />;
  if (page === '') return <LogGroupsScreen />;
  if (page === 'tail') return <LogTailScreen />;
  if (page === 'insights') return <InsightsScreen />;
  return <NotFound />;
}

function Screen({ path }: { path: string }) {
  const [, first = '', second = '', extra] = path.replace(/\/+$/, '').split('/').map(decodeURIComponent);
  if (first === 'logs') return <LogScreen page={second} group={extra} />;
  if (extra !== undefined) return <NotFound />;
  if (first === '') return <HomeScreen />;
  if (first === 'query') return <QueryScreen dataset={second || '__all__'} />;
  if (first === 'trace' && second) return <TracePage key={second} traceId={second} />;
  if (first === 'boards') return second ? <BoardScreen key={second} boardId={second} /> : <BoardsScreen />;
  if (first === 'settings') return <SettingsScreen section={second || 'keys'} />;
  if (first === 'errors') return errorsScreen(second);
  if (first === 'traces' && !second) return <TracesScreen />;
  if (first === 'map' && !second) return <MapScreen />;
  if (first === 'send' && !second) return <SendScreen />;
  return <NotFound />;
}

function errorsScreen(second: string) {
  if (second === '') return <InboxScreen />;
  if (second === 'find') return <FindScreen />;
  return /^\d{1,15}$/.test(second) ? <ItemScreen key={second} counter={second} /> : <NotFound />;
}

export function App() {
  const { path } = route.value;
  return (
    <>
      <a class="skip-link" href="#main">
        Skip to content
      </a>
      <TopBar />
      <OfflineBanner />
      <main id="main" tabIndex={-1}>
        <ErrorBoundary key={path.split('/')[1] ?? ''}>
          <Screen path={path} />
        </ErrorBoundary>
        <ValueMenuHost />
      </main>
      <CommandPalette />
      <ShortcutsSheet />
      <TooltipHost />
      <ToastHost />
    </>
  );
}
