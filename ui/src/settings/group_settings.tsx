// SPDX-License-Identifier: Apache-2.0
// X-Ray's groups: filter expressions with a name, to be chosen on the map.

import { useEffect, useState } from 'preact/hooks';
import { apiUrl, asApiError, postJson, type ApiError } from '../api/client.ts';
import type { TracesAnswer } from '../api/types.ts';
import { formatCount } from '../format/number.ts';
import { FilterProblem, useFilterCheck } from '../map/filter_box.tsx';
import { useGroups, type XrayGroup } from '../map/group_picker.tsx';
import { hrefOf } from '../route/href.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Skeleton } from '../ui/empty_state.tsx';
import { ErrorCard } from '../ui/error_card.tsx';
import { Table, type TableColumn } from '../ui/table.tsx';
import { toast } from '../ui/toast.tsx';

const testRunMs = 24 * 3_600_000;
const restMs = 400;

function columnsFor(edit: (group: XrayGroup) => void, remove: (group: XrayGroup) => void): TableColumn<XrayGroup>[] {
  return [
    { key: 'name', header: 'Name', sortValue: (group) => group.GroupName, render: (group) => <strong>{group.GroupName}</strong> },
    {
      key: 'filter',
      header: 'Filter expression',
      class: 'mono rule-which',
      render: (group) => group.FilterExpression || <span class="muted">every trace</span>,
    },
    {
      key: 'insights',
      header: 'Insights',
      render: (group) => (group.InsightsConfiguration?.InsightsEnabled ? 'on' : <span class="muted">off</span>),
    },
    {
      key: 'actions',
      header: <span class="visually-hidden">Actions</span>,
      align: 'end',
      render: (group) => (
        <>
          <a class="button ghost in-row" href={hrefOf('/map', { group: group.GroupName === 'Default' ? null : group.GroupName })} aria-label={`Map of ${group.GroupName}`}>
            Map
          </a>
          {group.GroupName !== 'Default' && (
            <>
              <Button look="ghost" class="in-row" aria-label={`Edit ${group.GroupName}`} onClick={() => edit(group)}>
                Edit
              </Button>
              <Button look="ghost" icon="trash" class="in-row" label={`Delete ${group.GroupName}`} onClick={() => remove(group)} />
            </>
          )}
        </>
      ),
    },
  ];
}

export function GroupSettings() {
  const groups = useGroups();
  const [dialog, setDialog] = useState<{ group: XrayGroup | null } | null>(null);
  const [error, setError] = useState<ApiError | null>(null);
  const remove = ({ GroupName }: XrayGroup) => {
    if (!confirm(`Delete the group “${GroupName}”? The traces stay.`)) return;
    postJson('/DeleteGroup', { GroupName }).then(
      () => {
        toast(`Deleted “${GroupName}”`);
        groups.reload();
      },
      (thrown: unknown) => setError(asApiError(thrown)),
    );
  };
  return (
    <div class="stack">
      <div class="row">
        <p class="muted rule-lead">A group is a filter expression with a name: choose it on the map and in X-Ray’s API.</p>
        <Button look="primary" icon="plus" onClick={() => setDialog({ group: null })}>
          New group
        </Button>
      </div>
      {error && <ErrorCard what="That did not work" error={error} />}
      {groups.error && <ErrorCard what="Groups could not be listed" error={groups.error} onRetry={groups.reload} />}
      {!groups.data && !groups.error && <Skeleton />}
      {groups.data && (
        <Table
          label="Groups"
          columns={columnsFor((group) => setDialog({ group }), remove)}
          rows={groups.data}
          rowKey={({ GroupName }) => GroupName}
          rowData={({ GroupName }) => ({ 'data-group': GroupName })}
        />
      )}
      {dialog && (
        <GroupDialog
          group={dialog.group}
          onClose={() => setDialog(null)}
          onSaved={(name) => {
            setDialog(null);
            toast(`Saved “${name}”`);
            groups.reload();
          }}
        />
      )}
    </div>
  );
}

/** How many of the last day's traces an expression selects; null while that is not known. */
function useTestRun(expression: string, isGood: boolean): number | null {
  const [run, setRun] = useState<{ of: string; matched: number } | null>(null);
  useEffect(() => {
    if (!isGood || expression.trim() === '') return undefined;
    const abort = new AbortController();
    const timer = setTimeout(() => {
      const end_ms = Date.now();
      const body = { dataset: '__all__', start_ms: end_ms - testRunMs, end_ms, filters: [], expression, order: 'newest', columns: [], limit: 1 };
      postJson<TracesAnswer>(apiUrl('traces'), body, abort.signal).then(
        ({ matched }) => setRun({ of: expression, matched }),
        () => undefined,
      );
    }, restMs);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [expression, isGood]);
  return run?.of === expression ? run.matched : null;
}

interface GroupDialogProps {
  group: XrayGroup | null;
  onClose: () => void;
  onSaved: (name: string) => void;
}

function GroupDialog({ group, onClose, onSaved }: GroupDialogProps) {
  const [name, setName] = useState(group?.GroupName ?? '');
  const [expression, setExpression] = useState(group?.FilterExpression ?? '');
  const [insights, setInsights] = useState(group?.InsightsConfiguration?.InsightsEnabled ?? false);
  const [error, setError] = useState<ApiError | null>(null);
  const check = useFilterCheck(expression);
  const matched = useTestRun(expression, check === null);
  const save = async () => {
    if (name.trim() === '' || check) return;
    const body = {
      GroupName: name.trim(),
      FilterExpression: expression.trim(),
      InsightsConfiguration: { InsightsEnabled: insights, NotificationsEnabled: false },
    };
    try {
      await postJson(group ? '/UpdateGroup' : '/CreateGroup', body);
      onSaved(body.GroupName);
    } catch (thrown) {
      setError(asApiError(thrown));
    }
  };
  return (
    <Dialog title={group ? `Group ${group.GroupName}` : 'New group'} wide onClose={onClose}>
      <form
        class="stack"
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        <label class="field">
          Name
          <input
            class="input"
            required
            maxLength={32}
            disabled={group !== null}
            value={name}
            onInput={(event) => setName(event.currentTarget.value)}
          />
        </label>
        <label class="field">
          Filter expression
          <input
            class="input mono"
            aria-invalid={check !== null}
            aria-describedby={check ? 'group-problem' : undefined}
            placeholder={'service("backend-flask") AND responsetime > 1'}
            autocomplete="off"
            spellcheck={false}
            value={expression}
            onInput={(event) => setExpression(event.currentTarget.value)}
          />
        </label>
        {check && <FilterProblem id="group-problem" expression={expression} check={check} />}
        <p class="muted" role="status">
          {matched === null ? 'Type an expression to see how many traces of the last day it selects.' : `Selects ${formatCount(matched)} traces of the last day.`}
        </p>
        <label class="check">
          <input type="checkbox" checked={insights} onChange={(event) => setInsights(event.currentTarget.checked)} />
          Insights (kept for X-Ray’s API)
        </label>
        {error && (
          <p class="error-text" role="alert">
            {error.message}
          </p>
        )}
        <div class="dialog-actions">
          <Button onClick={onClose}>Cancel</Button>
          <Button look="primary" type="submit" disabled={check !== null}>
            {group ? 'Save group' : 'Create group'}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
