// SPDX-License-Identifier: Apache-2.0
// Runs "Find spans": what the arrays can tell at once, the rest when the server has answered.
import { batch, signal } from '@preact/signals';
import { asApiError, isAbort } from '../api/client.ts';
import { formatCount } from '../format/number.ts';
import { announce } from '../ui/toast.tsx';
import { findLocal, parseFind, union } from './find.ts';
import { searchTrace } from './trace_api.ts';
import type { TraceModel } from './trace_model.ts';

const pauseMs = 90;

export class FindSession {
  /** What is typed; the model's query follows when typing pauses. */
  readonly text;
  readonly pending = signal(false);
  readonly error = signal('');
  private timer = 0;
  private abort = new AbortController();

  constructor(
    private readonly traceId: string,
    private readonly model: TraceModel,
  ) {
    this.text = signal(model.query.value);
    if (this.text.value !== '') void this.run(this.text.value);
  }

  type(text: string): void {
    this.text.value = text;
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => void this.run(text), pauseMs);
  }

  /** Looks for `text` now. */
  set(text: string): void {
    clearTimeout(this.timer);
    this.text.value = text;
    void this.run(text);
  }

  stop(): void {
    clearTimeout(this.timer);
    this.abort.abort();
  }

  private async run(text: string): Promise<void> {
    this.stop();
    this.abort = new AbortController();
    const { signal: aborted } = this.abort;
    const clauses = parseFind(text);
    const local = findLocal(this.model.cols, clauses);
    batch(() => {
      this.model.query.value = clauses.length === 0 ? '' : text.trim();
      this.model.matches.value = local.rows;
      this.error.value = '';
      this.pending.value = !local.complete;
    });
    if (!local.complete) await this.askServer(local.rows, clauses, aborted);
    if (!aborted.aborted && clauses.length > 0) {
      announce(`${formatCount(this.model.matches.value.length)} spans match`);
    }
  }

  private async askServer(
    known: Uint32Array,
    clauses: ReturnType<typeof parseFind>,
    aborted: AbortSignal,
  ): Promise<void> {
    try {
      const found = await searchTrace(this.traceId, clauses, aborted);
      const inTrace = found.filter((row) => row < this.model.cols.n);
      batch(() => {
        this.model.matches.value = union(known, inTrace);
        this.pending.value = false;
      });
    } catch (error) {
      if (isAbort(error) || aborted.aborted) return;
      batch(() => {
        this.error.value = asApiError(error).message;
        this.pending.value = false;
      });
    }
  }
}
