// SPDX-License-Identifier: Apache-2.0
// The shapes of docs/wire/ui-api.md.

import type { FieldValue } from '../format/number.ts';
import type { QuerySpec } from '../query/spec.ts';

/** `[min, max, count]`; null where nothing happened. */
export type HeatCell = [number, number, number];
export type SeriesValue = FieldValue | HeatCell[];

export interface Calculated {
  key: string;
  op: string;
  column: string | null;
}

export interface ResultRow {
  group: FieldValue[];
  values: FieldValue[];
}

export interface QuerySeries {
  times_ms: number[];
  /** `rows[row][calculation][time]` */
  rows: SeriesValue[][][];
  total: SeriesValue[][];
}

/** The same groups some time earlier; a group without events then is null. */
export interface Comparison {
  offset_s: number;
  start_ms: number;
  end_ms: number;
  rows: ({ values: FieldValue[] } | null)[];
  total: { values: FieldValue[] } | null;
  series: {
    times_ms: number[];
    rows: (SeriesValue[][] | null)[];
    total: SeriesValue[][];
  } | null;
}

export interface QueryResult {
  complete: boolean;
  dataset: string;
  query: QuerySpec;
  start_ms: number;
  end_ms: number;
  granularity_ms: number;
  breakdowns: string[];
  calculations: Calculated[];
  rows: ResultRow[];
  total: { values: FieldValue[] } | null;
  other: { values: FieldValue[]; groups: number } | null;
  groups_total: number;
  series: QuerySeries | null;
  compare?: Comparison | null;
  stats: QueryStats;
}

export interface QueryStats {
  rows_scanned: number;
  rows_matched: number;
  rows_total: number;
  elapsed_ms: number;
}

export interface QueryProgress {
  rows_scanned: number;
  rows_total: number;
  segments_done: number;
  segments_total: number;
  elapsed_ms: number;
}

export interface RawEvent {
  time_ns: string;
  dataset: string;
  trace_id: string | null;
  span_id: string | null;
  data: Record<string, FieldValue>;
}

export interface EventsAnswer {
  events: RawEvent[];
  next: string | null;
  matched: number;
}

export interface TraceSummary {
  trace_id: string;
  root_span_id: string;
  root_name: string;
  root_service: string;
  root_missing?: boolean;
  start_ns: string;
  duration_ns: string;
  span_count: number;
  error_count: number;
  matched_spans: number;
  services: { name: string; span_count: number; self_ns: string }[];
  values: FieldValue[];
}

export interface TracesAnswer {
  traces: TraceSummary[];
  next: string | null;
  matched: number;
}

export interface ColumnInfo {
  id: string;
  key: string;
  type: 'string' | 'integer' | 'float' | 'boolean';
  description: string;
  hidden: boolean;
  last_written_ms: number | null;
}

export interface ValueCount {
  value: FieldValue;
  count: number;
}

export interface DatasetInfo {
  slug: string;
  name: string;
  description: string;
  signals: string[];
  events: number;
  columns: number;
  created_ms: number;
  first_event_ms: number | null;
  last_event_ms: number | null;
}

export interface ServiceOverview {
  service: string;
  dataset: string;
  spans: number;
  errors: number;
  p50_ms: number | null;
  p95_ms: number | null;
  series: { spans: number[]; errors: number[]; p95_ms: (number | null)[] };
}

export interface Overview {
  start_ms: number;
  end_ms: number;
  bucket_ms: number;
  events_ever: number;
  last_event_ms: number | null;
  services: ServiceOverview[];
  traces: TraceSummary[];
}

export interface Arrival {
  dataset: string;
  service: string;
  signal: string;
  source: string;
  count: number;
  trace_id: string | null;
  time_ns: string;
}

export interface KeyInfo {
  id: string;
  name: string;
  type: 'ingest' | 'configuration';
  prefix: string;
  created_ms: number;
  last_used_ms: number | null;
  revoked: boolean;
}

export interface HistoryEntry {
  id: string;
  at_ms: number;
  dataset: string;
  query: QuerySpec;
  elapsed_ms: number;
  rows_matched: number;
}

export interface SavedQuery {
  id: string;
  name: string;
  description: string;
  dataset: string;
  query_id: string;
  query: QuerySpec;
  updated_ms: number;
}

export interface ServerStatus {
  version: string;
  started_ms: number;
  now_ms: number;
  http: string[];
  grpc: string[];
  xray: string[];
  open: boolean;
  aws_region: string;
  aws_account_id: string;
  retention_days: number;
  events: number;
  disk_bytes: number;
}

export interface PanelPosition {
  x_coordinate: number;
  y_coordinate: number;
  width: number;
  height: number;
}

export interface BoardPanel {
  type: string;
  position?: PanelPosition;
  query_panel?: {
    query_id: string;
    query_annotation_id: string;
    query_style: 'graph' | 'table' | 'combo';
    dataset?: string;
    visualization_settings?: { tracery_view?: string };
  };
  text_panel?: { content: string };
}

export interface Board {
  id: string;
  name: string;
  description: string;
  type: string;
  layout_generation?: string;
  panels: BoardPanel[];
}
