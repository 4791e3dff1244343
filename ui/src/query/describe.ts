// SPDX-License-Identifier: Apache-2.0

import { calculationKey, effectiveCalculations, isEmptySpec, type QuerySpec } from './spec.ts';
import { printFilter } from './token_parser.ts';

/** A query in one line: `P95(duration_ms), COUNT where name = x by app.user_id`. */
export function describeSpec(spec: QuerySpec): string {
  if (isEmptySpec(spec)) return 'Raw events';
  const formulas = (spec.formulas ?? []).map(({ name }) => name);
  const shown = formulas.length ? formulas : effectiveCalculations(spec).map(calculationKey);
  const parts = [shown.join(', ')];
  const filters = (spec.filters ?? []).map(printFilter);
  if (filters.length) {
    parts.push(`where ${filters.join(spec.filter_combination === 'OR' ? ' or ' : ' and ')}`);
  }
  if (spec.breakdowns?.length) parts.push(`by ${spec.breakdowns.join(', ')}`);
  return parts.join(' ');
}
