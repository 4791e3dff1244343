// SPDX-License-Identifier: Apache-2.0
import { formatCount } from '../format/number.ts';
import { Button } from '../ui/button.tsx';
import { Icon } from '../ui/icon.tsx';
import type { FindSession } from './find_session.ts';
import type { TraceModel } from './trace_model.ts';

/** The search box with its count, the way to the next match, and "Only matches". */
export function FindBox({ model, find }: { model: TraceModel; find: FindSession }) {
  const searching = model.query.value !== '';
  const count = model.matchesInScope.value.length;
  const [from, to] = model.scope.value;

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Enter') model.goToMatch(event.shiftKey ? -1 : 1);
    else if (event.key === 'Escape' && find.text.value !== '') find.set('');
    else if (event.key === 'Escape' || event.key === 'ArrowDown') {
      document.getElementById('trace-spans')?.focus();
    } else return;
    event.preventDefault();
    event.stopPropagation();
  };

  return (
    <div class="find-box" role="search">
      <span class="find-field">
        <Icon name="search" />
        <input
          type="search"
          class="input"
          aria-label="Find spans"
          aria-describedby="find-count"
          placeholder="Find spans: words, or field = value"
          autocomplete="off"
          spellcheck={false}
          data-shortcut="/"
          value={find.text.value}
          onInput={(event) => find.type(event.currentTarget.value)}
          onKeyDown={onKeyDown}
        />
      </span>
      <span id="find-count" class={`find-count${find.error.value ? ' error-text' : ''}`}>
        {find.error.value ||
          (searching &&
            `${formatCount(count)}${find.pending.value ? '+' : ''} of ${formatCount(to - from)}`)}
      </span>
      {searching && (
        <>
          <Button
            look="ghost"
            icon="chevronDown"
            class="flipped"
            label="Previous match"
            disabled={count === 0}
            onClick={() => model.goToMatch(-1)}
          />
          <Button
            look="ghost"
            icon="chevronDown"
            label="Next match"
            disabled={count === 0}
            onClick={() => model.goToMatch(1)}
          />
          <Button
            look="ghost"
            aria-pressed={model.onlyMatches.value}
            onClick={() => (model.onlyMatches.value = !model.onlyMatches.value)}
          >
            Only matches
          </Button>
        </>
      )}
    </div>
  );
}
