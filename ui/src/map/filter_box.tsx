// SPDX-License-Identifier: Apache-2.0
// An X-Ray filter expression being typed: checked meanwhile, applied with Enter.

import { useEffect, useId, useRef, useState } from 'preact/hooks';
import { apiUrl, postJson } from '../api/client.ts';
import { loadValues, useColumns } from '../query/column_cache.ts';
import { timeRange } from '../route/route.ts';
import { printRange } from '../route/time_range.ts';
import { Button } from '../ui/button.tsx';
import { Combobox } from '../ui/combobox.tsx';
import { indexOfByte } from './byte_index.ts';
import { completeFilter, type FilterNames } from './filter_words.ts';

export interface FilterCheck {
  ok: boolean;
  message?: string;
  /** Byte, from 1, at which the expression goes wrong. */
  position?: number;
}

export interface FilterBoxProps {
  label?: string;
  /** What is applied. */
  value: string;
  onApply: (expression: string) => void;
  /** Shown instead of `value` until applied or cleared: what a selection would filter for. */
  proposal?: string;
  onClear?: () => void;
}

const restMs = 250;

/** Checks an expression a moment after it has come to rest; null while nothing is wrong. */
export function useFilterCheck(expression: string): FilterCheck | null {
  const [check, setCheck] = useState<{ of: string; answer: FilterCheck } | null>(null);
  useEffect(() => {
    if (expression.trim() === '') return undefined;
    const abort = new AbortController();
    const timer = setTimeout(() => {
      postJson<FilterCheck>(apiUrl('filter/check'), { filter: expression }, abort.signal).then(
        (answer) => setCheck({ of: expression, answer }),
        () => undefined,
      );
    }, restMs);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [expression]);
  return check && check.of === expression && !check.answer.ok ? check.answer : null;
}

/** The expression with the wrong place marked, and why it is wrong. */
export function FilterProblem({ id, expression, check }: { id: string; expression: string; check: FilterCheck }) {
  const at = indexOfByte(expression, (check.position ?? 1) - 1);
  const word = /^\S*/.exec(expression.slice(at))![0] || ' ';
  return (
    <div class="filter-problem" id={id} role="alert">
      <code aria-hidden="true">
        {expression.slice(Math.max(0, at - 60), at)}
        <mark>{word}</mark>
        {expression.slice(at + word.length, at + 60)}
      </code>
      <span>{check.message}</span>
    </div>
  );
}

const annotationPrefix = 'annotation.';

/** The names that occur in what is stored. */
function useFilterNames(): FilterNames {
  const columns = useColumns('__all__');
  return {
    annotations: columns
      .filter(({ key }) => key.startsWith(annotationPrefix))
      .map(({ key }) => key.slice(annotationPrefix.length)),
    services: async (prefix) => {
      const values = await loadValues('__all__', 'service.name', prefix, printRange(timeRange.value));
      return values.map(({ value }) => String(value));
    },
  };
}

export function FilterBox({ label = 'Filter expression', value, onApply, proposal, onClear }: FilterBoxProps) {
  const shown = proposal ?? value;
  const [text, setText] = useState(shown);
  const inputRef = useRef<HTMLInputElement>(null);
  const problemId = useId();
  useEffect(() => setText(shown), [shown]);
  const check = useFilterCheck(text);
  const changed = text.trim() !== value.trim();
  const names = useFilterNames();
  return (
    <form
      class="filter-box"
      onSubmit={(event) => {
        event.preventDefault();
        onApply(text.trim());
      }}
    >
      <div class="filter-line">
        <div class="filter-input">
          <Combobox
            inputRef={inputRef}
            label={label}
            value={text}
            onInput={setText}
            suggest={(typed) => completeFilter(typed, names)}
            onCommit={(expression) => {
              onApply(expression.trim());
              return true;
            }}
            tabCommits={false}
            placeholder={'service("backend-flask") { fault } AND annotation[user] = "bob"'}
            invalid={check !== null}
            describedBy={check ? problemId : undefined}
            shortcut="/"
          />
        </div>
        <Button type="submit" look={changed && !check ? 'primary' : 'plain'} disabled={!changed}>
          Apply
        </Button>
        {(text !== '' || value !== '') && (
          <Button
            look="ghost"
            icon="close"
            label="Clear filter expression"
            onClick={() => {
              setText('');
              onClear?.();
              onApply('');
              inputRef.current?.focus();
            }}
          />
        )}
      </div>
      {check && <FilterProblem id={problemId} expression={text} check={check} />}
    </form>
  );
}
