// SPDX-License-Identifier: Apache-2.0
// Where the time went: self time summed by service and operation.
import { isMissing, type TraceCols } from './cols.ts';

export interface SelfTime {
  service: string;
  name: string;
  /** First row of the group. */
  row: number;
  count: number;
  selfNs: number;
}

/** Groups of rows [from, to), most self time first. */
export function sumSelfTimes(cols: TraceCols, from: number, to: number): SelfTime[] {
  const groups = new Map<number, SelfTime>();
  for (let i = from; i < to; i++) {
    if (cols.spanId[i] === 0n || isMissing(cols, i)) continue;
    const key = cols.svc[i]! * cols.names.length + cols.name[i]!;
    const group = groups.get(key);
    if (group) {
      group.count++;
      group.selfNs += cols.self[i]!;
    } else {
      const service = cols.services[cols.svc[i]!]!;
      const name = cols.names[cols.name[i]!]!;
      groups.set(key, { service, name, row: i, count: 1, selfNs: cols.self[i]! });
    }
  }
  return [...groups.values()].sort((a, b) => b.selfNs - a.selfNs || a.row - b.row);
}
