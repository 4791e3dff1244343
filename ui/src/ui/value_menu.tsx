// SPDX-License-Identifier: Apache-2.0
// The menu behind every value on screen: filter, exclude, group, copy, open its trace.

import { signal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { formatValue, type FieldValue } from '../format/number.ts';
import { withBreakdown, withFilter, type Filter, type QuerySpec } from '../query/spec.ts';
import { queryHref } from '../query/query_url.ts';
import { hrefOf } from '../route/href.ts';
import { navigate, timeRange } from '../route/route.ts';
import { Menu, type MenuItem } from './menu.tsx';
import { copyText } from './toast.tsx';

export interface ValueContext {
  column: string;
  value: FieldValue;
  dataset: string;
  /** The query on screen, refined by the menu; none starts a new one. */
  spec?: QuerySpec | undefined;
  /** More items, in front of the others. */
  items?: MenuItem[];
  /** True for what is kept, but in no column that queries know. */
  copyOnly?: boolean;
}

const opened = signal<{ anchor: Element; context: ValueContext } | null>(null);

const traceColumns = new Set(['trace.trace_id', 'trace.link.trace_id', 'traceId']);

function filterFor(column: string, value: FieldValue, exclude: boolean): Filter {
  if (value === null) return { column, op: exclude ? 'exists' : 'does-not-exist' };
  return { column, op: exclude ? '!=' : '=', value };
}

function itemsFor(context: ValueContext): MenuItem[] {
  const { column, value, dataset, spec = {}, items = [] } = context;
  const copy: MenuItem = {
    label: 'Copy value',
    icon: 'copy',
    onSelect: () => void copyText(value === null ? '' : String(value), 'Value copied'),
  };
  if (context.copyOnly) return [...items, copy];
  const go = (changed: QuerySpec) => navigate(queryHref(dataset, changed, timeRange.value));
  const list: MenuItem[] = [
    ...items,
    {
      label: 'Filter to this value',
      icon: 'filter',
      onSelect: () => go(withFilter(spec, filterFor(column, value, false))),
    },
    {
      label: 'Exclude this value',
      onSelect: () => go(withFilter(spec, filterFor(column, value, true))),
    },
    { label: `Group by ${column}`, onSelect: () => go(withBreakdown(spec, column)) },
    { ...copy, separated: true },
  ];
  if (traceColumns.has(column) && typeof value === 'string') {
    list.push({
      label: 'Open trace',
      icon: 'link',
      onSelect: () => navigate(hrefOf(`/trace/${encodeURIComponent(value)}`)),
    });
  }
  return list;
}

export function openValueMenu(anchor: Element, context: ValueContext): void {
  opened.value = { anchor, context };
}

export interface ValueProps extends ValueContext {
  children?: ComponentChildren;
}

/** A value that can be clicked. */
export function Value({ children, ...context }: ValueProps) {
  const shown = formatValue(context.value, context.column);
  return (
    <button
      type="button"
      class={`value${context.value === null ? ' absent' : ''}`}
      tabIndex={-1}
      aria-haspopup="menu"
      title={context.value === null ? 'No value' : String(context.value)}
      onClick={(event) => openValueMenu(event.currentTarget, context)}
    >
      {children ?? shown}
    </button>
  );
}

export function ValueMenuHost() {
  const current = opened.value;
  if (!current) return null;
  const { context, anchor } = current;
  return (
    <Menu
      anchor={anchor}
      label={`Actions for ${context.column}`}
      heading={
        <>
          <span class="muted">{context.column}</span> {formatValue(context.value, context.column)}
        </>
      }
      items={itemsFor(context)}
      onClose={() => (opened.value = null)}
    />
  );
}
