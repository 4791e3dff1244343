// SPDX-License-Identifier: Apache-2.0
// The query builder and its results. The URL holds what ran; the draft holds what is being typed.

import { useSignal } from '@preact/signals';
import { useEffect, useMemo, useState } from 'preact/hooks';
import { getJson, postJson } from '../api/client.ts';
import { useResource } from '../api/resource.ts';
import { refreshTick } from '../frame/auto_refresh.ts';
import { useTitle } from '../frame/title.ts';
import { navigate, route, timeRange } from '../route/route.ts';
import { printRange } from '../route/time_range.ts';
import { Button } from '../ui/button.tsx';
import { ErrorCard } from '../ui/error_card.tsx';
import { copyText } from '../ui/toast.tsx';
import { Builder } from './builder.tsx';
import { useColumns } from './column_cache.ts';
import { DatasetPicker } from './dataset_picker.tsx';
import { HistoryPanel } from './history_panel.tsx';
import { JsonDialog } from './json_dialog.tsx';
import { queryHref, readQueryParams, specCharsMax, specWithRange } from './query_url.ts';
import { ResultsView } from './results_view.tsx';
import { SaveDialog } from './save_dialog.tsx';
import { isEmptySpec, withoutTime, type QuerySpec } from './spec.ts';

/** The spec a `qid` names: a query of its own, or the one behind a query result. */
async function loadStored(dataset: string, id: string, abort: AbortSignal): Promise<QuerySpec> {
  const ds = encodeURIComponent(dataset);
  try {
    return withoutId(await getJson<QuerySpec>(`/1/queries/${ds}/${encodeURIComponent(id)}`, abort));
  } catch (error) {
    const url = `/1/query_results/${ds}/${encodeURIComponent(id)}`;
    const result = await getJson<{ query?: QuerySpec }>(url, abort).catch(() => null);
    if (!result?.query) throw error;
    return withoutId(result.query);
  }
}

function withoutId(spec: QuerySpec): QuerySpec {
  const { id: _id, ...rest } = spec;
  return rest;
}

/** What the URL asks for; the spec is null while a stored one is on its way. */
function useUrlQuery(dataset: string) {
  const { params } = route.value;
  const read = useMemo(() => readQueryParams(params), [params]);
  const qid = params.get('qid');
  const stored = useResource(qid && `${dataset}/${qid}`, (abort) => loadStored(dataset, qid!, abort));
  const fromSpec = stored.data ? readQueryParams(new URLSearchParams({ query: JSON.stringify(stored.data) })) : null;
  return {
    spec: qid ? (fromSpec?.spec ?? null) : (read.spec ?? {}),
    compare: read.compare ?? (qid ? (fromSpec?.compare ?? null) : null),
    range: read.range ?? (qid ? (fromSpec?.range ?? null) : null) ?? timeRange.value,
    invalid: read.error,
    storedError: qid ? stored.error : null,
    reloadStored: stored.reload,
  };
}

export function QueryScreen({ dataset }: { dataset: string }) {
  useTitle(dataset === '__all__' ? 'Query' : `${dataset} · Query`);
  const url = useUrlQuery(dataset);
  const columns = useColumns(dataset);
  const draft = useSignal<QuerySpec>(url.spec ?? {});
  const [runs, setRuns] = useState(0);
  const [panel, setPanel] = useState<'history' | 'save' | 'json' | null>(null);
  const ranText = JSON.stringify(withoutTime(url.spec ?? {}));
  const changed = JSON.stringify(withoutTime(draft.value)) !== ranText;
  const t = printRange(url.range);

  useEffect(() => {
    if (url.spec) draft.value = withoutTime(url.spec);
  }, [ranText]);

  const runSpec = async (spec: QuerySpec, ds = dataset) => {
    const clean = withoutTime(spec);
    const text = JSON.stringify(clean);
    const { params } = route.value;
    const keep = { tab: keptTab(clean), viz: params.get('viz'), cmp: params.get('cmp') };
    setRuns((n) => n + 1);
    if (text.length <= specCharsMax) {
      navigate(queryHref(ds, clean, url.range, keep));
      return;
    }
    const { id } = await postJson<{ id: string }>(`/1/queries/${encodeURIComponent(ds)}`, clean);
    navigate(queryHref(ds, {}, url.range, { ...keep, qid: id }));
  };

  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
      event.preventDefault();
      void runSpec(draft.value);
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  });

  return (
    <div class="query-page">
      <h1 class="visually-hidden">Query {dataset === '__all__' ? 'all datasets' : dataset}</h1>
      <div class="query-head">
        <DatasetPicker dataset={dataset} onPick={(slug) => void runSpec(draft.value, slug)} />
        <span class="spacer" />
        <Button look="ghost" icon="history" onClick={() => setPanel(panel === 'history' ? null : 'history')} aria-expanded={panel === 'history'}>
          History
        </Button>
        <Button look="ghost" icon="star" onClick={() => setPanel('save')}>
          Save query
        </Button>
        <Button look="ghost" icon="link" onClick={() => void copyText(location.href, 'Link copied')}>
          Copy link
        </Button>
        <Button look="ghost" onClick={() => setPanel('json')}>
          <span aria-hidden="true" class="mono">
            {'{}'}
          </span>{' '}
          JSON
        </Button>
        <Button
          look="ghost"
          disabled={isEmptySpec(draft.value) && !draft.value.limit}
          onClick={() => (draft.value = {})}
        >
          Clear
        </Button>
        <Button
          look="primary"
          icon="play"
          class="run"
          aria-keyshortcuts="Control+Enter"
          data-tip="Ctrl Enter"
          onClick={() => void runSpec(draft.value)}
        >
          Run Query
          {changed && <span class="changed-dot" title="Changed since the last run" />}
        </Button>
      </div>
      <Builder
        dataset={dataset}
        spec={draft.value}
        columns={columns}
        t={t}
        onChange={(change) => (draft.value = change(draft.value))}
      />
      {url.invalid && <p class="error-text query-note">{url.invalid}.</p>}
      {url.storedError && (
        <ErrorCard what="The stored query could not be read" error={url.storedError} onRetry={url.reloadStored} />
      )}
      {url.spec && (
        <ResultsView
          dataset={dataset}
          spec={url.spec}
          range={url.range}
          compare={url.compare}
          runs={runs + refreshTick.value}
          columns={columns}
          onRun={(spec) => void runSpec(spec)}
        />
      )}
      {panel === 'history' && <HistoryPanel onClose={() => setPanel(null)} />}
      {panel === 'save' && (
        <SaveDialog
          dataset={dataset}
          spec={specWithRange(draft.value, url.range, url.compare)}
          onClose={() => setPanel(null)}
        />
      )}
      {panel === 'json' && (
        <JsonDialog
          spec={specWithRange(draft.value, url.range, url.compare)}
          onClose={() => setPanel(null)}
          onApply={(spec) => {
            setPanel(null);
            draft.value = withoutTime(spec);
          }}
        />
      )}
    </div>
  );
}

/** The tab survives a run, except that raw events give way to results once there are clauses. */
function keptTab(spec: QuerySpec): string | null {
  const tab = route.value.params.get('tab');
  return tab === 'events' && isEmptySpec(spec) ? null : tab;
}

