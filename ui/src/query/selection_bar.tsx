// SPDX-License-Identifier: Apache-2.0
// What can be done with a heatmap's selection.

import { useRef } from 'preact/hooks';
import type { QueryResult } from '../api/types.ts';
import type { HeatSelection } from '../chart/heatmap_figure.tsx';
import { formatCompact, formatDurationMs, isMilliseconds } from '../format/number.ts';
import { formatClock } from '../format/time.ts';
import { navigate, setParams } from '../route/route.ts';
import type { TimeRange } from '../route/time_range.ts';
import { Button } from '../ui/button.tsx';
import { Menu } from '../ui/menu.tsx';
import { queryHref } from './query_url.ts';
import type { ResultsViewProps } from './results_view.tsx';
import { selectionFilters } from './selection.ts';
import { withFilter, type QuerySpec } from './spec.ts';

export interface SelectionBarProps extends ResultsViewProps {
  result: QueryResult;
  selection: HeatSelection;
  column: string;
  menuOpen: boolean;
  onMenuClose: () => void;
}

export function SelectionBar(props: SelectionBarProps) {
  const { dataset, spec, selection, column } = props;
  const barRef = useRef<HTMLDivElement>(null);
  const format = isMilliseconds(column) ? formatDurationMs : formatCompact;
  const times: TimeRange = {
    kind: 'absolute',
    fromMs: Math.floor(selection.fromMs),
    toMs: Math.ceil(selection.toMs),
  };
  const filtered = selectionFilters(selection, column).reduce<QuerySpec>(withFilter, spec);
  const actions = [
    { label: 'Filter', onSelect: () => navigate(queryHref(dataset, filtered, times)) },
    { label: 'Traces', onSelect: () => setParams({ tab: 'traces' }) },
    { label: 'Events', onSelect: () => setParams({ tab: 'events' }) },
    { label: 'Zoom', onSelect: () => navigate(queryHref(dataset, spec, times)) },
    { label: 'Clear selection', onSelect: () => setParams({ sel: null }, { replace: true }) },
  ];
  return (
    <div class="selection-bar" ref={barRef} role="group" aria-label="Selection">
      <span>
        {formatClock(selection.fromMs)}–{formatClock(selection.toMs)}, {format(selection.low)}–
        {format(selection.high)}
      </span>
      {actions.slice(0, 4).map(({ label, onSelect }) => (
        <Button key={label} look="ghost" onClick={onSelect}>
          {label}
        </Button>
      ))}
      <Button look="ghost" icon="close" label="Clear selection" onClick={actions[4]!.onSelect} />
      {props.menuOpen && (
        <Menu anchor={barRef.current} label="Selection" items={actions} onClose={props.onMenuClose} />
      )}
    </div>
  );
}
