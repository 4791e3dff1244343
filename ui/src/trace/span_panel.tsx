// SPDX-License-Identifier: Apache-2.0
// Everything about the selected row.
import { useEffect, useState } from 'preact/hooks';
import { useResource } from '../api/resource.ts';
import { formatCount, formatDurationNs } from '../format/number.ts';
import { formatInstant } from '../format/time.ts';
import { Button } from '../ui/button.tsx';
import { Skeleton } from '../ui/empty_state.tsx';
import { ErrorCard } from '../ui/error_card.tsx';
import { MenuButton } from '../ui/menu.tsx';
import { Tabs } from '../ui/tabs.tsx';
import { copyText } from '../ui/toast.tsx';
import { byField, isError } from './colors.ts';
import { isMissing, nameAt, spanIdHex } from './cols.ts';
import type { FieldMenuPlace } from './field_menu.ts';
import type { FindSession } from './find_session.ts';
import { LogPanel } from './log_panel.tsx';
import { MissingPanel } from './missing_panel.tsx';
import { SpanFields } from './span_fields.tsx';
import { fetchSpan, type SpanDetail } from './trace_api.ts';
import { amazonTraceId, traceparent } from './trace_ids.ts';
import type { TraceModel } from './trace_model.ts';
import { isParent } from './tree.ts';

export interface SpanPanelProps {
  traceId: string;
  model: TraceModel;
  find: FindSession;
}

/** Rows passed through quickly with the keyboard are not fetched. */
const restMs = 70;

export function SpanPanel({ traceId, model, find }: SpanPanelProps) {
  const row = model.selected.value;
  return (
    <aside class="span-panel" id="span-details" aria-label="Span details" tabIndex={-1}>
      {row < 0 ? (
        <p class="muted">No span is selected.</p>
      ) : (
        <>
          <PanelHead model={model} row={row} />
          {isMissing(model.cols, row) ? (
            <MissingPanel model={model} row={row} />
          ) : model.isLog(row) ? (
            <LogPanel traceId={traceId} model={model} row={row} find={find} />
          ) : (
            <SpanBody traceId={traceId} model={model} row={row} find={find} />
          )}
        </>
      )}
    </aside>
  );
}

function PanelHead({ model, row }: { model: TraceModel; row: number }) {
  const { cols } = model;
  const failed = isError(cols, row);
  const facts = [
    model.isSpan(row) && formatDurationNs(cols.dur[row]!),
    model.isSpan(row) && isParent(cols, row) && `${formatDurationNs(cols.self[row]!)} self`,
    `at ${formatDurationNs(cols.start[row]!)}`,
    cols.kinds[cols.kind[row]!],
  ].filter(Boolean);
  return (
    <div class="panel-head">
      <div class="panel-title">
        <h2>{nameAt(cols, row)}</h2>
        <Button
          look="ghost"
          icon="close"
          label="Close details"
          onClick={() => (model.panelOpen.value = false)}
        />
      </div>
      <p class="muted">{cols.services[cols.svc[row]!]}</p>
      <p class="panel-facts">
        {failed && <span class="badge error">error</span>}
        {facts.map((fact) => (
          <span key={String(fact)}>{fact}</span>
        ))}
      </p>
    </div>
  );
}

function useRested(value: number): number {
  const [rested, setRested] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setRested(value), restMs);
    return () => clearTimeout(timer);
  }, [value]);
  return rested;
}

function SpanBody({ traceId, model, row, find }: SpanPanelProps & { row: number }) {
  const [tab, setTab] = useState('fields');
  const spanId = spanIdHex(model.cols, useRested(row));
  const { data, error, reload } = useResource(`${traceId}/${spanId}`, (abort) =>
    fetchSpan(traceId, spanId, abort),
  );
  const current = data && data.span_id === spanIdHex(model.cols, row) ? data : null;
  const place: FieldMenuPlace = {
    cols: model.cols,
    dataset: data?.dataset ?? '__all__',
    find: (text) => find.set(text),
    colourBy: (field) => (model.colourBy.value = byField(field)),
  };
  return (
    <>
      <PanelActions traceId={traceId} model={model} row={row} detail={current} />
      {error && !data && (
        <ErrorCard what="The span could not be read" error={error} onRetry={reload} />
      )}
      {!data && !error && <Skeleton rows={8} />}
      {data && (
        <div class={current ? undefined : 'stale'}>
          {data.status_message && <p class="error-text panel-status">{data.status_message}</p>}
          <Tabs
            label="Details"
            selected={tab}
            onSelect={setTab}
            tabs={[
              { id: 'fields', label: 'Fields' },
              { id: 'events', label: 'Events', count: countOf(data.events) },
              { id: 'links', label: 'Links', count: countOf(data.links) },
              { id: 'source', label: 'Source' },
            ]}
          >
            {tab === 'fields' && <SpanFields fields={shownFields(data)} place={place} searchable />}
            {tab === 'events' && <Events detail={data} model={model} place={place} />}
            {tab === 'links' && <Links detail={data} place={place} />}
            {tab === 'source' && <Sources detail={data} />}
          </Tabs>
        </div>
      )}
    </>
  );
}

/** The source document has a tab of its own. */
function shownFields({ fields, sources }: SpanDetail): SpanDetail['fields'] {
  if (sources.length === 0) return fields;
  return Object.fromEntries(Object.entries(fields).filter(([name]) => name !== 'meta.document'));
}

function sinceStart(timeNs: string, model: TraceModel): number {
  return Number(BigInt(timeNs) - model.cols.t0Ns);
}

function countOf(list: unknown[]): string | undefined {
  return list.length > 0 ? formatCount(list.length) : undefined;
}

interface PanelActionsProps {
  traceId: string;
  model: TraceModel;
  row: number;
  detail: SpanDetail | null;
}

function PanelActions({ traceId, model, row, detail }: PanelActionsProps) {
  const spanId = spanIdHex(model.cols, row);
  const copy = (label: string, text: () => string) => ({
    label,
    onSelect: () => void copyText(text(), `${label} copied`),
  });
  const { start, dur } = model.cols;
  const focused = model.root.value === row;
  return (
    <div class="panel-actions">
      <Button
        look="ghost"
        onClick={() => model.setWindow({ from: start[row]!, to: start[row]! + dur[row]! })}
      >
        Zoom to span
      </Button>
      {isParent(model.cols, row) && (
        <Button look="ghost" aria-pressed={focused} onClick={() => model.focus(focused ? -1 : row)}>
          Focus subtree
        </Button>
      )}
      <MenuButton
        look="ghost"
        menuLabel="Copy"
        align="end"
        items={[
          { ...copy('JSON', () => JSON.stringify(detail, null, 2)), disabled: detail === null },
          copy('Trace id', () => traceId),
          copy('Span id', () => spanId),
          copy('traceparent', () => traceparent(traceId, spanId)),
          copy('X-Amzn-Trace-Id', () => amazonTraceId(traceId, spanId)),
        ]}
      >
        Copy
      </MenuButton>
    </div>
  );
}

interface EventsProps {
  detail: SpanDetail;
  model: TraceModel;
  place: FieldMenuPlace;
}

function Events({ detail, model, place }: EventsProps) {
  if (detail.events.length === 0) return <p class="muted">This span has no events.</p>;
  return (
    <ol class="panel-list">
      {detail.events.map((event, index) => (
        <li key={index}>
          <h3>
            {event.name}
            <time title={formatInstant(Number(BigInt(event.time_ns) / 1_000_000n))}>
              {formatDurationNs(sinceStart(event.time_ns, model))}
            </time>
          </h3>
          <SpanFields fields={event.fields} place={place} />
        </li>
      ))}
    </ol>
  );
}

function Links({ detail, place }: { detail: SpanDetail; place: FieldMenuPlace }) {
  if (detail.links.length === 0) return <p class="muted">This span has no links.</p>;
  return (
    <ol class="panel-list">
      {detail.links.map((link, index) => (
        <li key={index}>
          <h3>
            <a
              class="mono"
              href={`/trace/${encodeURIComponent(link.trace_id)}?span=${link.span_id}`}
            >
              {link.trace_id.slice(0, 8)}… span {link.span_id}
            </a>
          </h3>
          <SpanFields fields={link.fields} place={place} />
        </li>
      ))}
    </ol>
  );
}

function Sources({ detail }: { detail: SpanDetail }) {
  if (detail.sources.length === 0) return <p class="muted">No source document is kept.</p>;
  return (
    <ol class="panel-list">
      {detail.sources.map(({ source, document }, index) => {
        const text = JSON.stringify(document, null, 2);
        return (
          <li key={index}>
            <h3>
              {source}
              <Button
                look="ghost"
                icon="copy"
                label="Copy JSON"
                onClick={() => void copyText(text, 'JSON copied')}
              />
            </h3>
            <pre class="source" tabIndex={0} aria-label={`Source document, ${source}`}>
              {text}
            </pre>
          </li>
        );
      })}
    </ol>
  );
}
