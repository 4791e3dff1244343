// SPDX-License-Identifier: Apache-2.0
// What may be wrong with a sampling rule, by field; the limits are X-Ray's.

import { priorityMax } from './rule_order.ts';
import { newRule, type RuleValues } from './xray_api.ts';

export type RuleProblems = Partial<Record<keyof RuleValues, string>>;

const nameMax = 32;
const attributesMax = 5;

/** Text of a form; numbers are not yet known to be any. */
export type RuleDraft = Record<Exclude<keyof RuleValues, 'Attributes'> | 'Attributes', string>;

export function draftOf(rule: RuleValues): RuleDraft {
  // The server's record has more than may be sent back.
  const keys = Object.keys(newRule) as (keyof RuleValues)[];
  const texts = Object.fromEntries(keys.map((key) => [key, String(rule[key])]));
  const lines = Object.entries(rule.Attributes ?? {}).map(([key, value]) => `${key}=${value}`);
  return { ...texts, Attributes: lines.join('\n') } as RuleDraft;
}

function readAttributes(text: string): Record<string, string> | null {
  const lines = text.split('\n').map((line) => line.trim()).filter(Boolean);
  const pairs = lines.map((line) => /^([^=]{1,32})=(.{1,32})$/.exec(line));
  if (lines.length > attributesMax || pairs.some((pair) => pair === null)) return null;
  return Object.fromEntries(pairs.map((pair) => [pair![1]!.trim(), pair![2]!.trim()]));
}

function isWhole(text: string, low: number, high: number): boolean {
  return /^\d+$/.test(text.trim()) && Number(text) >= low && Number(text) <= high;
}

function isRate(text: string): boolean {
  return text.trim() !== '' && Number(text) >= 0 && Number(text) <= 1;
}

/** The rule a draft means, and what is wrong with it; the rule counts only without problems. */
export function readDraft(draft: RuleDraft, isDefault: boolean): { rule: RuleValues; problems: RuleProblems } {
  const problems: RuleProblems = {};
  const name = draft.RuleName.trim();
  if (!isDefault && (name === '' || name.length > nameMax)) problems.RuleName = `1 to ${nameMax} characters`;
  if (!isDefault && name === 'Default') problems.RuleName = 'there is a rule Default already';
  if (!isDefault && !isWhole(draft.Priority, 1, priorityMax)) problems.Priority = `a whole number from 1 to ${priorityMax}`;
  if (!isRate(draft.FixedRate)) problems.FixedRate = 'a number from 0 to 1';
  if (!isWhole(draft.ReservoirSize, 0, 1e9)) problems.ReservoirSize = 'a whole number from 0';
  for (const key of ['ServiceName', 'ServiceType', 'Host', 'HTTPMethod', 'URLPath', 'ResourceARN'] as const) {
    if (draft[key].trim() === '') problems[key] = 'a pattern; * for any';
  }
  const attributes = readAttributes(draft.Attributes);
  if (attributes === null) problems.Attributes = `at most ${attributesMax} lines key=value, 32 characters each`;
  const rule = {
    ...Object.fromEntries(Object.entries(draft).map(([key, value]) => [key, value.trim()])),
    Priority: Number(draft.Priority),
    FixedRate: Number(draft.FixedRate),
    ReservoirSize: Number(draft.ReservoirSize),
    Attributes: attributes ?? {},
  } as RuleValues;
  return { rule, problems };
}
