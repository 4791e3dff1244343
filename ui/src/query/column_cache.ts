// SPDX-License-Identifier: Apache-2.0
// The columns of each dataset, loaded once and refreshed when they may have changed.

import { signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { apiUrl, getJson } from '../api/client.ts';
import type { ColumnInfo, ValueCount } from '../api/types.ts';

const freshMs = 30_000;
const columnsByDataset = signal<Record<string, ColumnInfo[]>>({});
const loadedAt = new Map<string, number>();

async function load(dataset: string): Promise<void> {
  loadedAt.set(dataset, Date.now());
  try {
    const { columns } = await getJson<{ columns: ColumnInfo[] }>(apiUrl('columns', { dataset }));
    columnsByDataset.value = { ...columnsByDataset.value, [dataset]: columns };
  } catch {
    loadedAt.delete(dataset);
  }
}

/** The known columns of a dataset; empty until they have arrived. */
export function useColumns(dataset: string): ColumnInfo[] {
  useEffect(() => {
    if (Date.now() - (loadedAt.get(dataset) ?? 0) > freshMs) void load(dataset);
  }, [dataset]);
  return columnsByDataset.value[dataset] ?? [];
}

export function forgetColumns(): void {
  loadedAt.clear();
}

export async function loadValues(
  dataset: string,
  column: string,
  prefix: string,
  t: string,
): Promise<ValueCount[]> {
  const url = apiUrl('values', { dataset, column, prefix, t, limit: 20 });
  return (await getJson<{ values: ValueCount[] }>(url)).values;
}
