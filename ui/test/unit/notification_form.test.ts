// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { describeTrigger, draftOf, readDraft } from '../../src/settings/notification_form.ts';

const draft = { ...draftOf(null, 3, 'http://tracery.example'), target: ' https://chat.example/hook ' };

test('a new rule tells of new errors of the first project', () => {
  const { rule, problems } = readDraft(draft);
  expect(problems).toEqual({});
  expect(rule).toEqual({
    project_id: 3, trigger: 'new_item', environment: '', level: 'error', rate_count: 0, rate_period_s: 0,
    channel: 'webhook', target: 'https://chat.example/hook', hourly_max: 60, ui_url: 'http://tracery.example',
    enabled: true,
  });
});

test('what cannot work is said by its field', () => {
  const problems = (change: object) => Object.keys(readDraft({ ...draft, ...change }).problems);
  expect(problems({ target: 'chat.example' })).toEqual(['target']);
  expect(problems({ channel: 'email' })).toEqual(['target']);
  expect(problems({ channel: 'email', target: 'ana@shop.example' })).toEqual([]);
  expect(problems({ rate_count: '0' })).toEqual([]);
  expect(problems({ trigger: 'occurrence_rate', rate_count: '1.5', hourly_max: '' })).toEqual(['rate_count', 'hourly_max']);
});

test('a rate reads as one', () => {
  const { rule } = readDraft({ ...draft, trigger: 'occurrence_rate', rate_count: '1500', rate_period_s: 3600 });
  expect(describeTrigger(rule)).toBe('1,500 occurrences within 1 hour');
});
