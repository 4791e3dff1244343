// SPDX-License-Identifier: Apache-2.0
// How often something happened in each of a few stretches of time, as bars to pick from.

import { formatCompact, formatCount } from '../format/number.ts';
import { timeTickLabel } from '../format/ticks.ts';
import { formatDayClock } from '../format/time.ts';
import { ChartFrame } from './chart_frame.tsx';

/** A moment to be seen between the bars. */
export interface CountMark {
  atMs: number;
  label: string;
}

export interface CountBarsProps {
  heading: string;
  startMs: number;
  stepMs: number;
  counts: number[];
  /** What is counted: `occurrences`. */
  noun: string;
  /** Those outside of the time shown are left out. */
  marks?: CountMark[];
  actions?: preact.ComponentChildren;
  onPick: (fromMs: number, toMs: number) => void;
}

/** A bar that stands for something is never too low to be seen. */
const barMinPercent = 4;

export function CountBars({ heading, startMs, stepMs, counts, noun, marks = [], actions, onPick }: CountBarsProps) {
  const most = counts.reduce((top, count) => Math.max(top, count), 0);
  const total = counts.reduce((sum, count) => sum + count, 0);
  const span = stepMs * counts.length;
  const timeOf = (at: number) => startMs + at * stepMs;
  const shownMarks = marks.filter(({ atMs }) => atMs >= startMs && atMs < startMs + span);
  const labels = [0, Math.floor(counts.length / 2), counts.length - 1];
  return (
    <ChartFrame
      name={`${heading} over time`}
      heading={heading}
      summary={`${formatCount(total)} ${noun}, at most ${formatCount(most)} at a time, last ${formatCount(counts.at(-1) ?? 0)}`}
      table={() => ({
        times: counts.map((_, at) => timeOf(at)),
        columns: [{ header: noun, cells: counts.map(formatCount) }],
      })}
      actions={actions}
    >
      <div class="count-bars">
        <span class="count-bars-most" aria-hidden="true">
          {most > 0 && formatCompact(most)}
        </span>
        <div class="count-bars-plot">
          {counts.map((count, at) => (
            <button
              type="button"
              key={timeOf(at)}
              tabIndex={-1}
              disabled={count === 0}
              aria-label={`${formatDayClock(timeOf(at))}: ${formatCount(count)}`}
              data-tip={`${formatDayClock(timeOf(at))}: ${formatCount(count)} ${noun}`}
              onClick={() => onPick(timeOf(at), timeOf(at + 1))}
            >
              <i style={{ height: count ? `${Math.max(barMinPercent, (count / most) * 100)}%` : '' }} />
            </button>
          ))}
          {shownMarks.length > 0 && (
            <ul class="count-bars-marks" aria-label="Marks">
              {shownMarks.map(({ atMs, label }) => (
                <li
                  key={`${atMs}:${label}`}
                  style={{ left: `${((atMs - startMs) / span) * 100}%` }}
                  data-tip={`${formatDayClock(atMs)}: ${label}`}
                >
                  <span class="visually-hidden">{`${formatDayClock(atMs)}: ${label}`}</span>
                </li>
              ))}
            </ul>
          )}
        </div>
        <div class="count-bars-times" aria-hidden="true">
          {labels.map((at) => (
            <span key={at}>{timeTickLabel(timeOf(at), span)}</span>
          ))}
        </div>
      </div>
    </ChartFrame>
  );
}
