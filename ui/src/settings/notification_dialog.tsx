// SPDX-License-Identifier: Apache-2.0
// Creates, changes or tries a rule about who is told of errors.

import { useId, useState } from 'preact/hooks';
import { asApiError } from '../api/client.ts';
import { levels, type ErrorProject, type Level } from '../errors/types.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { draftOf, periods, readDraft, triggers, type RuleDraft, type RuleProblems } from './notification_form.ts';
import { saveRule, tryRule, type Channel, type NotificationRule, type Trigger } from './notifications_api.ts';

export interface NotificationDialogProps {
  /** The rule to change; null makes a new one. */
  rule: NotificationRule | null;
  projects: ErrorProject[];
  canMail: boolean;
  onClose: () => void;
  onSaved: () => void;
}

export function NotificationDialog({ rule, projects, canMail, onClose, onSaved }: NotificationDialogProps) {
  const [draft, setDraft] = useState(draftOf(rule, projects[0]?.id ?? 0, location.origin));
  const [tried, setTried] = useState(false);
  const [told, setTold] = useState<{ text: string; isGood: boolean } | null>(null);
  const { rule: wanted, problems } = readDraft(draft);
  const set = (change: Partial<RuleDraft>) => setDraft({ ...draft, ...change });
  const attempt = async (action: () => Promise<void>) => {
    setTried(true);
    setTold(null);
    if (Object.keys(problems).length > 0) return;
    try {
      await action();
    } catch (thrown) {
      setTold({ text: asApiError(thrown).message, isGood: false });
    }
  };
  const save = () =>
    attempt(async () => {
      await saveRule(rule?.id ?? null, wanted);
      onSaved();
    });
  const test = () =>
    attempt(async () => {
      const { sent, error } = await tryRule(wanted);
      setTold({ text: sent ? 'A test message was delivered.' : `Not delivered: ${error}`, isGood: sent });
    });
  return (
    <Dialog title={rule ? 'Change the rule' : 'New rule'} wide onClose={onClose}>
      <form
        class="stack"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        <WhatFields draft={draft} problems={tried ? problems : {}} projects={projects} set={set} />
        <WhomFields draft={draft} problems={tried ? problems : {}} canMail={canMail} set={set} />
        <label class="check">
          <input type="checkbox" checked={draft.enabled} onChange={(event) => set({ enabled: event.currentTarget.checked })} />
          In force
        </label>
        <p class={told && !told.isGood ? 'error-text' : 'muted'} role={told && !told.isGood ? 'alert' : 'status'}>
          {told?.text}
        </p>
        <div class="dialog-actions">
          <Button onClick={() => void test()}>Send a test</Button>
          <Button onClick={onClose}>Cancel</Button>
          <Button look="primary" type="submit">
            {rule ? 'Save rule' : 'Create rule'}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

interface FieldsProps {
  draft: RuleDraft;
  problems: RuleProblems;
  set: (change: Partial<RuleDraft>) => void;
}

function WhatFields({ draft, problems, projects, set }: FieldsProps & { projects: ErrorProject[] }) {
  return (
    <>
      <div class="rule-grid">
        <Select
          label="Project"
          value={String(draft.project_id)}
          options={projects.map(({ id, name }) => ({ value: String(id), label: name }))}
          onChange={(value) => set({ project_id: Number(value) })}
        />
        <Select label="When" value={draft.trigger} options={triggers} onChange={(value) => set({ trigger: value as Trigger })} />
        <Text label="Environment" hint="empty for any" value={draft.environment} onInput={(environment) => set({ environment })} />
        <Select
          label="Level, at least"
          value={draft.level}
          options={levels.map((value) => ({ value, label: value }))}
          onChange={(value) => set({ level: value as Level })}
        />
      </div>
      {draft.trigger === 'occurrence_rate' && (
        <div class="rule-grid">
          <Text
            label="Occurrences of one item"
            value={draft.rate_count}
            problem={problems.rate_count}
            onInput={(rate_count) => set({ rate_count })}
          />
          <Select
            label="Within"
            value={String(draft.rate_period_s)}
            options={periods.map(({ value, label }) => ({ value: String(value), label }))}
            onChange={(value) => set({ rate_period_s: Number(value) })}
          />
        </div>
      )}
    </>
  );
}

function WhomFields({ draft, problems, canMail, set }: FieldsProps & { canMail: boolean }) {
  const isMail = draft.channel === 'email';
  return (
    <div class="rule-grid">
      <Select
        label="By"
        value={draft.channel}
        options={[
          { value: 'webhook', label: 'Webhook' },
          { value: 'email', label: 'E-mail' },
        ]}
        hint={isMail && !canMail ? 'The server was started without --smtp.' : ''}
        onChange={(value) => set({ channel: value as Channel })}
      />
      <Text
        label="To"
        value={draft.target}
        hint={isMail ? 'an address' : 'a URL; it gets JSON as Rollbar’s webhooks do'}
        problem={problems.target}
        onInput={(target) => set({ target })}
      />
      <Text
        label="Messages an hour, at most"
        value={draft.hourly_max}
        problem={problems.hourly_max}
        onInput={(hourly_max) => set({ hourly_max })}
      />
    </div>
  );
}

interface TextProps {
  label: string;
  value: string;
  hint?: string;
  problem?: string | undefined;
  onInput: (value: string) => void;
}

function Text({ label, value, hint = '', problem, onInput }: TextProps) {
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <input
        id={id}
        class="input"
        value={value}
        autocomplete="off"
        spellcheck={false}
        aria-invalid={problem !== undefined}
        aria-describedby={problem || hint ? `${id}-hint` : undefined}
        onInput={(event) => onInput(event.currentTarget.value)}
      />
      {(problem || hint) && (
        <span id={`${id}-hint`} class={problem ? 'error-text caption-size' : 'caption'}>
          {problem ?? hint}
        </span>
      )}
    </div>
  );
}

interface SelectProps {
  label: string;
  value: string;
  options: { value: string; label: string }[];
  hint?: string;
  onChange: (value: string) => void;
}

function Select({ label, value, options, hint = '', onChange }: SelectProps) {
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <select
        id={id}
        class="input"
        value={value}
        aria-describedby={hint ? `${id}-hint` : undefined}
        onChange={(event) => onChange(event.currentTarget.value)}
      >
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </select>
      {hint && (
        <span id={`${id}-hint`} class="caption">
          {hint}
        </span>
      )}
    </div>
  );
}
