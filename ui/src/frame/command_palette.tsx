// SPDX-License-Identifier: Apache-2.0
// Ctrl K: pages, saved queries, boards, services, error items, log groups, trace ids, actions.

import { signal } from '@preact/signals';
import { useEffect, useMemo, useState } from 'preact/hooks';
import { apiUrl, getJson } from '../api/client.ts';
import type { Board, DatasetInfo, SavedQuery } from '../api/types.ts';
import { fetchFilters, fetchItems } from '../errors/errors_api.ts';
import { itemHref, savedHref } from '../errors/inbox_url.ts';
import { queryHref } from '../query/query_url.ts';
import { hrefOf } from '../route/href.ts';
import { navigate } from '../route/route.ts';
import { Dialog } from '../ui/dialog.tsx';
import { rankCommands, traceIdOf, uuidOf, type Command } from './commands.ts';
import { setPreference } from './preferences.ts';
import { sheetOpen } from './shortcuts_sheet.tsx';

export const paletteOpen = signal(false);

const go = (href: string) => () => navigate(href);

const fixed: Command[] = [
  { kind: 'Page', label: 'Home', run: go('/') },
  { kind: 'Page', label: 'Query', run: go('/query') },
  { kind: 'Page', label: 'Traces', run: go('/traces') },
  { kind: 'Page', label: 'Logs', run: go('/logs') },
  { kind: 'Page', label: 'Live tail of logs', run: go('/logs/tail') },
  { kind: 'Page', label: 'Logs Insights', run: go('/logs/insights') },
  { kind: 'Page', label: 'Map', run: go('/map') },
  { kind: 'Page', label: 'Errors', run: go('/errors') },
  { kind: 'Page', label: 'Boards', run: go('/boards') },
  { kind: 'Page', label: 'Send data', run: go('/send') },
  { kind: 'Page', label: 'Settings: keys', run: go('/settings/keys') },
  { kind: 'Page', label: 'Settings: datasets', run: go('/settings/datasets') },
  { kind: 'Page', label: 'Settings: X-Ray sampling rules', run: go('/settings/xray-sampling') },
  { kind: 'Page', label: 'Settings: X-Ray groups', run: go('/settings/xray-groups') },
  { kind: 'Page', label: 'Settings: X-Ray doctor', run: go('/settings/xray-doctor') },
  { kind: 'Page', label: 'Settings: preferences', run: go('/settings/preferences') },
  { kind: 'Action', label: 'Light theme', run: () => setPreference('theme', 'light') },
  { kind: 'Action', label: 'Dark theme', run: () => setPreference('theme', 'dark') },
  { kind: 'Action', label: 'Theme of the system', run: () => setPreference('theme', 'system') },
  { kind: 'Action', label: 'Keyboard shortcuts', run: () => void (sheetOpen.value = true) },
];

/** What the server knows by name; a source that fails is left out. */
async function loadCommands(): Promise<Command[]> {
  const [saved, boards, datasets, logGroups, filters] = await Promise.allSettled([
    getJson<{ saved: SavedQuery[] }>(apiUrl('saved')),
    getJson<Board[]>('/1/boards'),
    getJson<{ datasets: DatasetInfo[] }>(apiUrl('datasets')),
    getJson<{ groups: { name: string }[] }>(apiUrl('logs/groups')),
    fetchFilters(),
  ]);
  const list: Command[] = [];
  if (saved.status === 'fulfilled') {
    for (const entry of saved.value.saved) {
      const run = go(queryHref(entry.dataset, entry.query));
      list.push({ kind: 'Saved query', label: entry.name, run });
    }
  }
  if (boards.status === 'fulfilled') {
    for (const board of boards.value) {
      list.push({ kind: 'Board', label: board.name, run: go(`/boards/${board.id}`) });
    }
  }
  if (datasets.status === 'fulfilled') {
    for (const { slug, name } of datasets.value.datasets) {
      const run = go(`/query/${encodeURIComponent(slug)}`);
      list.push({ kind: 'Service', label: name, run });
    }
  }
  if (logGroups.status === 'fulfilled') {
    for (const { name } of logGroups.value.groups) {
      list.push({ kind: 'Log group', label: name, run: go(`/logs/group/${encodeURIComponent(name)}`) });
    }
  }
  if (filters.status === 'fulfilled') {
    for (const { name, query } of filters.value) {
      list.push({ kind: 'Errors', label: name, run: go(savedHref(query)) });
    }
  }
  return list;
}

/** Error items by their number, while it is typed: `#42`. */
function useItemCommands(text: string): Command[] {
  const [found, setFound] = useState<Command[]>([]);
  const typed = /^\s*#(\d{1,15})\s*$/.exec(text)?.[1];
  useEffect(() => {
    setFound([]);
    if (!typed) return undefined;
    const abort = new AbortController();
    fetchItems({ q: `#${typed}`, limit: 50 }, abort.signal).then(
      ({ items }) =>
        setFound(
          items.map((item) => ({
            kind: item.project,
            label: `#${item.counter} ${item.title}`,
            run: go(itemHref(item)),
          })),
        ),
      () => undefined,
    );
    return () => abort.abort();
  }, [typed]);
  return found;
}

export function CommandPalette() {
  if (!paletteOpen.value) return null;
  return <Palette onClose={() => (paletteOpen.value = false)} />;
}

function Palette({ onClose }: { onClose: () => void }) {
  const [text, setText] = useState('');
  const [active, setActive] = useState(0);
  const [loaded, setLoaded] = useState<Command[]>([]);
  const items = useItemCommands(text);
  useEffect(() => {
    void loadCommands().then(setLoaded);
  }, []);
  const found = useMemo(() => {
    const traceId = traceIdOf(text);
    if (traceId) {
      const run = go(`/trace/${traceId}`);
      return [{ kind: 'Trace', label: `Open trace ${traceId}`, run }];
    }
    const uuid = uuidOf(text);
    if (uuid) {
      const run = go(hrefOf('/errors/find', { uuid }));
      return [{ kind: 'Error', label: `Open occurrence ${uuid}`, run }];
    }
    if (text.trim().startsWith('#')) return items;
    return rankCommands([...loaded, ...fixed], text).slice(0, 50);
  }, [text, loaded, items]);
  const activeIndex = Math.min(active, found.length - 1);

  const run = (command: Command | undefined) => {
    if (!command) return;
    onClose();
    command.run();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const count = found.length || 1;
    if (event.key === 'ArrowDown') setActive((activeIndex + 1) % count);
    else if (event.key === 'ArrowUp') setActive((activeIndex - 1 + count) % count);
    else if (event.key === 'Enter') run(found[activeIndex]);
    else return;
    event.preventDefault();
  };

  return (
    <Dialog title="Search or jump" onClose={onClose}>
      <input
        autofocus
        class="input palette-input"
        role="combobox"
        aria-label="Search or jump"
        aria-expanded={found.length > 0}
        aria-controls={found.length ? 'palette-list' : undefined}
        aria-activedescendant={found.length ? `palette-${activeIndex}` : undefined}
        placeholder="Page, saved query, board, log group, trace id…   > actions   @ services   # errors"
        autocomplete="off"
        spellcheck={false}
        value={text}
        onInput={(event) => {
          setText(event.currentTarget.value);
          setActive(0);
        }}
        onKeyDown={onKeyDown}
      />
      {found.length > 0 && (
        <ul role="listbox" id="palette-list" aria-label="Matches" class="listbox palette-list">
        {found.map((command, index) => (
          <li
            key={`${command.kind}:${command.label}`}
            id={`palette-${index}`}
            role="option"
            aria-selected={index === activeIndex}
            class="option"
            ref={index === activeIndex ? (node) => node?.scrollIntoView({ block: 'nearest' }) : null}
            onClick={() => run(command)}
          >
            <span class="ellipsis">{command.label}</span>
            <span class="option-detail">{command.kind}</span>
          </li>
        ))}
        </ul>
      )}
      {found.length === 0 && <p class="muted palette-none">Nothing by that name.</p>}
    </Dialog>
  );
}
