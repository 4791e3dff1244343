// SPDX-License-Identifier: Apache-2.0
// Writes pieces of the Insights language.

import type { FieldValue } from '../format/number.ts';

const bare = /^[@A-Za-z_][\w.@]*$/;

/** A field's name as the Insights language wants it. */
export function insightsName(field: string): string {
  return bare.test(field) ? field : `\`${field}\``;
}

export function insightsLiteral(value: FieldValue): string {
  if (typeof value === 'number') return String(value);
  return `"${String(value).replace(/[\\"]/g, '\\$&')}"`;
}
