// SPDX-License-Identifier: Apache-2.0
// Rules about who is told of errors; shapes of docs/wire/ui-api.md, "Errors".

import { apiUrl, getJson, postJson, remove, send } from '../api/client.ts';
import type { Level } from '../errors/types.ts';

export type Trigger = 'new_item' | 'reactivated_item' | 'exp_repeat_item' | 'occurrence_rate';
export type Channel = 'webhook' | 'email';

/** What one may set of a rule. */
export interface RuleValues {
  project_id: number;
  trigger: Trigger;
  /** Empty: any. */
  environment: string;
  level: Level;
  /** Of `occurrence_rate` only. */
  rate_count: number;
  rate_period_s: number;
  channel: Channel;
  target: string;
  hourly_max: number;
  ui_url: string;
  enabled: boolean;
}

export interface NotificationRule extends RuleValues {
  id: number;
  project: string;
  sent: number;
  failed: number;
  last_sent_ms: number | null;
  last_error: string;
}

export interface RulesAnswer {
  can_mail: boolean;
  rules: NotificationRule[];
}

export const fetchRules = (abort?: AbortSignal) => getJson<RulesAnswer>(apiUrl('errors/notifications'), abort);

export async function saveRule(id: number | null, rule: RuleValues): Promise<void> {
  const url = apiUrl(id === null ? 'errors/notifications' : `errors/notifications/${id}`);
  await send(url, { method: id === null ? 'POST' : 'PUT', body: rule });
}

export const deleteRule = (id: number) => remove(apiUrl(`errors/notifications/${id}`));

export const tryRule = (rule: RuleValues) =>
  postJson<{ sent: boolean; error: string }>(apiUrl('errors/notifications/test'), rule);
