// SPDX-License-Identifier: Apache-2.0
// A rule as it is typed, what is wrong with it, and how a rule reads.

import type { NotificationRule, RuleValues, Trigger } from './notifications_api.ts';

export const triggers: { value: Trigger; label: string }[] = [
  { value: 'new_item', label: 'A new item' },
  { value: 'reactivated_item', label: 'A resolved item comes back' },
  { value: 'exp_repeat_item', label: 'The 10th, 100th, 1,000th … occurrence' },
  { value: 'occurrence_rate', label: 'A high rate of occurrences' },
];

export const periods = [
  { value: 60, label: '1 minute' },
  { value: 300, label: '5 minutes' },
  { value: 1800, label: '30 minutes' },
  { value: 3600, label: '1 hour' },
  { value: 86_400, label: '1 day' },
];

/** Numbers are not yet known to be any. */
export interface RuleDraft extends Omit<RuleValues, 'rate_count' | 'hourly_max'> {
  rate_count: string;
  hourly_max: string;
}

export type RuleProblems = Partial<Record<'target' | 'rate_count' | 'hourly_max', string>>;

const hourlyMax = 10_000;

export function draftOf(rule: NotificationRule | null, projectId: number, uiUrl: string): RuleDraft {
  return {
    project_id: rule?.project_id ?? projectId,
    trigger: rule?.trigger ?? 'new_item',
    environment: rule?.environment ?? '',
    level: rule?.level ?? 'error',
    rate_count: String(rule?.rate_count || 100),
    rate_period_s: rule?.rate_period_s || 300,
    channel: rule?.channel ?? 'webhook',
    target: rule?.target ?? '',
    hourly_max: String(rule?.hourly_max ?? 60),
    ui_url: uiUrl,
    enabled: rule?.enabled ?? true,
  };
}

function isWhole(text: string, high: number): boolean {
  return /^\d+$/.test(text.trim()) && Number(text) >= 1 && Number(text) <= high;
}

/** The rule a draft means; it counts only without problems. */
export function readDraft(draft: RuleDraft): { rule: RuleValues; problems: RuleProblems } {
  const problems: RuleProblems = {};
  const target = draft.target.trim();
  if (draft.channel === 'webhook' && !/^https?:\/\/\S+$/.test(target)) problems.target = 'an http or https address';
  if (draft.channel === 'email' && !/^[^\s@<>,;"]+@[^\s@<>,;"]+$/.test(target)) problems.target = 'an e-mail address';
  const isRate = draft.trigger === 'occurrence_rate';
  if (isRate && !isWhole(draft.rate_count, 1e9)) problems.rate_count = 'a whole number from 1';
  if (!isWhole(draft.hourly_max, hourlyMax)) problems.hourly_max = 'a whole number from 1 to 10,000';
  const rule = {
    ...draft,
    environment: draft.environment.trim(),
    target,
    rate_count: isRate ? Number(draft.rate_count) : 0,
    rate_period_s: isRate ? draft.rate_period_s : 0,
    hourly_max: Number(draft.hourly_max),
  };
  return { rule, problems };
}

/** When a rule tells, in a few words. */
export function describeTrigger({ trigger, rate_count, rate_period_s }: RuleValues): string {
  if (trigger !== 'occurrence_rate') return triggers.find(({ value }) => value === trigger)!.label;
  const period = periods.find(({ value }) => value === rate_period_s)?.label ?? `${rate_period_s} s`;
  return `${rate_count.toLocaleString('en')} occurrences within ${period}`;
}
