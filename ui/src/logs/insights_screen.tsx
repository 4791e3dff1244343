// SPDX-License-Identifier: Apache-2.0
// Logs Insights: a query over log groups, its rows as a table and, over time, as lines.

import { useEffect, useMemo, useState } from 'preact/hooks';
import { useResource } from '../api/resource.ts';
import { CodeField } from '../editor/code_field.tsx';
import { refreshTick } from '../frame/auto_refresh.ts';
import { useTitle } from '../frame/title.ts';
import { route, setParams, timeRange } from '../route/route.ts';
import { printRange, resolveRange } from '../route/time_range.ts';
import { Button } from '../ui/button.tsx';
import { EmptyState } from '../ui/empty_state.tsx';
import { MenuButton } from '../ui/menu.tsx';
import { FieldSidebar } from './field_sidebar.tsx';
import { GroupPicker } from './group_picker.tsx';
import { HistoryDialog } from './insights_history.tsx';
import { insightsLanguage } from './insights_language.ts';
import { InsightsResults } from './insights_results.tsx';
import { useInsightsRun } from './insights_run.ts';
import { SaveQueryDialog, SavedQueriesDialog } from './insights_saved.tsx';
import { templates } from './insights_templates.ts';
import { fetchFields } from './logs_api.ts';
import { readNames, writeNames } from './logs_url.ts';

const groupsMax = 50;
const startQuery = templates[0]!.query;

export function InsightsScreen() {
  useTitle('Logs Insights');
  const { params } = route.value;
  const groups = readNames(params.get('groups'));
  const asked = params.get('q') ?? '';
  const t = printRange(timeRange.value);
  const [given, setGiven] = useState({ text: asked || startQuery });
  const [text, setText] = useState(given.text);
  const [again, setAgain] = useState(0);
  const [dialog, setDialog] = useState<'history' | 'saved' | 'save' | null>(null);
  const put = (query: string) => {
    setText(query);
    setGiven({ text: query });
  };
  // Back and Forward bring back what was asked.
  useEffect(() => {
    if (asked && asked !== text) put(asked);
  }, [asked]);

  const canRun = groups.length > 0 && asked !== '';
  const key = canRun ? JSON.stringify([groups, asked, t, again, refreshTick.value]) : null;
  const run = useInsightsRun(key, () => {
    const { fromMs, toMs } = resolveRange(timeRange.value, Date.now());
    return { groups, query: asked, start_ms: Math.floor(fromMs), end_ms: Math.ceil(toMs) + 1 };
  });
  const fields = useResource(groups.length ? JSON.stringify([groups, t]) : null, (abort) =>
    fetchFields(groups, t, abort),
  );
  const names = (fields.data ?? []).map(({ name }) => name);
  const language = useMemo(() => insightsLanguage(names), [names.join('\n')]);

  const start = () => {
    if (groups.length === 0 || !text.trim()) return;
    if (text === asked) setAgain((n) => n + 1);
    else setParams({ q: text });
  };
  const use = (query: string, from?: string[]) => {
    setDialog(null);
    put(query);
    setParams({ q: query, ...(from?.length ? { groups: writeNames(from) } : {}) });
  };
  const addFilter = (condition: string) => use(`${text.trim() || 'fields @timestamp, @message'}\n| filter ${condition}`);

  const isRunning = run.state === 'running';
  const mistake = run.error?.place && text === asked ? run.error.place : null;
  return (
    <div class="page insights-page">
      <div class="page-head">
        <h1>Logs Insights</h1>
        <GroupPicker
          chosen={groups}
          max={groupsMax}
          onChange={(next) => setParams({ groups: writeNames(next) }, { replace: true })}
        />
        <MenuButton
          menuLabel="Templates"
          items={templates.map(({ name, query }) => ({ label: name, onSelect: () => use(query) }))}
        >
          Templates
        </MenuButton>
        <span class="spacer" />
        <Button look="ghost" icon="history" onClick={() => setDialog('history')}>
          History
        </Button>
        <Button look="ghost" icon="star" onClick={() => setDialog('saved')}>
          Saved queries
        </Button>
        <Button disabled={!text.trim()} onClick={() => setDialog('save')}>
          Save query
        </Button>
        {isRunning ? (
          <Button icon="close" onClick={run.cancel}>
            Cancel query
          </Button>
        ) : (
          <Button
            look="primary"
            icon="play"
            aria-keyshortcuts="Control+Enter"
            title={groups.length ? 'Ctrl Enter' : 'Choose log groups first'}
            disabled={groups.length === 0 || !text.trim()}
            onClick={start}
          >
            Run Query
            {asked !== '' && text !== asked && <span class="changed-dot" title="Changed since it ran" />}
          </Button>
        )}
      </div>
      <CodeField
        label="Insights query"
        given={given}
        hint="fields @timestamp, @message | filter @message like /error/ | sort @timestamp desc"
        language={language}
        onChange={setText}
        onRun={start}
        mistake={mistake}
      />
      <div class="insights-columns">
        <FieldSidebar groups={groups} t={t} fields={fields} onFilter={addFilter} />
        {groups.length === 0 ? (
          <EmptyState title="Choose log groups to ask">
            The query runs over all of them together, in the time range above.
          </EmptyState>
        ) : (
          <InsightsResults run={run} query={asked} groups={groups} onFilter={addFilter} onRetry={start} />
        )}
      </div>
      {dialog === 'history' && <HistoryDialog onClose={() => setDialog(null)} onUse={use} />}
      {dialog === 'saved' && <SavedQueriesDialog onClose={() => setDialog(null)} onUse={use} />}
      {dialog === 'save' && <SaveQueryDialog query={text} groups={groups} onClose={() => setDialog(null)} />}
    </div>
  );
}
