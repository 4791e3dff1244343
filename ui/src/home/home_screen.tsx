// SPDX-License-Identifier: Apache-2.0
// Every service at a glance, the newest traces and errors, the saved queries; onboarding while empty.

import { apiUrl, getJson } from '../api/client.ts';
import { useResource } from '../api/resource.ts';
import type { Overview } from '../api/types.ts';
import { formatCount } from '../format/number.ts';
import { refreshTick } from '../frame/auto_refresh.ts';
import { NoData } from '../frame/no_data.tsx';
import { useTitle } from '../frame/title.ts';
import { SavedQueries } from '../query/saved_queries.tsx';
import { timeRange } from '../route/route.ts';
import { printRange } from '../route/time_range.ts';
import { SendGuide } from '../send/send_guide.tsx';
import { TraceTable } from '../traces/trace_table.tsx';
import { Button } from '../ui/button.tsx';
import { Skeleton } from '../ui/empty_state.tsx';
import { ErrorCard } from '../ui/error_card.tsx';
import { NewestErrors } from './newest_errors.tsx';
import { ServiceTable } from './service_table.tsx';

export function HomeScreen() {
  useTitle('Home');
  const t = printRange(timeRange.value);
  const overview = useResource(`overview:${t}:${refreshTick.value}`, (abort) =>
    getJson<Overview>(apiUrl('overview', { t }), abort),
  );
  const { data, error, loading } = overview;
  if (error && !data) {
    return (
      <div class="page" data-state="error">
        <h1 class="visually-hidden">Home</h1>
        <ErrorCard what="The overview could not be read" error={error} onRetry={overview.reload} />
      </div>
    );
  }
  if (!data) {
    return (
      <div class="page" data-state="loading">
        <h1 class="visually-hidden">Home</h1>
        <Skeleton rows={10} />
      </div>
    );
  }
  if (data.events_ever === 0) {
    return (
      <div class="page" data-state="empty">
        <h1>Send data</h1>
        <p class="muted lead">Nothing has arrived yet. Three steps and the first trace is here.</p>
        <SendGuide />
      </div>
    );
  }
  return (
    <div class="page" data-state="done">
      <div class="page-head">
        <h1>Services</h1>
        <span class="muted" role="status">
          {formatCount(data.services.reduce((sum, service) => sum + service.spans, 0))} spans,{' '}
          {formatCount(data.services.reduce((sum, service) => sum + service.errors, 0))} errors
        </span>
        <span class="spacer" />
        <Button look="ghost" icon="refresh" label="Refresh" onClick={overview.reload} />
      </div>
      <div class={loading ? 'stale' : ''}>
        {data.services.length ? (
          <ServiceTable overview={data} t={t} />
        ) : (
          <NoData what="spans" filtered={false} />
        )}
        <div class="home-columns">
          <section>
            <div class="section-head">
              <h2>Newest traces</h2>
              <span class="spacer" />
              <a href={`/traces?t=${t}`}>All traces</a>
            </div>
            {data.traces.length ? (
              <TraceTable traces={data.traces} dataset="__all__" compact />
            ) : (
              <p class="muted">None in this time range.</p>
            )}
          </section>
          <div>
            <NewestErrors />
            <section>
              <div class="section-head">
                <h2>Saved queries</h2>
                <span class="spacer" />
                <a href="/boards">Boards</a>
              </div>
              <SavedQueries />
            </section>
          </div>
        </div>
      </div>
    </div>
  );
}
