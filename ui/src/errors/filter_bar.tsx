// SPDX-License-Identifier: Apache-2.0
// What narrows the inbox.

import { useEffect, useRef, useState } from 'preact/hooks';
import { describeRelative, printRange, type TimeRange } from '../route/time_range.ts';
import { formatDayClock } from '../format/time.ts';
import { Button } from '../ui/button.tsx';
import { Icon } from '../ui/icon.tsx';
import { MenuButton } from '../ui/menu.tsx';
import { statusNames } from './badges.tsx';
import { FacetMenu } from './facet_menu.tsx';
import { isNarrowed, type InboxFilter } from './inbox_url.ts';
import { levels, statuses, type FacetValue, type ItemsAnswer, type ItemStatus } from './types.ts';
import { useUsers } from './users.ts';

export interface FilterBarProps {
  filter: InboxFilter;
  facets: ItemsAnswer['facets'] | undefined;
  onChange: (changed: Partial<InboxFilter>, replace?: boolean) => void;
}

const typingMs = 250;

/** All values in their own order, also those that no item has now. */
function inOrder(order: readonly string[], values: FacetValue[] = []): FacetValue[] {
  return order.map(
    (value) => values.find((found) => found.value === value) ?? { value, count: 0 },
  );
}

export function FilterBar({ filter, facets, onChange }: FilterBarProps) {
  const hasProjects = (facets?.project.length ?? 0) > 1 || filter.project.length > 0;
  return (
    <div class="filter-bar" role="search" aria-label="Filter items">
      <SearchBox text={filter.q} onSearch={(q) => onChange({ q }, true)} />
      <FacetMenu
        name="Status"
        values={inOrder(statuses, facets?.status)}
        chosen={filter.status}
        label={(value) => statusNames[value as ItemStatus]}
        onChange={(status) => onChange({ status })}
      />
      <FacetMenu
        name="Level"
        values={inOrder(levels, facets?.level)}
        chosen={filter.level}
        onChange={(level) => onChange({ level })}
      />
      <FacetMenu
        name="Environment"
        values={facets?.environment ?? []}
        chosen={filter.env}
        onChange={(env) => onChange({ env })}
      />
      <FacetMenu
        name="Framework"
        values={facets?.framework ?? []}
        chosen={filter.fw}
        onChange={(fw) => onChange({ fw })}
      />
      {hasProjects && (
        <FacetMenu
          name="Project"
          values={facets?.project ?? []}
          chosen={filter.project}
          onChange={(project) => onChange({ project })}
        />
      )}
      <AssigneeMenu filter={filter} onChange={onChange} />
      <SeenMenu filter={filter} onChange={onChange} />
      {isNarrowed(filter) && (
        <Button
          look="ghost"
          icon="close"
          onClick={() =>
            onChange({ level: [], env: [], fw: [], project: [], assignee: '', q: '', seen: null })
          }
        >
          Clear
        </Button>
      )}
    </div>
  );
}

/** Searches a moment after typing stops, or at once with Enter. */
function SearchBox({ text, onSearch }: { text: string; onSearch: (text: string) => void }) {
  const [typed, setTyped] = useState(text);
  const searchRef = useRef(onSearch);
  searchRef.current = onSearch;
  useEffect(() => setTyped(text), [text]);
  useEffect(() => {
    if (typed.trim() === text) return undefined;
    const timer = setTimeout(() => searchRef.current(typed.trim()), typingMs);
    return () => clearTimeout(timer);
  }, [typed]);
  return (
    <span class="inbox-search">
      <Icon name="search" />
      <input
        type="search"
        class="input"
        aria-label="Search items"
        placeholder="Title, class, host, person, #42"
        data-shortcut="/"
        autocomplete="off"
        spellcheck={false}
        value={typed}
        onInput={(event) => setTyped(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === 'Enter') onSearch(typed.trim());
          if (event.key === 'Escape' && typed === '') event.currentTarget.blur();
        }}
      />
    </span>
  );
}

type MenuProps = Pick<FilterBarProps, 'filter' | 'onChange'>;

function AssigneeMenu({ filter, onChange }: MenuProps) {
  const users = useUsers();
  const nameOf = (id: string) =>
    id === '' ? 'any' : id === 'none' ? 'nobody' : (users.find((user) => String(user.id) === id)?.name ?? id);
  const choices = ['', 'none', ...users.map(({ id }) => String(id))];
  return (
    <MenuButton
      class={`facet${filter.assignee ? ' set' : ''}`}
      menuLabel="Assigned to"
      items={choices.map((id) => ({
        label: id === '' ? 'Anybody' : id === 'none' ? 'Nobody' : nameOf(id),
        checked: id === filter.assignee,
        onSelect: () => onChange({ assignee: id }),
      }))}
    >
      <span class="facet-name">Assigned</span> <span class="ellipsis">{nameOf(filter.assignee)}</span>
    </MenuButton>
  );
}

const seenChoices = [3600, 86_400, 7 * 86_400, 30 * 86_400];

function describeSeen(seen: TimeRange | null): string {
  if (seen === null) return 'any time';
  if (seen.kind === 'relative') return describeRelative(seen.seconds).toLowerCase();
  return `${formatDayClock(seen.fromMs)} – ${formatDayClock(seen.toMs)}`;
}

function SeenMenu({ filter, onChange }: MenuProps) {
  const current = filter.seen && printRange(filter.seen);
  const choices: (TimeRange | null)[] = [
    null,
    ...seenChoices.map((seconds) => ({ kind: 'relative' as const, seconds })),
  ];
  const isListed = choices.some((choice) => (choice && printRange(choice)) === current);
  if (filter.seen && !isListed) choices.push(filter.seen);
  return (
    <MenuButton
      class={`facet${filter.seen ? ' set' : ''}`}
      menuLabel="Last seen"
      items={choices.map((choice) => ({
        label: choice ? describeSeen(choice).replace(/^l/, 'L') : 'Any time',
        checked: (choice && printRange(choice)) === current,
        onSelect: () => onChange({ seen: choice }),
      }))}
    >
      <span class="facet-name">Seen</span> <span class="ellipsis">{describeSeen(filter.seen)}</span>
    </MenuButton>
  );
}
