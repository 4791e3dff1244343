// SPDX-License-Identifier: Apache-2.0
// How requests ended, as parts of a ring and as words.

import { formatPercent } from '../format/number.ts';
import type { Outcomes } from './map_types.ts';

export const outcomeKinds = ['ok', 'error', 'throttle', 'fault'] as const;
export type OutcomeKind = (typeof outcomeKinds)[number];

/** The colour token of each. */
export const outcomeColour: Record<OutcomeKind, string> = {
  ok: 'ok',
  error: 'warn',
  throttle: 'throttle',
  fault: 'error',
};

export interface Arc {
  kind: OutcomeKind;
  /** Fractions of the ring. */
  from: number;
  length: number;
}

/** The smallest part still seen; a fault among thousands must not vanish. */
const visibleMin = 0.02;

export function arcsOf(outcomes: Outcomes): Arc[] {
  if (outcomes.total === 0) return [];
  const present = outcomeKinds.filter((kind) => outcomes[kind] > 0);
  const lengths = present.map((kind) => Math.max(visibleMin, outcomes[kind] / outcomes.total));
  const sum = lengths.reduce((a, b) => a + b, 0);
  let from = 0;
  return present.map((kind, i) => {
    const length = lengths[i]! / sum;
    const arc = { kind, from, length };
    from += length;
    return arc;
  });
}

/** `4.5 % fault, 2 % error`; empty when all is well. */
export function failureWords(outcomes: Outcomes): string {
  return [...outcomeKinds]
    .reverse()
    .filter((kind) => kind !== 'ok' && outcomes[kind] > 0)
    .map((kind) => `${formatPercent(outcomes[kind] / outcomes.total)} ${kind}`)
    .join(', ');
}

/** The worst failure alone, for the narrow room below a node. */
export function worstOf(outcomes: Outcomes): { kind: OutcomeKind; words: string } | null {
  const kind = (['fault', 'throttle', 'error'] as const).find((one) => outcomes[one] > 0);
  return kind ? { kind, words: `${formatPercent(outcomes[kind] / outcomes.total)} ${kind}` } : null;
}
