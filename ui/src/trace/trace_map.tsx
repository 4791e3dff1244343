// SPDX-License-Identifier: Apache-2.0
// Who called whom in this trace alone.

import { useState } from 'preact/hooks';
import { apiUrl, getJson } from '../api/client.ts';
import { useResource } from '../api/resource.ts';
import { MapFigure } from '../map/map_figure.tsx';
import { MapTable } from '../map/map_table.tsx';
import type { ServiceMap } from '../map/map_types.ts';
import { useLayout } from '../map/use_layout.ts';
import { EmptyState, Skeleton } from '../ui/empty_state.tsx';
import { ErrorCard } from '../ui/error_card.tsx';

export function TraceMap({ traceId }: { traceId: string }) {
  const { data, error, reload } = useResource(traceId, (abort) =>
    getJson<ServiceMap>(apiUrl(`trace/${encodeURIComponent(traceId)}/map`), abort),
  );
  const layout = useLayout(data, 'LR');
  const [selected, setSelected] = useState('');
  if (error) return <ErrorCard what="The trace's map could not be drawn" error={error} onRetry={reload} />;
  if (data?.nodes.length === 0) {
    return <EmptyState title="No requests in this trace">None of its spans is a request or a call.</EmptyState>;
  }
  if (!data || !layout) return <Skeleton rows={8} />;
  return (
    <div class="trace-map stack">
      <MapFigure
        map={data}
        layout={layout}
        selected={selected}
        by="latency"
        onSelect={(_kind, id) => setSelected(id)}
        maxHeight="56vh"
      />
      <MapTable map={data} selected={selected} onSelect={(_kind, id) => setSelected(id)} />
    </div>
  );
}
