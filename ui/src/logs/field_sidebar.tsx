// SPDX-License-Identifier: Apache-2.0
// The fields of the chosen groups; opened, a field shows its most frequent values.

import { useState } from 'preact/hooks';
import { useResource, type Resource } from '../api/resource.ts';
import { formatCount, formatValue } from '../format/number.ts';
import { Icon } from '../ui/icon.tsx';
import { insightsLiteral, insightsName } from './insights_text.ts';
import { fetchFieldValues, type FieldShare } from './logs_api.ts';

export interface FieldSidebarProps {
  groups: string[];
  t: string;
  fields: Resource<FieldShare[]>;
  /** Adds a condition to the query. */
  onFilter: (condition: string) => void;
}

export function FieldSidebar({ groups, t, fields, onFilter }: FieldSidebarProps) {
  const [text, setText] = useState('');
  const [open, setOpen] = useState<string | null>(null);
  const needle = text.trim().toLowerCase();
  const all = groups.length ? (fields.data ?? []) : [];
  const shown = all.filter(({ name }) => name.toLowerCase().includes(needle));
  return (
    <section class="field-sidebar" aria-label="Discovered fields">
      <div class="streams-head">
        <h2>Fields</h2>
        <span class="muted">{all.length > 0 && formatCount(all.length)}</span>
      </div>
      <input
        type="search"
        class="input"
        aria-label="Find fields"
        placeholder="Find fields"
        autocomplete="off"
        spellcheck={false}
        value={text}
        onInput={(event) => setText(event.currentTarget.value)}
      />
      <ul>
        {shown.map(({ name, percent }) => (
          <li key={name}>
            <button
              type="button"
              class="field-name"
              aria-expanded={open === name}
              title={name}
              onClick={() => setOpen(open === name ? null : name)}
            >
              <Icon name="chevronRight" />
              <span class="ellipsis mono">
                <bdi>{name}</bdi>
              </span>
              <span class="muted">{Math.round(percent)} %</span>
            </button>
            {open === name && <TopValues groups={groups} t={t} field={name} onFilter={onFilter} />}
          </li>
        ))}
      </ul>
      {fields.error && <p class="error-text">{fields.error.message}</p>}
      {groups.length > 0 && fields.data && shown.length === 0 && (
        <p class="muted">{all.length ? 'None by that name.' : 'No events in this time range.'}</p>
      )}
    </section>
  );
}

interface TopValuesProps {
  groups: string[];
  t: string;
  field: string;
  onFilter: (condition: string) => void;
}

function TopValues({ groups, t, field, onFilter }: TopValuesProps) {
  const { data, error } = useResource(JSON.stringify([groups, t, field]), (abort) =>
    fetchFieldValues(groups, field, t, abort),
  );
  if (error) return <p class="error-text">{error.message}</p>;
  if (!data) return <p class="muted field-none">…</p>;
  if (data.length === 0) return <p class="muted field-none">No values to list.</p>;
  const most = Math.max(1, ...data.map(({ count }) => count));
  return (
    <ul class="top-values" aria-label={`Top values of ${field}`}>
      {data.map(({ value, count }) => (
        <li key={String(value)}>
          <button
            type="button"
            title={`Only ${String(value)}`}
            onClick={() => onFilter(`${insightsName(field)} = ${insightsLiteral(value)}`)}
          >
            <span class="top-value-bar" style={{ width: `${(count / most) * 100}%` }} />
            <span class="ellipsis">
              <bdi>{formatValue(value)}</bdi>
            </span>
            <span class="muted">{formatCount(count)}</span>
          </button>
        </li>
      ))}
    </ul>
  );
}
