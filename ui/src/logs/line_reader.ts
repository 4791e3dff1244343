// SPDX-License-Identifier: Apache-2.0
// Lines read so far, growing at both ends while somebody scrolls.

import { batch, signal } from '@preact/signals';
import { asApiError, isAbort, type ApiError } from '../api/client.ts';
import { fetchContext, fetchLines, type Times } from './logs_api.ts';
import type { LinePage, LineSelection, LogLine } from './types.ts';

export type Direction = 'older' | 'newer';

const pageLines = 500;
const contextLines = 60;
/** A page with fewer lines that ran out of time is continued at once. */
const fewLines = 50;
/** How soon the end that had nothing new is asked again. */
const askAgainMs = 1500;

export interface LineSource {
  selection: LineSelection;
  /** Now, for ranges that move with it. */
  times: () => Times;
  order: 'newest' | 'oldest';
  /** Starts around this line instead of at an end. */
  at: string;
}

export class LineReader {
  /** Ascending in time. */
  readonly lines = signal<readonly LogLine[]>([]);
  readonly busy = signal<'first' | Direction | null>(null);
  readonly error = signal<ApiError | null>(null);
  /** Nothing older, or nothing newer, is stored. */
  readonly atStart = signal(false);
  readonly atEnd = signal(false);
  private older: string | null = null;
  private newer: string | null = null;
  private askedMs = 0;
  private readonly abort = new AbortController();

  constructor(readonly source: LineSource) {}

  stop(): void {
    this.abort.abort();
  }

  async start(): Promise<void> {
    await this.run('first', async () => {
      if (this.source.at) {
        this.take(await fetchContext(this.source.at, contextLines, this.abort.signal), 'older', false);
        return;
      }
      await this.read(this.source.order === 'newest' ? 'older' : 'newer', null);
    });
  }

  /** Reads on in one direction, unless that is under way or there is nothing. */
  async more(direction: Direction): Promise<void> {
    if (this.busy.value !== null) return;
    if (direction === 'older' && this.older === null) return;
    if (direction === 'newer') {
      if (this.newer === null || (this.atEnd.value && Date.now() - this.askedMs < askAgainMs)) return;
      this.askedMs = Date.now();
    }
    const cursor = direction === 'older' ? this.older : this.newer;
    await this.run(direction, () => this.read(direction, cursor));
  }

  private async run(what: 'first' | Direction, work: () => Promise<void>): Promise<void> {
    this.busy.value = what;
    try {
      await work();
      this.error.value = null;
    } catch (error) {
      if (isAbort(error) || this.abort.signal.aborted) return;
      this.error.value = asApiError(error);
    }
    this.busy.value = null;
  }

  private async read(direction: Direction, from: string | null): Promise<void> {
    const before = this.lines.value.length;
    let cursor = from;
    for (;;) {
      const { selection, times } = this.source;
      const order = direction === 'older' ? 'newest' : 'oldest';
      const request = { ...selection, ...times(), order, limit: pageLines, cursor } as const;
      const page = await fetchLines(request, this.abort.signal);
      if (this.abort.signal.aborted) return;
      this.take(page, direction, from !== null || cursor !== null);
      const next = direction === 'older' ? page.older : page.newer;
      if (page.complete || next === null || next === cursor) return;
      if (this.lines.value.length - before >= fewLines) return;
      cursor = next;
    }
  }

  private take(page: LinePage, direction: Direction, joins: boolean): void {
    batch(() => {
      const known = joins ? this.lines.value : [];
      if (page.lines.length || !joins) {
        this.lines.value = direction === 'older' ? [...page.lines, ...known] : [...known, ...page.lines];
      }
      if (direction === 'older' || !joins) {
        this.older = page.older;
        this.atStart.value = page.older === null;
      }
      if (direction === 'newer' || !joins) {
        this.newer = page.newer;
        this.atEnd.value = direction === 'newer' && page.lines.length < pageLines && page.complete;
      }
    });
  }
}
