// SPDX-License-Identifier: Apache-2.0
// A live tail: follows what arrives, holds the view still while somebody reads, starts again when
// the connection breaks.

import { batch, signal } from '@preact/signals';
import { ApiError, apiUrl, asApiError, isAbort } from '../api/client.ts';
import { readEvents } from '../api/event_stream.ts';
import { TailRing } from './tail_ring.ts';
import type { LogLine } from './types.ts';

export const ringLines = 20_000;
const reconnectMs = 2000;

interface LinesEvent {
  lines: LogLine[];
  sampled: boolean;
  matched: number;
  shown: number;
}

/** Of the last second. */
export interface TailRate {
  matched: number;
  shown: number;
  sampled: boolean;
}

export class TailSession {
  readonly state = signal<'off' | 'connecting' | 'running' | 'paused'>('off');
  readonly lines = signal<readonly LogLine[]>([]);
  readonly rate = signal<TailRate | null>(null);
  readonly error = signal<ApiError | null>(null);
  /** Arrived since the view was held still. */
  readonly waiting = signal(0);
  private readonly ring = new TailRing<LogLine>(ringLines);
  private abort: AbortController | null = null;
  private heldAt = 0;
  private timer = 0;

  constructor(
    readonly groups: readonly string[],
    readonly filter: string,
  ) {}

  /** Starts, or goes on after a pause. */
  start(): void {
    if (this.state.value === 'paused') {
      batch(() => {
        this.state.value = 'running';
        this.waiting.value = 0;
        this.lines.value = this.ring.items;
      });
    } else if (this.state.value === 'off') void this.connect();
  }

  /** Holds the view; what arrives is kept, but not shown. */
  pause(): void {
    if (this.state.value !== 'running' && this.state.value !== 'connecting') return;
    this.heldAt = this.ring.added;
    this.state.value = 'paused';
  }

  stop(): void {
    clearTimeout(this.timer);
    this.abort?.abort();
    this.abort = null;
    this.state.value = 'off';
  }

  clear(): void {
    this.ring.clear();
    this.heldAt = 0;
    batch(() => {
      this.waiting.value = 0;
      this.lines.value = [];
    });
  }

  private async connect(): Promise<void> {
    const abort = new AbortController();
    this.abort = abort;
    if (this.state.value === 'off') this.state.value = 'connecting';
    try {
      const body = { groups: this.groups, streams: [], stream_prefixes: [], filter: this.filter };
      await readEvents(apiUrl('logs/tail'), ({ name, data }) => this.take(name, data), abort.signal, body);
    } catch (error) {
      if (isAbort(error) || abort.signal.aborted) return;
      this.error.value = asApiError(error);
      if (this.error.value.status >= 400 && this.error.value.status < 500) {
        this.state.value = 'off';
        return;
      }
    }
    if (!abort.signal.aborted) this.timer = window.setTimeout(() => void this.connect(), reconnectMs);
  }

  private take(name: string, data: string): void {
    batch(() => {
      this.error.value = null;
      if (this.state.value === 'connecting') this.state.value = 'running';
      if (name !== 'lines') return;
      const { lines, sampled, matched, shown } = JSON.parse(data) as LinesEvent;
      this.rate.value = { matched, shown, sampled };
      if (lines.length === 0) return;
      this.ring.push(lines);
      if (this.state.value === 'paused') this.waiting.value = this.ring.added - this.heldAt;
      else this.lines.value = this.ring.items;
    });
  }
}
