// SPDX-License-Identifier: Apache-2.0
// Moving a rule among others means giving it, and as few others as need be, new priorities.

export interface Prioritized {
  name: string;
  priority: number;
}

export const priorityMax = 9999;
const step = 10;

/**
 * What changes so that rule `from` of `rules` (in the order they are asked, without the default)
 * stands at `to`. A free priority between its new neighbours is taken; without one all are spread anew.
 */
export function planMove(rules: readonly Prioritized[], from: number, to: number): Prioritized[] {
  const moved = rules[from];
  if (!moved || from === to || to < 0 || to >= rules.length) return [];
  const order = rules.filter((_, i) => i !== from);
  order.splice(to, 0, moved);
  const before = order[to - 1]?.priority ?? 0;
  const after = order[to + 1]?.priority ?? Math.min(priorityMax + 1, before + 2 * step);
  if (after - before >= 2) return [{ name: moved.name, priority: Math.floor((before + after) / 2) }];
  const apart = Math.max(1, Math.min(step, Math.floor(priorityMax / order.length)));
  return order
    .map(({ name }, i) => ({ name, priority: (i + 1) * apart }))
    .filter(({ name, priority }) => rules.find((rule) => rule.name === name)?.priority !== priority);
}
