// SPDX-License-Identifier: Apache-2.0
// X-Ray's sampling rules in the order they are asked, with what they did.

import { useEffect, useRef, useState } from 'preact/hooks';
import { asApiError, type ApiError } from '../api/client.ts';
import { useResource } from '../api/resource.ts';
import { Sparkline } from '../chart/sparkline.tsx';
import { formatCount, formatPercent } from '../format/number.ts';
import { formatAgo } from '../format/time.ts';
import { Button } from '../ui/button.tsx';
import { Skeleton } from '../ui/empty_state.tsx';
import { ErrorCard } from '../ui/error_card.tsx';
import { Table, type TableColumn } from '../ui/table.tsx';
import { toast } from '../ui/toast.tsx';
import { ExplainRequest } from './explain_request.tsx';
import { RuleDialog } from './rule_dialog.tsx';
import { planMove } from './rule_order.ts';
import { deleteRule, fetchSampling, updateRule, type RuleValues, type SamplingRule } from './xray_api.ts';

const refreshMs = 5000;

/** The patterns that are not "anything". */
function conditionsOf(rule: RuleValues): [string, string][] {
  const named: [string, string][] = [
    ['service', rule.ServiceName],
    ['type', rule.ServiceType],
    ['host', rule.Host],
    ['method', rule.HTTPMethod],
    ['path', rule.URLPath],
    ['arn', rule.ResourceARN],
    ...Object.entries(rule.Attributes ?? {}),
  ];
  return named.filter(([, pattern]) => pattern !== '*');
}

interface RowActions {
  edit: (rule: RuleValues) => void;
  remove: (rule: RuleValues) => void;
}

function columnsFor({ edit, remove }: RowActions): TableColumn<SamplingRule>[] {
  return [
    { key: 'priority', header: 'Priority', align: 'end', render: ({ rule }) => rule.Priority },
    { key: 'name', header: 'Name', render: ({ rule }) => <strong>{rule.RuleName}</strong> },
    {
      key: 'which',
      header: 'Requests',
      class: 'rule-which',
      render: ({ rule }) => {
        const conditions = conditionsOf(rule);
        if (conditions.length === 0) return <span class="muted">any</span>;
        return conditions.map(([name, pattern]) => (
          <span key={name} class="badge mono">
            {name} {pattern}
          </span>
        ));
      },
    },
    { key: 'reservoir', header: 'Reservoir', align: 'end', render: ({ rule }) => `${formatCount(rule.ReservoirSize)}/s` },
    { key: 'rate', header: 'Fixed rate', align: 'end', render: ({ rule }) => formatPercent(rule.FixedRate) },
    { key: 'matched', header: 'Matched', align: 'end', render: ({ total }) => formatCount(total.matched) },
    { key: 'sampled', header: 'Sampled', align: 'end', render: ({ total }) => formatCount(total.sampled) },
    { key: 'borrowed', header: 'Borrowed', align: 'end', render: ({ total }) => formatCount(total.borrowed) },
    {
      key: 'recent',
      header: 'Recently',
      render: ({ windows, last_matched_ms }) =>
        windows.length > 1 ? (
          <Sparkline kind="bars" token="s0" values={windows.map(({ matched }) => matched)} />
        ) : (
          <span class="muted">{last_matched_ms ? formatAgo(last_matched_ms, Date.now()) : 'not yet'}</span>
        ),
    },
    {
      key: 'actions',
      header: <span class="visually-hidden">Actions</span>,
      align: 'end',
      render: ({ rule, is_default }) => (
        <>
          <Button look="ghost" class="in-row" aria-label={`Edit ${rule.RuleName}`} onClick={() => edit(rule)}>
            Edit
          </Button>
          {!is_default && (
            <Button look="ghost" icon="trash" class="in-row" label={`Delete ${rule.RuleName}`} onClick={() => remove(rule)} />
          )}
        </>
      ),
    },
  ];
}

export function SamplingSettings() {
  const sampling = useResource('sampling', fetchSampling);
  const [dialog, setDialog] = useState<{ rule: RuleValues | null } | null>(null);
  const [error, setError] = useState<ApiError | null>(null);
  const reload = sampling.reload;
  useEffect(() => {
    const timer = setInterval(() => document.visibilityState === 'visible' && reload(), refreshMs);
    return () => clearInterval(timer);
  }, []);
  const attempt = async (action: () => Promise<unknown>, done: string) => {
    try {
      await action();
      setError(null);
      toast(done);
    } catch (thrown) {
      setError(asApiError(thrown));
    }
    reload();
  };
  const remove = ({ RuleName }: RuleValues) => {
    if (!confirm(`Delete the sampling rule “${RuleName}”?`)) return;
    void attempt(() => deleteRule(RuleName), `Deleted “${RuleName}”`);
  };
  return (
    <div class="stack">
      <div class="row">
        <p class="muted rule-lead">
          SDKs ask for these rules every few minutes. The first rule that matches a request decides: so many a second
          are always traced (the reservoir), of the others a share (the fixed rate).
        </p>
        <Button look="primary" icon="plus" onClick={() => setDialog({ rule: null })}>
          New rule
        </Button>
      </div>
      {error && <ErrorCard what="That did not work" error={error} />}
      {sampling.error && <ErrorCard what="Rules could not be listed" error={sampling.error} onRetry={reload} />}
      {!sampling.data && !sampling.error && <Skeleton />}
      {sampling.data && (
        <RuleTable
          rules={sampling.data.rules}
          columns={columnsFor({ edit: (rule) => setDialog({ rule }), remove })}
          onMove={(from, to) => {
            const named = sampling.data!.rules
              .filter(({ is_default }) => !is_default)
              .map(({ rule }) => ({ name: rule.RuleName, priority: rule.Priority }));
            const changes = planMove(named, from, to);
            if (changes.length === 0) return;
            void attempt(async () => {
              for (const { name, priority } of changes) await updateRule({ RuleName: name, Priority: priority });
            }, `“${named[from]!.name}” is now number ${to + 1}`);
          }}
        />
      )}
      <p class="caption">Drag a rule, or press Alt with ↑ or ↓ on its row, to change when it is asked.</p>
      <ExplainRequest services={sampling.data?.seen_services ?? []} />
      {dialog && (
        <RuleDialog
          rule={dialog.rule}
          seenServices={sampling.data?.seen_services ?? []}
          onClose={() => setDialog(null)}
          onSaved={(name) => {
            setDialog(null);
            toast(`Saved “${name}”`);
            reload();
          }}
        />
      )}
    </div>
  );
}

interface RuleTableProps {
  rules: SamplingRule[];
  columns: TableColumn<SamplingRule>[];
  onMove: (from: number, to: number) => void;
}

/** The row an event is about, unless it is the default's, which stays last. */
function movableIndex(event: Event, rules: SamplingRule[]): number {
  const row = (event.target as Element).closest<HTMLElement>('tr[data-rule]');
  return rules.findIndex(({ rule, is_default }) => !is_default && rule.RuleName === row?.dataset['rule']);
}

function RuleTable({ rules, columns, onMove }: RuleTableProps) {
  const draggedRef = useRef(-1);
  const boxRef = useRef<HTMLDivElement>(null);
  const move = (from: number, to: number) => {
    const name = rules[from]?.rule.RuleName;
    onMove(from, to);
    // The row keeps its key, so it moves with the focus on it.
    if (name) boxRef.current?.querySelector<HTMLElement>(`tr[data-rule="${CSS.escape(name)}"]`)?.focus();
  };
  return (
    <div
      ref={boxRef}
      class="rule-table"
      onKeyDown={(event) => {
        const step = event.key === 'ArrowUp' ? -1 : event.key === 'ArrowDown' ? 1 : 0;
        if (!event.altKey || step === 0) return;
        event.preventDefault();
        const from = movableIndex(event, rules);
        if (from >= 0) move(from, from + step);
      }}
      onDragStart={(event) => (draggedRef.current = movableIndex(event, rules))}
      onDragOver={(event) => draggedRef.current >= 0 && movableIndex(event, rules) >= 0 && event.preventDefault()}
      onDrop={(event) => {
        event.preventDefault();
        const to = movableIndex(event, rules);
        if (draggedRef.current >= 0 && to >= 0) move(draggedRef.current, to);
        draggedRef.current = -1;
      }}
    >
      <Table
        label="Sampling rules"
        columns={columns}
        rows={rules}
        rowKey={({ rule }) => rule.RuleName}
        rowData={({ rule, is_default }) => ({
          'data-rule': rule.RuleName,
          ...(is_default ? {} : { draggable: 'true', 'aria-keyshortcuts': 'Alt+ArrowUp Alt+ArrowDown' }),
        })}
      />
    </div>
  );
}
