// SPDX-License-Identifier: Apache-2.0

import type { QueryResult } from '../api/types.ts';
import type { FieldValue } from '../format/number.ts';
import { describeOffset } from './compare.ts';

function csvCell(value: FieldValue | undefined): string {
  const text = value === null || value === undefined ? '' : String(value);
  return /[",\n\r]/.test(text) ? `"${text.replace(/"/g, '""')}"` : text;
}

/** The groups as RFC 4180 CSV with a header line. */
export function resultAsCsv(result: QueryResult): string {
  const shown = result.calculations
    .map(({ key, op }, index) => ({ key, op, index }))
    .filter(({ op }) => op !== 'HEATMAP');
  const earlier = result.compare;
  const lines = [
    [
      ...result.breakdowns,
      ...shown.map(({ key }) => key),
      ...(earlier ? shown.map(({ key }) => `${key}, ${describeOffset(earlier.offset_s)}`) : []),
    ],
    ...result.rows.map((row, at) => [
      ...row.group,
      ...shown.map(({ index }) => row.values[index]),
      ...(earlier ? shown.map(({ index }) => earlier.rows[at]?.values[index]) : []),
    ]),
  ];
  return lines.map((cells) => `${cells.map(csvCell).join(',')}\r\n`).join('');
}

export function downloadText(name: string, type: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type }));
  const anchor = document.createElement('a');
  anchor.href = url;
  anchor.download = name;
  anchor.click();
  URL.revokeObjectURL(url);
}
