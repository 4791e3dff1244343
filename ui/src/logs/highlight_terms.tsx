// SPDX-License-Identifier: Apache-2.0
// Up to five terms that stand out in the lines, each in its own colour.

import { useState } from 'preact/hooks';
import { Icon } from '../ui/icon.tsx';

export const termsMax = 5;

export interface HighlightTermsProps {
  terms: readonly string[];
  onChange: (terms: string[]) => void;
}

export function HighlightTerms({ terms, onChange }: HighlightTermsProps) {
  const [text, setText] = useState('');
  const add = () => {
    const term = text.trim();
    if (term && !terms.includes(term) && terms.length < termsMax) onChange([...terms, term]);
    setText('');
  };
  return (
    <div class="highlight-terms" role="group" aria-label="Highlighted terms">
      {terms.map((term, index) => (
        <button
          type="button"
          key={term}
          class={`term-chip term-${index}`}
          aria-label={`Stop highlighting ${term}`}
          onClick={() => onChange(terms.filter((other) => other !== term))}
        >
          <bdi>{term}</bdi> <Icon name="close" />
        </button>
      ))}
      {terms.length < termsMax && (
        <input
          class="input mono"
          aria-label="Highlight a term"
          placeholder="Highlight…"
          spellcheck={false}
          autocomplete="off"
          value={text}
          onInput={(event) => setText(event.currentTarget.value)}
          onBlur={add}
          onKeyDown={(event) => {
            if (event.key === 'Enter') add();
            else if (event.key === 'Backspace' && text === '' && terms.length) onChange(terms.slice(0, -1));
            else return;
            event.preventDefault();
          }}
        />
      )}
    </div>
  );
}
