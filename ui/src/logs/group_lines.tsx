// SPDX-License-Identifier: Apache-2.0
// The lines of a group that match the pattern, the levels and the time range; or those around one.

import { useEffect, useMemo, useState } from 'preact/hooks';
import type { ApiError } from '../api/client.ts';
import { useResource } from '../api/resource.ts';
import { formatCount } from '../format/number.ts';
import { formatAgo, formatInstant, msOfNs } from '../format/time.ts';
import { refreshTick } from '../frame/auto_refresh.ts';
import { downloadText } from '../query/download.ts';
import { setParams, setTimeRange, timeRange } from '../route/route.ts';
import { printRange, resolveRange } from '../route/time_range.ts';
import { Button } from '../ui/button.tsx';
import { EmptyState, Skeleton } from '../ui/empty_state.tsx';
import { ErrorCard } from '../ui/error_card.tsx';
import { Segmented } from '../ui/segmented.tsx';
import { Histogram } from './histogram.tsx';
import { LevelChips } from './level_chips.tsx';
import { LineReader } from './line_reader.ts';
import { LogList } from './log_list.tsx';
import { fetchHistogram, type Times } from './logs_api.ts';
import type { GroupUrl } from './logs_url.ts';
import { PatternBox } from './pattern_box.tsx';
import type { LineSelection } from './types.ts';

export interface GroupLinesProps {
  group: string;
  url: GroupUrl;
  lastEventMs: number | null;
}

const buckets = 160;
/** Half an hour either side of the newest event. */
const aroundMs = 1_800_000;
const dayMs = 86_400_000;

function timesNow(): Times {
  const { fromMs, toMs } = resolveRange(timeRange.value, Date.now());
  return { start_ms: Math.floor(fromMs), end_ms: Math.ceil(toMs) + 1 };
}

/** Everything that is stored, and a little of the future for clocks that are ahead. */
function always(): Times {
  return { start_ms: 0, end_ms: Date.now() + dayMs };
}

function useReader(selection: LineSelection, url: GroupUrl): LineReader {
  const key = JSON.stringify([selection, url.order, url.at, printRange(timeRange.value)]);
  const reader = useMemo(
    () => new LineReader({ selection, times: url.at ? always : timesNow, order: url.order, at: url.at }),
    [key],
  );
  useEffect(() => {
    void reader.start();
    return () => reader.stop();
  }, [reader]);
  const tick = refreshTick.value;
  useEffect(() => {
    if (tick > 0) void reader.more('newer');
  }, [tick]);
  return reader;
}

export function GroupLines({ group, url, lastEventMs }: GroupLinesProps) {
  const inContext = url.at !== '';
  const selection: LineSelection = {
    groups: [group],
    streams: url.stream ? [url.stream] : [],
    filter: inContext ? '' : url.filter,
    levels: inContext ? [] : url.levels,
  };
  const reader = useReader(selection, url);
  const [shownReader, setShownReader] = useState(reader);
  useEffect(() => {
    if (reader.busy.value !== 'first' && reader.error.value === null) setShownReader(reader);
  }, [reader, reader.busy.value, reader.error.value]);
  const lines = shownReader.lines.value;
  const error = reader.error.value;
  const isFirst = error === null && (reader.busy.value === 'first' || reader !== shownReader);
  const patternError = error?.code === 'bad_query' ? error : null;
  const state = error ? 'error' : isFirst ? 'loading' : lines.length ? 'done' : 'empty';
  const newestFirst = url.order === 'newest';
  const filtered = url.filter !== '' || url.levels.length > 0 || url.stream !== '';
  return (
    <section class="log-main results" data-state={state} aria-label="Log events of this group">
      {inContext ? (
        <ContextBar url={url} reader={shownReader} />
      ) : (
        <div class="log-tools">
          <PatternBox
            value={url.filter}
            error={patternError}
            onApply={(filter) => setParams({ filter })}
          />
          <LevelChips chosen={url.levels} />
        </div>
      )}
      {!inContext && <TimeHistogram selection={selection} hasError={patternError !== null} />}
      <div class="log-bar">
        <span class="muted" role="status">
          {lines.length > 0 && `${formatCount(lines.length)} lines loaded`}
          {reader.busy.value !== null && (lines.length > 0 ? ', reading on…' : '')}
        </span>
        <span class="spacer" />
        <Segmented
          label="Order"
          options={[
            { value: 'newest', label: 'Newest first' },
            { value: 'oldest', label: 'Oldest first' },
          ]}
          value={url.order}
          onChange={(value) => setParams({ order: value === 'newest' ? null : value })}
        />
        <label class="check">
          <input
            type="checkbox"
            checked={url.wrap}
            onChange={(event) =>
              setParams({ wrap: event.currentTarget.checked ? '1' : null }, { replace: true })
            }
          />
          Wrap
        </label>
        <Button
          look="ghost"
          icon="download"
          disabled={lines.length === 0}
          onClick={() => downloadText(`${group.replace(/[^\w.-]+/g, '_')}.ndjson`, 'application/x-ndjson', asNdjson(shownReader))}
        >
          Save loaded lines
        </Button>
      </div>
      {error && !patternError && (
        <ErrorCard what="The lines could not be read" error={error} onRetry={() => void reader.start()} />
      )}
      {isFirst && lines.length === 0 && !error && <Skeleton rows={12} />}
      {state === 'empty' && <NoLines filtered={filtered} lastEventMs={lastEventMs} />}
      {lines.length > 0 && (
        <div class={`log-lines${isFirst || error ? ' stale' : ''}`}>
          <LogList
            lines={lines}
            newestFirst={newestFirst}
            wrap={url.wrap}
            withGroup={false}
            withStream={url.stream === ''}
            terms={[]}
            at={url.at}
            growsAbove={inContext || !newestFirst}
            onNearTop={() => {
              if (!newestFirst) void shownReader.more('older');
              else if (inContext) void shownReader.more('newer');
            }}
            onNearBottom={() => void shownReader.more(newestFirst ? 'older' : 'newer')}
          />
          <p class="caption log-end">{endText(shownReader, newestFirst)}</p>
        </div>
      )}
    </section>
  );
}

function asNdjson(reader: LineReader): string {
  return reader.lines.value
    .map((line) => `${JSON.stringify({ time: formatInstant(msOfNs(line.time_ns)), ...line })}\n`)
    .join('');
}

function endText(reader: LineReader, newestFirst: boolean): string {
  const isDone = newestFirst ? reader.atStart.value : reader.atEnd.value;
  if (reader.busy.value === 'older' || reader.busy.value === 'newer') return 'Reading on…';
  if (!isDone) return 'Scroll for more.';
  return newestFirst ? 'That is the first line of this selection.' : 'That is the last line so far.';
}

function TimeHistogram({ selection, hasError }: { selection: LineSelection; hasError: boolean }) {
  const key = JSON.stringify([selection, printRange(timeRange.value), refreshTick.value]);
  const { data, loading } = useResource(hasError ? null : key, (abort) =>
    fetchHistogram({ ...selection, ...timesNow(), buckets }, abort),
  );
  if (!data) return <div class="log-histogram-room" />;
  return (
    <div class={loading ? 'stale' : ''}>
      <Histogram
        data={data}
        onZoom={(fromMs, toMs) => setTimeRange({ kind: 'absolute', fromMs, toMs })}
      />
    </div>
  );
}

function ContextBar({ url, reader }: { url: GroupUrl; reader: LineReader }) {
  const line = reader.lines.value.find(({ id }) => id === url.at);
  const missing: ApiError | null = reader.error.value;
  return (
    <div class="context-bar">
      <span>
        {line ? (
          <>
            Lines around <strong>{formatInstant(msOfNs(line.time_ns))}</strong> in stream{' '}
            <strong>
              <bdi>{line.stream}</bdi>
            </strong>
          </>
        ) : missing ? (
          'This line is not stored any more'
        ) : (
          'Lines around one line'
        )}
      </span>
      <span class="spacer" />
      <Button icon="close" onClick={() => setParams({ at: null, stream: null })}>
        Back to all lines
      </Button>
    </div>
  );
}

function NoLines({ filtered, lastEventMs }: { filtered: boolean; lastEventMs: number | null }) {
  if (lastEventMs === null) {
    return (
      <EmptyState title="Nothing has been written to this group yet" actions={<a href="/send?sdk=cloudwatch">Send logs</a>} />
    );
  }
  const jump = () =>
    setTimeRange({ kind: 'absolute', fromMs: lastEventMs - aroundMs, toMs: lastEventMs + aroundMs });
  return (
    <EmptyState
      title={filtered ? 'No lines match here' : 'No lines in this time range'}
      actions={
        <>
          {filtered && (
            <Button onClick={() => setParams({ filter: null, level: null, stream: null })}>Show all lines</Button>
          )}
          <Button onClick={jump}>Jump to the newest event</Button>
        </>
      }
    >
      The newest event of this group is from {formatAgo(lastEventMs, Date.now())}.
      {filtered && ' The pattern, the levels or the stream may exclude everything.'}
    </EmptyState>
  );
}
