// SPDX-License-Identifier: Apache-2.0
// Beside the traceback: how often, what people said, what was done, why it is one item.

import { useState } from 'preact/hooks';
import { CountBars } from '../chart/count_bars.tsx';
import { asApiError, type ApiError } from '../api/client.ts';
import { useResource } from '../api/resource.ts';
import { formatCount } from '../format/number.ts';
import { setParams } from '../route/route.ts';
import { Button } from '../ui/button.tsx';
import { Failure } from '../ui/failure.tsx';
import { Segmented } from '../ui/segmented.tsx';
import { toast } from '../ui/toast.tsx';
import { fetchDeploys, splitItem } from './errors_api.ts';
import { changeTick } from './item_actions.ts';
import { Ago } from './item_table.tsx';
import { Notes } from './notes.tsx';
import type { Deploy, HistoryEntry, ItemDetail } from './types.ts';

export interface ItemAsideProps {
  detail: ItemDetail;
  reload: () => void;
}

export function ItemAside({ detail, reload }: ItemAsideProps) {
  const [scale, setScale] = useState<'hours' | 'days'>('hours');
  const series = detail[scale];
  const { project, environment } = detail.item;
  const deploys = useResource(`${project}:${environment}`, (abort) =>
    fetchDeploys({ project, env: environment, t: '30d', limit: 500 }, abort),
  );
  return (
    <aside class="item-aside" aria-label="About the item">
      <h2 class="visually-hidden">About the item</h2>
      <CountBars
        heading="Occurrences"
        noun="occurrences"
        startMs={series.start_ms}
        stepMs={series.step_ms}
        counts={series.counts}
        marks={deploys.data?.map(deployMark)}
        onPick={(fromMs, toMs) => setParams({ tab: 'occurrences', t: `${fromMs}..${toMs}` })}
        actions={
          <Segmented
            label="Range"
            value={scale}
            onChange={setScale}
            options={[
              { value: 'hours', label: '24 h' },
              { value: 'days', label: '30 d' },
            ]}
          />
        }
      />
      <Notes itemId={detail.item.id} notes={detail.notes} onChange={reload} />
      <History entries={detail.history} />
      <Grouping detail={detail} />
    </aside>
  );
}

function deployMark({ started_ms, revision, user, status }: Deploy) {
  const state = status === 'succeeded' ? '' : `, ${status.replace('_', ' ')}`;
  return { atMs: started_ms, label: `deploy of ${revision}${user && ` by ${user}`}${state}` };
}

const deeds: Record<string, string> = {
  new: 'First seen',
  reopened: 'Reopened',
  activated: 'Reopened',
  reactivated: 'Happened again',
  merged: 'Merged',
  split: 'Split',
  assigned: 'Assigned',
  level: 'Level changed',
  title: 'Renamed',
  snoozed: 'Snoozed',
};

function describe({ kind, version, text }: HistoryEntry): string {
  const deed = deeds[kind] ?? `${kind.charAt(0).toUpperCase()}${kind.slice(1)}`;
  return [deed, version && `in ${version}`, text].filter(Boolean).join(' ');
}

function History({ entries }: { entries: HistoryEntry[] }) {
  const nowMs = Date.now();
  return (
    <section aria-label="History">
      <h2>History</h2>
      <ol class="item-history">
        {entries.map((entry, at) => (
          <li key={at} class={entry.kind}>
            <span class="ellipsis" title={describe(entry)}>
              {describe(entry)}
            </span>
            <span class="muted">
              {entry.user && `${entry.user} · `}
              <Ago ns={entry.time_ns} nowMs={nowMs} />
            </span>
          </li>
        ))}
      </ol>
    </section>
  );
}

/** What makes occurrences one item; after a merge, the parts it has. */
function Grouping({ detail: { item, grouping, fingerprints } }: { detail: ItemDetail }) {
  const [error, setError] = useState<ApiError | null>(null);
  const split = (fingerprint: string) => {
    splitItem(item.id, [fingerprint]).then(
      () => {
        setError(null);
        changeTick.value += 1;
        toast('Split off as an item of its own');
      },
      (thrown: unknown) => setError(asApiError(thrown)),
    );
  };
  return (
    <section aria-label="Grouping">
      <h2>Grouping</h2>
      <details class="grouping">
        <summary>Why these are one item</summary>
        <pre tabIndex={0} aria-label="What was compared">
          {grouping.text || 'The newest occurrence is older than what is kept.'}
        </pre>
        <p class="caption">Version {grouping.version} of the grouping</p>
      </details>
      {fingerprints.length > 1 && (
        <ul class="fingerprints">
          {fingerprints.map(({ fingerprint, title, occurrences }) => (
            <li key={fingerprint}>
              <span class="ellipsis" title={title}>
                {title}
              </span>
              <span class="muted">{formatCount(occurrences)}</span>
              <Button look="ghost" aria-label={`Split off ${title}`} onClick={() => split(fingerprint)}>
                Split off
              </Button>
            </li>
          ))}
        </ul>
      )}
      <Failure error={error} />
    </section>
  );
}
