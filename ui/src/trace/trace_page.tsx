// SPDX-License-Identifier: Apache-2.0
// One trace: loads it and says so when it cannot; the views are in open_trace.tsx.
import { useEffect } from 'preact/hooks';
import { useResource } from '../api/resource.ts';
import { useTitle } from '../frame/title.ts';
import { Button } from '../ui/button.tsx';
import { EmptyState, Skeleton } from '../ui/empty_state.tsx';
import { ErrorCard } from '../ui/error_card.tsx';
import { nameAt, type TraceCols } from './cols.ts';
import { OpenTrace } from './open_trace.tsx';
import { fetchTrace, stitched } from './trace_api.ts';

/** A trace that ended this recently may still grow; it is looked at again for a while. */
const freshMs = 60_000;
const lookAgainMs = 3000;
const looksMax = 10;

export function TracePage({ traceId }: { traceId: string }) {
  const stitch = stitched.value;
  const { data, error, reload } = useResource(`${traceId} ${stitch}`, (abort) => fetchTrace(traceId, abort));
  useTitle(data ? titleOf(data.cols, traceId) : `Trace ${traceId.slice(0, 8)}`);
  useLookingAgain(data?.cols ?? null, reload);
  if (!data) {
    return (
      <div class="page">
        <h1 class="visually-hidden">Trace {traceId}</h1>
        {!error && <Skeleton rows={12} />}
        {error?.status === 404 && <NoSuchTrace traceId={traceId} onRetry={reload} />}
        {error && error.status !== 404 && (
          <ErrorCard what="The trace could not be read" error={error} onRetry={reload} />
        )}
      </div>
    );
  }
  const state = (data.etag || String(data.cols.n)) + (stitch ? ' stitched' : '');
  return <OpenTrace key={state} traceId={traceId} cols={data.cols} state={state} />;
}

function titleOf(cols: TraceCols, traceId: string): string {
  return cols.n > 0 ? nameAt(cols, 0) : `Trace ${traceId.slice(0, 8)}`;
}

function useLookingAgain(cols: TraceCols | null, reload: () => void): void {
  const isKnown = cols !== null;
  useEffect(() => {
    if (cols === null) return undefined;
    const endMs = Number(cols.t0Ns / 1_000_000n) + cols.durNs / 1e6;
    if (Date.now() - endMs > freshMs) return undefined;
    let looks = 0;
    const timer = setInterval(() => {
      if (++looks >= looksMax) clearInterval(timer);
      const isTyping = document.activeElement instanceof HTMLInputElement;
      if (!document.hidden && !isTyping) reload();
    }, lookAgainMs);
    return () => clearInterval(timer);
  }, [isKnown]);
}

function NoSuchTrace({ traceId, onRetry }: { traceId: string; onRetry: () => void }) {
  return (
    <EmptyState
      title="No such trace"
      actions={
        <Button icon="refresh" onClick={onRetry}>
          Look again
        </Button>
      }
    >
      Nothing with the id <code>{traceId}</code> is stored. It may not have arrived yet, or it may
      be older than what is kept.
    </EmptyState>
  );
}
