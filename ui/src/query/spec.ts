// SPDX-License-Identifier: Apache-2.0
// Honeycomb's query specification, and the words it is made of.

import type { FieldValue } from '../format/number.ts';

export interface Calculation {
  op: string;
  column?: string;
  name?: string;
}

/** Arithmetic over calculations by their keys: `$COUNT / $"P95(duration_ms)"`. */
export interface Formula {
  name: string;
  expression: string;
}

export interface Filter {
  column: string;
  op: string;
  value?: FieldValue | FieldValue[];
}

export interface Order {
  op?: string;
  column?: string;
  order?: 'ascending' | 'descending';
}

export interface Having {
  calculate_op?: string;
  column?: string;
  name?: string;
  op: string;
  value: number;
}

export interface QuerySpec {
  calculations?: Calculation[];
  formulas?: Formula[];
  filters?: Filter[];
  filter_combination?: 'AND' | 'OR';
  breakdowns?: string[];
  orders?: Order[];
  havings?: Having[];
  limit?: number;
  time_range?: number;
  start_time?: number;
  end_time?: number;
  granularity?: number;
  compare_time_offset_seconds?: number;
  [other: string]: unknown;
}

/** Calculations that stand alone. COUNT may take a column as well. */
export const plainOps = ['COUNT', 'CONCURRENCY'];

export const columnOps = [
  'HEATMAP', 'P95', 'P99', 'P90', 'P50', 'AVG', 'MAX', 'MIN', 'SUM', 'COUNT_DISTINCT',
  'P999', 'P80', 'P75', 'P25', 'P20', 'P10', 'P05', 'P01', 'P001',
  'RATE_AVG', 'RATE_SUM', 'RATE_MAX',
];

/** Calculations over columns of any type. */
export const anyTypeOps = new Set(['COUNT', 'COUNT_DISTINCT']);

export const calculationOps = [...plainOps, ...columnOps];

export const filterOps = [
  '=', '!=', '>', '>=', '<', '<=', 'contains', 'does-not-contain', 'exists', 'does-not-exist',
  'starts-with', 'does-not-start-with', 'ends-with', 'does-not-end-with', 'in', 'not-in',
];

export const valuelessOps = new Set(['exists', 'does-not-exist']);
export const listOps = new Set(['in', 'not-in']);
export const compareOps = ['=', '!=', '>', '>=', '<', '<='];

export function calculationKey(calculation: Calculation): string {
  if (calculation.name) return calculation.name;
  return calculation.column ? `${calculation.op}(${calculation.column})` : calculation.op;
}

/** What runs: COUNT when nothing else is asked for. */
export function effectiveCalculations(spec: QuerySpec): Calculation[] {
  return spec.calculations?.length ? spec.calculations : [{ op: 'COUNT' }];
}

/** A spec without any clause shows raw events. */
export function isEmptySpec(spec: QuerySpec): boolean {
  return ![spec.calculations, spec.formulas, spec.filters, spec.breakdowns, spec.orders, spec.havings].some(
    (clause) => clause?.length,
  );
}

/** What a result shows and can be ordered by: the formulas, where there are some. */
export function resultKeys(spec: QuerySpec): string[] {
  const calculations = effectiveCalculations(spec).filter(({ op }) => op !== 'HEATMAP');
  return [...(spec.formulas ?? []).map(({ name }) => name), ...calculations.map(calculationKey)];
}

const timeKeys = new Set(['time_range', 'start_time', 'end_time', 'compare_time_offset_seconds']);

/** Drops the empty clauses and the times, which live in the URL's `t` and `cmp`. */
export function withoutTime(spec: QuerySpec): QuerySpec {
  const kept: QuerySpec = {};
  for (const [key, value] of Object.entries(spec)) {
    if (timeKeys.has(key)) continue;
    if (value === undefined || (Array.isArray(value) && value.length === 0)) continue;
    if (key === 'filter_combination' && value === 'AND') continue;
    kept[key] = value;
  }
  return kept;
}

/** Adds `filter`, replacing one for the same column and operator. */
export function withFilter(spec: QuerySpec, filter: Filter): QuerySpec {
  const others = (spec.filters ?? []).filter(
    (other) => other.column !== filter.column || other.op !== filter.op,
  );
  return { ...spec, filters: [...others, filter] };
}

export function withBreakdown(spec: QuerySpec, column: string): QuerySpec {
  const breakdowns = spec.breakdowns ?? [];
  return breakdowns.includes(column) ? spec : { ...spec, breakdowns: [...breakdowns, column] };
}
