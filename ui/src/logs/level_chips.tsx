// SPDX-License-Identifier: Apache-2.0

import { setParams } from '../route/route.ts';
import { levels, type Level } from './types.ts';

/** Which levels are shown; none chosen means all, also lines without one. */
export function LevelChips({ chosen }: { chosen: readonly Level[] }) {
  const toggle = (level: Level) => {
    const next = chosen.includes(level) ? chosen.filter((one) => one !== level) : [...chosen, level];
    setParams({ level: next.join(',') });
  };
  return (
    <div class="level-chips" role="group" aria-label="Levels">
      <button type="button" aria-pressed={chosen.length === 0} onClick={() => setParams({ level: null })}>
        all
      </button>
      {levels.map((level) => (
        <button
          type="button"
          key={level}
          class={`level-text ${level}`}
          aria-pressed={chosen.includes(level)}
          onClick={() => toggle(level)}
        >
          {level}
        </button>
      ))}
    </div>
  );
}
