// SPDX-License-Identifier: Apache-2.0
// Creates or changes a sampling rule.

import { useId, useState } from 'preact/hooks';
import { asApiError, type ApiError } from '../api/client.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { draftOf, readDraft, type RuleDraft } from './rule_form.ts';
import { createRule, newRule, updateRule, type RuleValues, type SamplingAnswer } from './xray_api.ts';

export interface RuleDialogProps {
  /** The rule to change; null makes a new one. */
  rule: RuleValues | null;
  seenServices: SamplingAnswer['seen_services'];
  onClose: () => void;
  onSaved: (name: string) => void;
}

interface FieldSpec {
  key: keyof RuleDraft;
  label: string;
  hint: string;
}

const numbers: FieldSpec[] = [
  { key: 'Priority', label: 'Priority', hint: '1 is asked first' },
  { key: 'ReservoirSize', label: 'Reservoir', hint: 'requests per second, always' },
  { key: 'FixedRate', label: 'Fixed rate', hint: '0 to 1, of the rest' },
];
const patterns: FieldSpec[] = [
  { key: 'ServiceName', label: 'Service name', hint: '' },
  { key: 'ServiceType', label: 'Service type', hint: '' },
  { key: 'Host', label: 'Host', hint: '' },
  { key: 'HTTPMethod', label: 'HTTP method', hint: '' },
  { key: 'URLPath', label: 'URL path', hint: '' },
  { key: 'ResourceARN', label: 'Resource ARN', hint: '' },
];

export function RuleDialog({ rule, seenServices, onClose, onSaved }: RuleDialogProps) {
  const isDefault = rule?.RuleName === 'Default';
  const [draft, setDraft] = useState<RuleDraft>(draftOf(rule ?? newRule));
  const [tried, setTried] = useState(false);
  const [error, setError] = useState<ApiError | null>(null);
  const base = useId();
  const { rule: wanted, problems } = readDraft(draft, isDefault);
  const save = async () => {
    setTried(true);
    if (Object.keys(problems).length > 0) return;
    const { RuleName, FixedRate, ReservoirSize } = wanted;
    try {
      await (rule ? updateRule(isDefault ? { RuleName, FixedRate, ReservoirSize } : wanted) : createRule(wanted));
      onSaved(RuleName);
    } catch (thrown) {
      setError(asApiError(thrown));
    }
  };
  const field = ({ key, label, hint }: FieldSpec, disabled = false) => {
    const problem = tried ? problems[key] : undefined;
    const id = `${base}-${key}`;
    return (
      <div class="field" key={key}>
        <label for={id}>{label}</label>
        <input
          id={id}
          class="input mono"
          value={draft[key]}
          disabled={disabled}
          autocomplete="off"
          spellcheck={false}
          list={key === 'ServiceName' ? `${base}-services` : undefined}
          aria-invalid={problem !== undefined}
          aria-describedby={problem || hint ? `${id}-hint` : undefined}
          onInput={(event) => setDraft({ ...draft, [key]: event.currentTarget.value })}
        />
        {(problem || hint) && (
          <span id={`${id}-hint`} class={problem ? 'error-text caption-size' : 'caption'}>
            {problem ?? hint}
          </span>
        )}
      </div>
    );
  };
  const problem = tried ? problems.Attributes : undefined;
  return (
    <Dialog title={rule ? `Sampling rule ${rule.RuleName}` : 'New sampling rule'} wide onClose={onClose}>
      <form
        class="stack"
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        {field({ key: 'RuleName', label: 'Name', hint: '' }, rule !== null)}
        <div class="rule-grid three">{numbers.map((spec) => field(spec, isDefault && spec.key === 'Priority'))}</div>
        <p class="caption">Which requests: * stands for anything, ? for one character.</p>
        <div class="rule-grid">{patterns.map((spec) => field(spec, isDefault))}</div>
        <datalist id={`${base}-services`}>
          {seenServices.map(({ name }) => (
            <option key={name} value={name} />
          ))}
        </datalist>
        {!isDefault && (
          <div class="field">
            <label for={`${base}-attributes`}>Attributes, one key=value a line</label>
            <textarea
              id={`${base}-attributes`}
              class="input"
              rows={2}
              value={draft.Attributes}
              aria-invalid={problem !== undefined}
              aria-describedby={problem ? `${base}-attributes-hint` : undefined}
              onInput={(event) => setDraft({ ...draft, Attributes: event.currentTarget.value })}
            />
            {problem && (
              <span id={`${base}-attributes-hint`} class="error-text caption-size">
                {problem}
              </span>
            )}
          </div>
        )}
        {error && (
          <p class="error-text" role="alert">
            {error.message}
          </p>
        )}
        <div class="dialog-actions">
          <Button onClick={onClose}>Cancel</Button>
          <Button look="primary" type="submit">
            {rule ? 'Save rule' : 'Create rule'}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
