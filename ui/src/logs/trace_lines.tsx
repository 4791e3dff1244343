// SPDX-License-Identifier: Apache-2.0
// The log lines of one trace, in the order they were written.

import { useState } from 'preact/hooks';
import { useResource } from '../api/resource.ts';
import { formatCount } from '../format/number.ts';
import { fetchRelated } from '../trace/trace_api.ts';
import { EmptyState, Skeleton } from '../ui/empty_state.tsx';
import { ErrorCard } from '../ui/error_card.tsx';
import { LogList } from './log_list.tsx';

export function TraceLines({ traceId }: { traceId: string }) {
  const [wrap, setWrap] = useState(false);
  const { data, error, reload } = useResource(traceId, (abort) => fetchRelated(traceId, abort));
  if (error) return <ErrorCard what="The trace's log lines could not be read" error={error} onRetry={reload} />;
  if (!data) return <Skeleton rows={8} />;
  const lines = data.items.flatMap(({ line }) => (line ? [line] : []));
  if (lines.length === 0) {
    return (
      <EmptyState title="No log lines in this trace">
        A line belongs to a trace when it carries the trace's id: as <code>trace_id</code> in JSON, as a{' '}
        <code>traceparent</code>, or as an X-Ray id.
      </EmptyState>
    );
  }
  const hasSeveral = (of: 'group' | 'stream') => lines.some((line) => line[of] !== lines[0]![of]);
  return (
    <div class="trace-lines">
      <div class="log-bar">
        <span class="muted" role="status">
          {formatCount(lines.length)} {lines.length === 1 ? 'line' : 'lines'}
        </span>
        <span class="spacer" />
        <label class="check">
          <input type="checkbox" checked={wrap} onChange={(event) => setWrap(event.currentTarget.checked)} />
          Wrap
        </label>
      </div>
      <LogList
        lines={lines}
        newestFirst={false}
        wrap={wrap}
        withGroup={hasSeveral('group')}
        withStream={hasSeveral('stream')}
        terms={[]}
        growsAbove={false}
      />
    </div>
  );
}
