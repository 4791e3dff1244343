// SPDX-License-Identifier: Apache-2.0
// A loaded trace: its views, and the address kept in step with them.
import { useEffect, useLayoutEffect, useMemo, useRef } from 'preact/hooks';
import { formatCount } from '../format/number.ts';
import { lazyScreen } from '../frame/lazy_screen.tsx';
import { route } from '../route/route.ts';
import { Button } from '../ui/button.tsx';
import { EmptyState } from '../ui/empty_state.tsx';
import { Tabs } from '../ui/tabs.tsx';
import { ColourMenu, followColourField } from './colour_menu.tsx';
import type { TraceCols } from './cols.ts';
import { FindBox } from './find_box.tsx';
import { FindSession } from './find_session.ts';
import { FlameView } from './flame_view.tsx';
import { JsonView } from './json_view.tsx';
import { SameRequests } from './same_request.tsx';
import { followReports } from './reports.ts';
import { reportHref } from './reported_panel.tsx';
import { SourceToggles } from './source_toggles.tsx';
import { SpanPanel } from './span_panel.tsx';
import { Splitter } from './splitter.tsx';
import { TimeHead } from './time_head.tsx';
import { TraceHeader } from './trace_header.tsx';
import { listenForTraceKeys } from './trace_keys.ts';
import { TraceLayout } from './trace_layout.ts';
import { TraceModel } from './trace_model.ts';
import { readTraceUrl, type View } from './trace_url.ts';
import { UrlSync } from './url_sync.ts';
import { Waterfall } from './waterfall.tsx';

const TraceLines = lazyScreen(async () => (await import('../logs/trace_lines.tsx')).TraceLines, 'logs');
const TraceMap = lazyScreen(async () => (await import('./trace_map.tsx')).TraceMap, 'map');

export interface OpenTraceProps {
  traceId: string;
  cols: TraceCols;
  /** Names this state of the trace; another state is another component. */
  state: string;
}

export function OpenTrace({ traceId, cols, state }: OpenTraceProps) {
  const { model, layout, find, url } = useMemo(() => {
    const made = new TraceModel(cols, readTraceUrl(route.value.params));
    const session = new FindSession(traceId, made);
    const sync = new UrlSync(made, (text) => session.set(text));
    return { model: made, layout: new TraceLayout(made), find: session, url: sync };
  }, [traceId, state]);
  useEffect(() => {
    const stopKeys = listenForTraceKeys(model);
    const stopSync = url.start();
    const stopColours = followColourField(traceId, model);
    const stopReports = followReports(traceId, model);
    return () => {
      stopReports();
      stopColours();
      stopKeys();
      stopSync();
      find.stop();
    };
  }, [model]);

  const isPanelOpen = model.panelOpen.value;
  const wantsDetails = useRef(false);
  const focusDetails = () => document.getElementById('span-details')?.focus();
  useLayoutEffect(() => {
    if (wantsDetails.current) focusDetails();
    wantsDetails.current = false;
  }, [isPanelOpen]);

  if (cols.n === 0) return <EmptyTrace model={model} />;
  const view = model.view.value;
  const openDetails = () => {
    if (isPanelOpen) focusDetails();
    wantsDetails.current = !isPanelOpen;
    model.panelOpen.value = true;
  };
  return (
    <div class="trace-page">
      <TraceHeader model={model} find={find} flushUrl={() => url.flush()} />
      <SameRequests traceId={traceId} />
      <Tabs
        label="Views"
        selected={view}
        onSelect={(id) => (model.view.value = id as View)}
        tabs={[
          { id: 'waterfall', label: 'Waterfall' },
          { id: 'flame', label: 'Flame' },
          { id: 'map', label: 'Map' },
          {
            id: 'logs',
            label: 'Logs',
            count: model.logCount > 0 ? formatCount(model.logCount) : undefined,
          },
          { id: 'json', label: 'JSON' },
        ]}
        aside={view === 'waterfall' || view === 'flame' ? <ViewTools model={model} find={find} /> : null}
      >
        {view === 'json' ? (
          <JsonView traceId={traceId} cols={cols} />
        ) : view === 'map' ? (
          <TraceMap traceId={traceId} />
        ) : view === 'logs' ? (
          <TraceLines traceId={traceId} />
        ) : (
          <div class="trace-columns">
            <Columns model={model} layout={layout} find={find} onOpen={openDetails} />
            {isPanelOpen && (
              <div class="panel-column" ref={(element) => sizePanel(element, layout)}>
                <Splitter
                  label="Width of the details"
                  controls="span-details"
                  size={layout.panelWidth}
                  min={260}
                  max={760}
                  direction={-1}
                />
                <SpanPanel traceId={traceId} model={model} find={find} />
              </div>
            )}
          </div>
        )}
      </Tabs>
    </div>
  );
}

/** An error may have been reported from a trace whose spans went elsewhere. */
function EmptyTrace({ model }: { model: TraceModel }) {
  const reports = [...model.reported.value.values()].flat();
  return (
    <EmptyState title="This trace is empty">
      <p>No span of it is stored.</p>
      {reports.length > 0 && <p>These errors were reported from it:</p>}
      {reports.map((report) => (
        <p key={report.occurrence_id}>
          <a href={reportHref(report)}>
            #{report.counter} {report.title}
          </a>
        </p>
      ))}
    </EmptyState>
  );
}

function sizePanel(element: HTMLElement | null, layout: TraceLayout): void {
  element?.style.setProperty('--panel-width', `${layout.panelWidth.value}px`);
}

interface ColumnsProps {
  model: TraceModel;
  layout: TraceLayout;
  find: FindSession;
  onOpen: () => void;
}

/** Everything that shares the name column and the time column. */
function Columns({ model, layout, find, onOpen }: ColumnsProps) {
  const mainRef = useRef<HTMLDivElement>(null);
  const name = layout.shownNameWidth.value;
  const time = layout.timeWidth.value;
  useLayoutEffect(() => {
    mainRef.current!.style.setProperty('--name-width', `${name}px`);
    mainRef.current!.style.setProperty('--time-width', `${time}px`);
  }, [name, time]);
  const isFlame = model.view.value === 'flame';
  return (
    <div class="trace-main" id="trace-main" ref={mainRef}>
      <TimeHead
        model={model}
        layout={layout}
        find={find}
        name={isFlame ? 'Self time' : 'Service · operation'}
        folding={!isFlame}
      />
      {isFlame ? (
        <FlameView model={model} layout={layout} find={find} onOpen={onOpen} />
      ) : (
        <Waterfall model={model} layout={layout} onOpen={onOpen} />
      )}
    </div>
  );
}

function ViewTools({ model, find }: { model: TraceModel; find: FindSession }) {
  return (
    <>
      <FindBox model={model} find={find} />
      <ColourMenu model={model} />
      <Button
        look="ghost"
        aria-pressed={model.showPath.value}
        title="What the trace was waiting for (c)"
        onClick={() => (model.showPath.value = !model.showPath.value)}
      >
        Critical path
      </Button>
      {model.view.value === 'waterfall' && <SourceToggles model={model} />}
    </>
  );
}
