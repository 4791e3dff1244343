// SPDX-License-Identifier: Apache-2.0
import { useMemo } from 'preact/hooks';
import { formatCount, formatDurationNs } from '../format/number.ts';
import { formatInstant } from '../format/time.ts';
import { Button } from '../ui/button.tsx';
import { Icon } from '../ui/icon.tsx';
import { copyText, toast } from '../ui/toast.tsx';
import { Flag, nameAt } from './cols.ts';
import type { FindSession } from './find_session.ts';
import type { TraceModel } from './trace_model.ts';

export interface TraceHeaderProps {
  model: TraceModel;
  find: FindSession;
  /** Writes what is on screen to the address now. */
  flushUrl: () => void;
}

export function TraceHeader({ model, find, flushUrl }: TraceHeaderProps) {
  const { cols } = model;
  const { spans, logs, services, skewed } = useMemo(() => countRows(model), [model]);
  const errors = model.errorsIn(0, cols.n);
  const copyLink = () => {
    flushUrl();
    const { left } = model.foldText.value;
    if (left > 0) toast(`${formatCount(left)} folded rows do not fit into the link`);
    void copyText(location.href, 'Link copied');
  };
  return (
    <header class="trace-header">
      <a class="trace-back" href="/traces" aria-label="Back to traces">
        <Icon name="chevronLeft" />
      </a>
      <Title model={model} />
      <dl class="trace-numbers">
        <Fact name="Spans" value={formatCount(spans)} />
        {logs > 0 && <Fact name="Logs" value={formatCount(logs)} />}
        <Fact name="Services" value={formatCount(services)} />
        <Fact name="Duration" value={formatDurationNs(cols.durNs)} />
        <div class={errors > 0 ? 'failed' : ''}>
          <dt>Errors</dt>
          <dd>
            {errors > 0 ? (
              <button type="button" title="Find them" onClick={() => find.set('error = true')}>
                {formatCount(errors)}
              </button>
            ) : (
              '0'
            )}
          </dd>
        </div>
        <ReportedFact model={model} />
        <Fact name="Started" value={formatInstant(msOf(cols.t0Ns))} />
      </dl>
      <Warnings model={model} skewed={skewed} />
      <Button icon="link" onClick={copyLink}>
        Copy link
      </Button>
    </header>
  );
}

function msOf(ns: bigint): number {
  return Number(ns / 1_000_000n);
}

function Fact({ name, value }: { name: string; value: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}

/** Error items with occurrences in the trace; a click goes to the next of them. */
function ReportedFact({ model }: { model: TraceModel }) {
  const items = new Set<number>();
  for (const reports of model.reported.value.values()) {
    for (const { item_id: id } of reports) items.add(id);
  }
  if (items.size === 0) return null;
  const goToNext = () => {
    model.select(model.nextReported());
    model.panelTab.value = 'errors';
    model.panelOpen.value = true;
  };
  return (
    <div class="failed">
      <dt>Error items</dt>
      <dd>
        <button type="button" title="Go to the next" onClick={goToNext}>
          {formatCount(items.size)}
        </button>
      </dd>
    </div>
  );
}

/** The root operation; inside a subtree, the way back. */
function Title({ model }: { model: TraceModel }) {
  const { cols } = model;
  const isFocused = model.root.value >= 0;
  const top = Math.max(model.root.value, 0);
  return (
    <div class="trace-title">
      {isFocused && (
        <nav aria-label="Subtree">
          <button type="button" class="crumb" onClick={() => model.focus(-1)}>
            {nameAt(cols, 0)}
          </button>
          <Icon name="chevronRight" />
        </nav>
      )}
      <h1 class="ellipsis">{nameAt(cols, top)}</h1>
      <span class="muted ellipsis">{cols.services[cols.svc[top]!]}</span>
    </div>
  );
}

function Warnings({ model, skewed }: { model: TraceModel; skewed: number }) {
  const { missingParents, truncated } = model.cols;
  const missing = `${formatCount(missingParents)} missing ${missingParents === 1 ? 'parent' : 'parents'}`;
  return (
    <div class="trace-warnings">
      {missingParents > 0 && (
        <button
          type="button"
          class="trace-warning"
          title="Spans name a parent that is not stored; a row stands for it. Go to the next one."
          onClick={() => model.select(model.nextMissing())}
        >
          <Icon name="warning" /> {missing}
        </button>
      )}
      {skewed > 0 && (
        <Warning
          text={`${formatCount(skewed)} clock skew`}
          tip="These spans start before their parent: the clocks of their hosts differ."
        />
      )}
      {truncated > 0 && (
        <Warning
          text={`${formatCount(truncated)} spans left out`}
          tip="The server did not send them."
        />
      )}
    </div>
  );
}

function Warning({ text, tip }: { text: string; tip: string }) {
  return (
    <span class="trace-warning" data-tip={tip} title={tip}>
      <Icon name="warning" /> {text}
    </span>
  );
}

interface RowCounts {
  spans: number;
  logs: number;
  services: number;
  skewed: number;
}

function countRows(model: TraceModel): RowCounts {
  const { cols } = model;
  const counts = { spans: 0, logs: 0, services: 0, skewed: 0 };
  const seen = new Uint8Array(cols.services.length);
  for (let i = 0; i < cols.n; i++) {
    if (model.isLog(i)) counts.logs++;
    else if (model.isSpan(i)) counts.spans++;
    else continue;
    seen[cols.svc[i]!] = 1;
    if ((cols.flags[i]! & Flag.clockSkew) !== 0) counts.skewed++;
  }
  counts.services = seen.reduce((sum, one) => sum + one, 0);
  return counts;
}
