// SPDX-License-Identifier: Apache-2.0
// Who is told of errors: a list of rules, each to be changed, tried or deleted.

import { useState } from 'preact/hooks';
import { asApiError, type ApiError } from '../api/client.ts';
import { useResource } from '../api/resource.ts';
import { fetchProjects } from '../errors/errors_api.ts';
import { formatCount } from '../format/number.ts';
import { formatAgo } from '../format/time.ts';
import { Button } from '../ui/button.tsx';
import { EmptyState, Skeleton } from '../ui/empty_state.tsx';
import { ErrorCard } from '../ui/error_card.tsx';
import { Table, type TableColumn } from '../ui/table.tsx';
import { toast } from '../ui/toast.tsx';
import { NotificationDialog } from './notification_dialog.tsx';
import { describeTrigger } from './notification_form.ts';
import { deleteRule, fetchRules, type NotificationRule } from './notifications_api.ts';

function Outcome({ rule }: { rule: NotificationRule }) {
  if (!rule.enabled) return <span class="muted">not in force</span>;
  if (rule.last_error) return <span class="error-text">{rule.last_error}</span>;
  if (rule.last_sent_ms === null) return <span class="muted">nothing yet</span>;
  return (
    <>
      {formatCount(rule.sent)} sent, {formatAgo(rule.last_sent_ms, Date.now())}
    </>
  );
}

function columnsFor(
  edit: (rule: NotificationRule) => void,
  remove: (rule: NotificationRule) => void,
): TableColumn<NotificationRule>[] {
  return [
    { key: 'when', header: 'When', render: (rule) => <strong>{describeTrigger(rule)}</strong> },
    {
      key: 'where',
      header: 'Of',
      render: ({ project, environment, level }) => (
        <>
          {project} <span class="muted">{environment || 'any environment'}, {level} or worse</span>
        </>
      ),
    },
    { key: 'target', header: 'To', class: 'mono rule-which', render: ({ target }) => target },
    { key: 'outcome', header: 'Since the start', render: (rule) => <Outcome rule={rule} /> },
    {
      key: 'actions',
      header: <span class="visually-hidden">Actions</span>,
      align: 'end',
      render: (rule) => (
        <>
          <Button look="ghost" class="in-row" aria-label={`Edit the rule for ${rule.target}`} onClick={() => edit(rule)}>
            Edit
          </Button>
          <Button
            look="ghost"
            icon="trash"
            class="in-row"
            label={`Delete the rule for ${rule.target}`}
            onClick={() => remove(rule)}
          />
        </>
      ),
    },
  ];
}

export function NotificationSettings() {
  const rules = useResource('notification-rules', fetchRules);
  const projects = useResource('error-projects', fetchProjects);
  const [dialog, setDialog] = useState<{ rule: NotificationRule | null } | null>(null);
  const [error, setError] = useState<ApiError | null>(null);
  const remove = (rule: NotificationRule) => {
    if (!confirm(`Delete the rule for “${rule.target}”?`)) return;
    deleteRule(rule.id).then(
      () => {
        setError(null);
        toast('Deleted the rule');
        rules.reload();
      },
      (thrown: unknown) => setError(asApiError(thrown)),
    );
  };
  const failed = rules.error ?? projects.error;
  const hasProjects = (projects.data?.length ?? 0) > 0;
  return (
    <div class="stack">
      <div class="row">
        <p class="muted rule-lead">
          A rule tells somebody what happens to the errors of a project. Muted, archived and snoozed items are left out.
        </p>
        <Button look="primary" icon="plus" disabled={!hasProjects} onClick={() => setDialog({ rule: null })}>
          New rule
        </Button>
      </div>
      {error && <ErrorCard what="That did not work" error={error} />}
      {failed && <ErrorCard what="Rules could not be listed" error={failed} onRetry={rules.error ? rules.reload : projects.reload} />}
      {!failed && !(rules.data && projects.data) && <Skeleton />}
      {projects.data && !hasProjects && (
        <EmptyState title="No projects yet" actions={<a href="/send?sdk=rollbar">Send an error</a>}>
          A rule belongs to a project, and the first error makes one.
        </EmptyState>
      )}
      {rules.data && hasProjects && (
        <Table
          label="Notification rules"
          columns={columnsFor((rule) => setDialog({ rule }), remove)}
          rows={rules.data.rules}
          rowKey={({ id }) => String(id)}
          rowData={({ id }) => ({ 'data-rule': String(id) })}
        />
      )}
      {dialog && rules.data && projects.data && (
        <NotificationDialog
          rule={dialog.rule}
          projects={projects.data}
          canMail={rules.data.can_mail}
          onClose={() => setDialog(null)}
          onSaved={() => {
            setDialog(null);
            toast('Saved the rule');
            rules.reload();
          }}
        />
      )}
    </div>
  );
}
