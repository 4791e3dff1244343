// SPDX-License-Identifier: Apache-2.0
import { useMemo } from 'preact/hooks';
import { formatCount, formatDurationNs } from '../format/number.ts';
import { formatInstant } from '../format/time.ts';
import { Button } from '../ui/button.tsx';
import { Icon } from '../ui/icon.tsx';
import { copyText, toast } from '../ui/toast.tsx';
import { Flag } from './cols.ts';
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
  const { spans, logs, skewed } = useMemo(() => countRows(model), [model]);
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
        <Fact name="Services" value={formatCount(cols.services.length)} />
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
            {cols.names[cols.name[0]!]}
          </button>
          <Icon name="chevronRight" />
        </nav>
      )}
      <h1 class="ellipsis">{cols.names[cols.name[top]!]}</h1>
      <span class="muted ellipsis">{cols.services[cols.svc[top]!]}</span>
    </div>
  );
}

function Warnings({ model, skewed }: { model: TraceModel; skewed: number }) {
  const { missingParents, truncated } = model.cols;
  const warnings: [text: string, tip: string][] = [];
  if (missingParents > 0) {
    warnings.push([
      `${formatCount(missingParents)} missing ${missingParents === 1 ? 'parent' : 'parents'}`,
      'These spans name a parent that is not stored. They are shown at the top level.',
    ]);
  }
  if (skewed > 0) {
    warnings.push([
      `${formatCount(skewed)} clock skew`,
      'These spans start before their parent: the clocks of their hosts differ.',
    ]);
  }
  if (truncated > 0) {
    warnings.push([`${formatCount(truncated)} spans left out`, 'The server did not send them.']);
  }
  return (
    <div class="trace-warnings">
      {warnings.map(([text, tip]) => (
        <span key={text} class="trace-warning" data-tip={tip} title={tip}>
          <Icon name="warning" /> {text}
        </span>
      ))}
    </div>
  );
}

function countRows({ cols }: TraceModel): { spans: number; logs: number; skewed: number } {
  let spans = 0;
  let skewed = 0;
  for (let i = 0; i < cols.n; i++) {
    if (cols.spanId[i] !== 0n) spans++;
    if ((cols.flags[i]! & Flag.clockSkew) !== 0) skewed++;
  }
  return { spans, logs: cols.n - spans, skewed };
}
