// SPDX-License-Identifier: Apache-2.0
import { useResource } from '../api/resource.ts';
import { formatInstant } from '../format/time.ts';
import { groupHref } from '../logs/logs_url.ts';
import { Skeleton } from '../ui/empty_state.tsx';
import { ErrorCard } from '../ui/error_card.tsx';
import type { FieldMenuPlace } from './field_menu.ts';
import type { FindSession } from './find_session.ts';
import { SpanFields } from './span_fields.tsx';
import { fetchRelated, type RelatedItem } from './trace_api.ts';
import type { TraceModel } from './trace_model.ts';

export interface LogPanelProps {
  traceId: string;
  model: TraceModel;
  row: number;
  find: FindSession;
}

/** The record behind a row that is no span: same moment, and the same first line where several share it. */
function itemOf(items: RelatedItem[], { cols }: TraceModel, row: number): RelatedItem | null {
  const time = cols.t0Ns + BigInt(Math.round(cols.start[row]!));
  const near = items.filter((item) => {
    const apart = BigInt(item.time_ns) - time;
    return apart > -1000n && apart < 1000n;
  });
  return near.find((item) => item.title === cols.names[cols.name[row]!]) ?? near[0] ?? null;
}

export function LogPanel({ traceId, model, row, find }: LogPanelProps) {
  const { data, error, reload } = useResource(traceId, (abort) => fetchRelated(traceId, abort));
  if (error)
    return <ErrorCard what="The log event could not be read" error={error} onRetry={reload} />;
  if (!data) return <Skeleton rows={4} />;
  const item = itemOf(data.items, model, row);
  if (!item) return <p class="muted">The log event is not stored any more.</p>;
  const place: FieldMenuPlace = {
    cols: model.cols,
    dataset: item.dataset,
    find: (text) => find.set(text),
  };
  return (
    <>
      <p class="panel-facts">
        <span>{item.level}</span>
        <span>{formatInstant(Number(BigInt(item.time_ns) / 1_000_000n))}</span>
        <span>{item.dataset}</span>
      </p>
      {item.line && (
        <p>
          <a href={groupHref(item.line.group, { at: item.line.id, stream: item.line.stream })}>
            Show lines around
          </a>
        </p>
      )}
      <SpanFields fields={item.fields} place={place} searchable />
    </>
  );
}
