// SPDX-License-Identifier: Apache-2.0
// Shapes of the Logs part of docs/wire/ui-api.md.

import type { FieldValue } from '../format/number.ts';

export const levels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace'] as const;
export type Level = (typeof levels)[number];

export interface LogGroup {
  name: string;
  source: 'cloudwatch' | 'otlp';
  streams: number;
  stored_bytes: number;
  events: number;
  retention_days: number | null;
  created_ms: number;
  first_event_ms: number | null;
  last_event_ms: number | null;
  metric_filters: number;
  subscription_filters: number;
  tags: Record<string, string>;
}

export interface LogStream {
  name: string;
  events: number;
  created_ms: number;
  first_event_ms: number | null;
  last_event_ms: number | null;
  last_ingestion_ms: number | null;
}

export interface LogLine {
  id: string;
  time_ns: string;
  ingested_ms: number;
  group: string;
  stream: string;
  level: Level | null;
  /** In lists at most 4 KiB of it; then `cut` is set and `bytes` is its whole length. */
  message: string;
  cut: boolean;
  bytes: number;
  trace_id: string | null;
  span_id: string | null;
  fields: Record<string, FieldValue>;
}

export interface LinePage {
  /** Ascending in time. */
  lines: LogLine[];
  older: string | null;
  newer: string | null;
  complete: boolean;
}

export interface LogHistogram {
  bucket_ms: number;
  start_ms: number;
  counts: number[];
  levels: Partial<Record<Level, number[]>>;
  total: number;
}

/** Which lines: everything that narrows them, without a direction of reading. */
export interface LineSelection {
  groups: string[];
  streams: string[];
  filter: string;
  levels: Level[];
}

export interface InsightsStats {
  records_matched: number;
  records_scanned: number;
  bytes_scanned: number;
  elapsed_ms: number;
}

export interface InsightsAnswer {
  id: string;
  state: 'running' | 'done' | 'failed' | 'cancelled';
  query: string;
  groups: string[];
  start_ms: number;
  end_ms: number;
  columns: string[];
  rows: (string | null)[][];
  /** The line that a row is, where it is one. */
  ids: (string | null)[];
  stats: InsightsStats;
  error: { message: string } | null;
}

export interface InsightsQueryInfo {
  id: string;
  query: string;
  groups: string[];
  state: string;
  created_ms: number;
  elapsed_ms: number;
}

export interface SavedInsightsQuery {
  id: string;
  name: string;
  query: string;
  groups: string[];
  updated_ms: number;
}
