// SPDX-License-Identifier: Apache-2.0

import type { LogLine } from './types.ts';

/** Lines in the order they are shown in. */
export class ShownLines {
  constructor(
    readonly lines: readonly LogLine[],
    readonly newestFirst: boolean,
  ) {}

  line(index: number): LogLine | undefined {
    return this.lines[this.newestFirst ? this.lines.length - 1 - index : index];
  }

  indexOf(id: string): number {
    const at = this.lines.findIndex((line) => line.id === id);
    return at >= 0 && this.newestFirst ? this.lines.length - 1 - at : at;
  }
}
