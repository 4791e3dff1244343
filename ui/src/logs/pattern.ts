// SPDX-License-Identifier: Apache-2.0
// Writes CloudWatch filter patterns.

import type { FieldValue } from '../format/number.ts';

/** A term that matches exactly `text`. */
export function termPattern(text: string): string {
  return /^[\w./:-]+$/.test(text) && !/^[-?]/.test(text) ? text : `"${text.replace(/[\\"]/g, '\\$&')}"`;
}

function conditionOf(field: string, value: FieldValue, isNot: boolean): string {
  const selector = `$.${field}`;
  if (value === null) return isNot ? `${selector} EXISTS` : `${selector} IS NULL`;
  if (typeof value === 'boolean') return `${selector} IS ${value !== isNot ? 'TRUE' : 'FALSE'}`;
  const text = typeof value === 'number' ? String(value) : `"${value.replace(/[\\"]/g, '\\$&')}"`;
  return `${selector} ${isNot ? '!=' : '='} ${text}`;
}

/** A JSON pattern narrowed by one more condition; a pattern of another kind is replaced. */
export function withCondition(pattern: string, field: string, value: FieldValue, isNot: boolean): string {
  const condition = conditionOf(field, value, isNot);
  const inner = /^\{([\s\S]*)\}$/.exec(pattern.trim())?.[1]?.trim();
  return inner ? `{ (${inner}) && ${condition} }` : `{ ${condition} }`;
}
