// SPDX-License-Identifier: Apache-2.0
// "Find in JSON": the server looks into every value and for fields of that name.
import { positionOf } from './tree.ts';
import type { JsonLines } from './json_lines.ts';
import { searchTrace } from './trace_api.ts';

/** Indexes of the spans with `text` in a value, or with a field of that name; ascending. */
export async function findInJson(
  traceId: string,
  lines: JsonLines,
  text: string,
  abort: AbortSignal,
): Promise<Uint32Array> {
  const searches = [searchTrace(traceId, [{ word: text }], abort)];
  if (/^[\w.]+$/.test(text)) {
    searches.push(searchTrace(traceId, [{ field: text, op: 'exists', value: '' }], abort));
  }
  const spans = new Set<number>();
  for (const row of (await Promise.all(searches)).flatMap((rows) => [...rows])) {
    const span = positionOf(lines.rows, row);
    if (lines.rows[span] === row) spans.add(span);
  }
  return Uint32Array.from(spans).sort();
}
