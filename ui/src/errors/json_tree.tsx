// SPDX-License-Identifier: Apache-2.0
// Anything that was sent, as a tree: objects and lists open and shut, values have the value menu.

import { useState } from 'preact/hooks';
import { formatCount, type FieldValue } from '../format/number.ts';
import { Icon } from '../ui/icon.tsx';
import { openValueMenu } from '../ui/value_menu.tsx';

export interface JsonPlace {
  dataset: string;
  /** The stored fields: values that stand among them can be asked about. */
  fields: Record<string, FieldValue>;
}

export interface JsonTreeProps {
  value: unknown;
  /** Where it stands in the document, such as `request.url`. */
  path: string;
  place: JsonPlace;
  /** Levels that are open at first. */
  open?: number;
}

/** More of a text, and more entries of a list, are shown when asked for. */
const shownCharsMax = 2000;
const shownEntriesMax = 100;

function entriesOf(value: object): [string, unknown][] {
  return Array.isArray(value) ? value.map((entry, index) => [String(index), entry]) : Object.entries(value);
}

export function JsonTree({ value, path, place, open = 1 }: JsonTreeProps) {
  if (value !== null && typeof value === 'object') {
    return <Branch value={value} path={path} place={place} open={open} />;
  }
  return <Leaf value={value as FieldValue} path={path} place={place} />;
}

function Branch({ value, path, place, open = 0 }: JsonTreeProps & { value: object }) {
  const [isOpen, setOpen] = useState(open > 0);
  const [shownMax, setShownMax] = useState(shownEntriesMax);
  const entries = entriesOf(value);
  const [left, right] = Array.isArray(value) ? '[]' : '{}';
  if (entries.length === 0) return <span class="json-empty">{`${left}${right}`}</span>;
  return (
    <>
      <button type="button" class={`json-toggle${isOpen ? ' open' : ''}`} aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
        <Icon name="chevronRight" />
        <span class="muted">
          {left}
          {formatCount(entries.length)}
          {right}
        </span>
      </button>
      {isOpen && (
        <dl class="json-branch">
          {entries.slice(0, shownMax).map(([key, entry]) => (
            <div key={key}>
              <dt>{key}</dt>
              <dd>
                <JsonTree value={entry} path={`${path}.${key}`} place={place} open={open - 1} />
              </dd>
            </div>
          ))}
          {entries.length > shownMax && (
            <div>
              <dt>
                <button type="button" class="json-more" onClick={() => setShownMax(shownMax * 10)}>
                  {formatCount(entries.length - shownMax)} more
                </button>
              </dt>
            </div>
          )}
        </dl>
      )}
    </>
  );
}

function Leaf({ value, path, place }: { value: FieldValue; path: string; place: JsonPlace }) {
  const [isWhole, setWhole] = useState(false);
  const text = typeof value === 'string' ? value : JSON.stringify(value ?? null);
  const isCut = !isWhole && text.length > shownCharsMax;
  const stored = Object.hasOwn(place.fields, path);
  return (
    <>
      <button
        type="button"
        class={`value json-leaf ${value === null ? 'null' : typeof value}`}
        aria-haspopup="menu"
        onClick={(event) =>
          openValueMenu(event.currentTarget, {
            column: path, value: value ?? null, dataset: place.dataset, copyOnly: !stored,
          })
        }
      >
        {text === '' ? <span class="muted">empty</span> : isCut ? text.slice(0, shownCharsMax) : text}
      </button>
      {isCut && (
        <button type="button" class="json-more" onClick={() => setWhole(true)}>
          {formatCount(text.length - shownCharsMax)} more characters
        </button>
      )}
    </>
  );
}

/** The members of an object, one a line. */
export function JsonMembers({ value, path, place }: JsonTreeProps & { value: Record<string, unknown> }) {
  return (
    <dl class="json-members">
      {Object.entries(value).map(([key, entry]) => (
        <div key={key}>
          <dt>{key}</dt>
          <dd>
            <JsonTree value={entry} path={path ? `${path}.${key}` : key} place={place} open={1} />
          </dd>
        </div>
      ))}
    </dl>
  );
}
