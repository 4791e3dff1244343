// SPDX-License-Identifier: Apache-2.0
// Tabs with automatic activation (WAI-ARIA tabs pattern).

import type { ComponentChildren } from 'preact';
import { useId, useRef } from 'preact/hooks';

export interface Tab {
  id: string;
  label: string;
  /** Shown after the label; not part of the tab's name. */
  count?: string | undefined;
}

export interface TabsProps {
  label: string;
  tabs: Tab[];
  selected: string;
  onSelect: (id: string) => void;
  children: ComponentChildren;
  /** Shown at the end of the row of tabs. */
  aside?: ComponentChildren;
}

export function Tabs({ label, tabs, selected, onSelect, children, aside }: TabsProps) {
  const base = useId();
  const listRef = useRef<HTMLDivElement>(null);
  const move = (event: KeyboardEvent) => {
    const at = tabs.findIndex((tab) => tab.id === selected);
    const steps: Record<string, number> = {
      ArrowRight: at + 1,
      ArrowLeft: at - 1,
      Home: 0,
      End: tabs.length - 1,
    };
    const to = steps[event.key];
    if (to === undefined) return;
    event.preventDefault();
    const index = (to + tabs.length) % tabs.length;
    onSelect(tabs[index]!.id);
    (listRef.current?.children[index] as HTMLElement | undefined)?.focus();
  };
  return (
    <div class="tabs">
      <div class="tab-row">
        <div role="tablist" aria-label={label} class="tab-list" ref={listRef} onKeyDown={move}>
          {tabs.map((tab) => (
            <button
              type="button"
              role="tab"
              key={tab.id}
              id={`${base}-${tab.id}`}
              aria-selected={tab.id === selected}
              aria-controls={`${base}-panel`}
              tabIndex={tab.id === selected ? 0 : -1}
              class="tab"
              onClick={() => onSelect(tab.id)}
            >
              {tab.label}
              {tab.count !== undefined && (
                <span class="tab-count" aria-hidden="true">
                  {tab.count}
                </span>
              )}
            </button>
          ))}
        </div>
        {aside && <div class="tab-aside">{aside}</div>}
      </div>
      <div role="tabpanel" id={`${base}-panel`} aria-labelledby={`${base}-${selected}`} tabIndex={-1}>
        {children}
      </div>
    </div>
  );
}
