// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { draftOf, readDraft } from '../../src/settings/rule_form.ts';
import { planMove, type Prioritized } from '../../src/settings/rule_order.ts';
import { newRule } from '../../src/settings/xray_api.ts';

/** The names in the order they are asked once `changes` are made. */
function orderAfter(rules: Prioritized[], changes: Prioritized[]): string[] {
  const changed = rules.map((rule) => changes.find(({ name }) => name === rule.name) ?? rule);
  return [...changed].sort((a, b) => a.priority - b.priority).map(({ name }) => name);
}

const named = (...priorities: number[]) => priorities.map((priority, i) => ({ name: 'abcdefgh'[i]!, priority }));

describe('moving a rule', () => {
  it('puts it where it was moved to, for every pair of places', () => {
    for (const rules of [named(10, 20, 30, 40), named(1, 2, 3, 4), named(9996, 9997, 9998, 9999), named(5, 5, 5)]) {
      for (let from = 0; from < rules.length; from += 1) {
        for (let to = 0; to < rules.length; to += 1) {
          const wanted = rules.map(({ name }) => name);
          const [moved] = wanted.splice(from, 1);
          wanted.splice(to, 0, moved!);
          const changes = planMove(rules, from, to);
          if (from !== to) expect(orderAfter(rules, changes)).toEqual(wanted);
          for (const { priority } of changes) {
            expect(priority).toBeGreaterThanOrEqual(1);
            expect(priority).toBeLessThanOrEqual(9999);
          }
        }
      }
    }
  });

  it('changes that rule alone where there is room', () => {
    expect(planMove(named(10, 20, 30), 2, 0)).toEqual([{ name: 'c', priority: 5 }]);
  });

  it('does nothing beyond the ends', () => {
    expect(planMove(named(10, 20), 0, -1)).toEqual([]);
    expect(planMove(named(10, 20), 1, 2)).toEqual([]);
  });
});

describe('the form of a rule', () => {
  const good = { ...draftOf(newRule), RuleName: 'checkout' };

  it('reads what it shows', () => {
    const rule = { ...newRule, RuleName: 'x', Attributes: { tier: 'gold', a: 'b' } };
    const record = { ...rule, RuleARN: 'arn:aws:xray:::x', Version: 1 };
    expect(readDraft(draftOf(record), false)).toEqual({ rule, problems: {} });
  });

  it('names each wrong field', () => {
    const { problems } = readDraft(
      { ...good, RuleName: '', Priority: '0', FixedRate: '1.5', ReservoirSize: '-1', Host: ' ', Attributes: 'nonsense' },
      false,
    );
    expect(Object.keys(problems).sort()).toEqual(
      ['Attributes', 'FixedRate', 'Host', 'Priority', 'ReservoirSize', 'RuleName'],
    );
  });

  it('has no second Default, and of that one only the rates matter', () => {
    expect(readDraft({ ...good, RuleName: 'Default' }, false).problems.RuleName).toBeDefined();
    expect(readDraft({ ...good, RuleName: 'Default', Priority: '10000' }, true).problems).toEqual({});
  });
});
