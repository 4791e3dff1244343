// SPDX-License-Identifier: Apache-2.0
// The box for a filter pattern, with what is wrong with it pointed at.

import { useEffect, useState } from 'preact/hooks';
import type { ApiError } from '../api/client.ts';
import { indexOfByte } from '../map/byte_index.ts';
import { Button } from '../ui/button.tsx';
import { Icon } from '../ui/icon.tsx';
import { termPattern } from './pattern.ts';

export interface PatternBoxProps {
  value: string;
  onApply: (pattern: string) => void;
  /** What the server said about the applied pattern. */
  error: ApiError | null;
}

export function PatternBox({ value, onApply, error }: PatternBoxProps) {
  const [text, setText] = useState(value);
  useEffect(() => setText(value), [value]);
  const isBad = error !== null && text === value;
  return (
    <form
      class="pattern"
      role="search"
      onSubmit={(event) => {
        event.preventDefault();
        onApply(text.trim());
      }}
    >
      <span class="find-field">
        <Icon name="filter" />
        <input
          type="search"
          class="input mono"
          aria-label="Filter pattern"
          aria-invalid={isBad}
          aria-describedby={isBad ? 'pattern-error' : undefined}
          placeholder={'ERROR -healthcheck    { $.status >= 500 }    [ip, id, user, ...]    %regex%'}
          autocomplete="off"
          spellcheck={false}
          data-shortcut="/"
          value={text}
          onInput={(event) => setText(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key !== 'Escape' || !text) return;
            event.preventDefault();
            setText('');
            onApply('');
          }}
        />
      </span>
      <Button type="submit">
        Filter
        {text.trim() !== value && <span class="changed-dot" title="Not applied yet" />}
      </Button>
      {isBad && <PatternError pattern={value} error={error} onApply={onApply} />}
    </form>
  );
}

interface PatternErrorProps {
  pattern: string;
  error: ApiError;
  onApply: (pattern: string) => void;
}

/** Where the message says that the pattern goes wrong, in UTF-16 units; null when it does not say. */
function placeOf(pattern: string, message: string): number | null {
  const byte = /at position (\d+)$/.exec(message)?.[1];
  return byte === undefined ? null : indexOfByte(pattern, Number(byte));
}

function PatternError({ pattern, error, onApply }: PatternErrorProps) {
  const at = placeOf(pattern, error.message);
  const letter = at === null ? '' : ([...pattern.slice(at)][0] ?? ' ');
  return (
    <div class="filter-problem" id="pattern-error" role="alert">
      {at !== null && (
        <code aria-hidden="true">
          {pattern.slice(0, at)}
          <mark>{letter}</mark>
          {pattern.slice(at + letter.length)}
        </code>
      )}
      <span>{error.message}</span>
      <Button onClick={() => onApply(termPattern(pattern))}>Search for it as text</Button>
    </div>
  );
}
