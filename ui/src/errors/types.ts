// SPDX-License-Identifier: Apache-2.0
// The shapes of docs/wire/ui-api.md, "Errors".

import type { FieldValue } from '../format/number.ts';

export const levels = ['critical', 'error', 'warning', 'info', 'debug'] as const;
export type Level = (typeof levels)[number];

export const statuses = ['active', 'resolved', 'muted', 'archived'] as const;
export type ItemStatus = (typeof statuses)[number];

export interface ErrorUser {
  id: number;
  name: string;
  email: string;
}

/** A choice of items that somebody named; `query` is as in the address of the inbox. */
export interface SavedFilter {
  id: number;
  name: string;
  query: string;
}

/** A group of occurrences: one project, one environment, one fingerprint. */
export interface ErrorItem {
  id: number;
  counter: number;
  project: string;
  project_id: number;
  environment: string;
  title: string;
  class: string;
  level: Level;
  status: ItemStatus;
  framework: string;
  platform: string;
  language: string;
  /** Since it was last activated. */
  occurrences: number;
  occurrences_total: number;
  people: number | null;
  first_ns: string;
  last_ns: string;
  last_occurrence_id: number;
  first_version: string | null;
  last_version: string | null;
  reactivated: boolean;
  resolved_in_version: string | null;
  resolved_ns: string | null;
  snoozed_until_ns: string | null;
  assignee: { id: number; name: string } | null;
  notes: number;
  sources: string[];
  /** 24 hourly counts up to now, oldest first. */
  series: number[];
}

export interface FacetValue {
  value: string;
  count: number;
}

export type FacetName = 'status' | 'level' | 'environment' | 'framework' | 'project';

export interface ItemsAnswer {
  items: ErrorItem[];
  series_start_ms: number;
  series_step_ms: number;
  matched: number;
  next: string | null;
  facets: Record<FacetName, FacetValue[]>;
}

export interface CountSeries {
  start_ms: number;
  step_ms: number;
  counts: number[];
}

/** One of the most frequent values of a field among an item's occurrences. */
export interface TopValue {
  value: FieldValue;
  count: number;
  first_ns?: string;
  last_ns?: string;
  name?: string;
  email?: string;
}

export interface HistoryEntry {
  time_ns: string;
  kind: string;
  user: string;
  version: string | null;
  text: string;
}

export interface Note {
  id: number;
  time_ns: string;
  user: string;
  text: string;
}

export interface Fingerprint {
  fingerprint: string;
  title: string;
  occurrences: number;
}

export interface ItemDetail {
  item: ErrorItem;
  hours: CountSeries;
  days: CountSeries;
  versions: TopValue[];
  people: TopValue[];
  hosts: TopValue[];
  browsers: TopValue[];
  addresses: TopValue[];
  contexts: TopValue[];
  history: HistoryEntry[];
  notes: Note[];
  fingerprints: Fingerprint[];
  grouping: { version: number; text: string };
}

/** A version going live. */
export interface Deploy {
  id: number;
  project: string;
  environment: string;
  revision: string;
  status: string;
  comment: string;
  user: string;
  started_ms: number;
  finished_ms: number | null;
}

export interface OccurrenceRow {
  id: number;
  uuid: string | null;
  item_id: number;
  time_ns: string;
  source: string;
  level: Level;
  title: string;
  message: string | null;
  context: string | null;
  person: string | null;
  host: string | null;
  code_version: string | null;
  url: string | null;
  browser: string | null;
  trace_id: string | null;
  span_id: string | null;
}

export interface OccurrencesAnswer {
  occurrences: OccurrenceRow[];
  next: number | null;
}

export interface CodePlace {
  filename: string;
  lineno: number | null;
  colno: number | null;
  method: string;
  code: string;
  pre: string[];
  post: string[];
}

export interface Frame extends CodePlace {
  /** The file without the project's root. */
  short: string;
  in_app: boolean;
  locals: Record<string, unknown>;
  args: unknown[];
  kwargs: Record<string, unknown>;
  /** Where a source map leads to. */
  original: CodePlace | null;
}

export interface Exception {
  class: string;
  message: string;
  description: string | null;
  /** From the oldest call to the most recent one. */
  frames: Frame[];
}

export interface TelemetryEntry {
  level?: string;
  type?: string;
  source?: string;
  timestamp_ms?: number;
  body?: Record<string, unknown>;
}

export type Sent = Record<string, unknown>;

export interface Occurrence {
  id: number;
  uuid: string | null;
  item_id: number;
  time_ns: string;
  received_ns: string;
  source: string;
  sources: string[];
  older: number | null;
  newer: number | null;
  project: string;
  environment: string;
  level: Level;
  title: string;
  trace_id: string | null;
  span_id: string | null;
  code_version: string | null;
  language: string | null;
  framework: string | null;
  platform: string | null;
  context: string | null;
  kind: 'trace' | 'trace_chain' | 'message' | 'crash_report' | 'exception';
  /** The reported one first, its causes after it. */
  exceptions: Exception[];
  message: string | null;
  extra: Sent;
  request: Sent;
  person: Sent;
  server: Sent;
  client: Sent;
  custom: Sent;
  notifier: Sent;
  telemetry: TelemetryEntry[];
  /** The wide event. */
  fields: Record<string, FieldValue>;
  /** The whole `data` as sent; null for OpenTelemetry. */
  payload: Sent | null;
}

/** What can be changed of items, as `POST errors/change` takes it. */
export interface ItemChange {
  ids: number[];
  status?: ItemStatus;
  resolved_in_version?: string;
  level?: Level;
  title?: string;
  assignee_id?: number | null;
  snooze_s?: number;
}

export interface ChangeAnswer {
  items: ErrorItem[];
  undo: { changes: ItemChange[] };
}

export interface ErrorProject {
  id: number;
  name: string;
  items: number;
  created_ms: number;
  tokens: { token: string; name: string; scopes: string[]; enabled: boolean }[];
}
