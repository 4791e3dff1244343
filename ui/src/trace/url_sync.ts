// SPDX-License-Identifier: Apache-2.0
// Keeps the address and the model in step. Moving about replaces the history entry after a short
// rest; another view or subtree makes a new one, so that Back returns from it.
import { effect, untracked } from '@preact/signals';
import { route, setParams } from '../route/route.ts';
import type { TraceModel } from './trace_model.ts';
import { readTraceUrl, writeTraceUrl, type TraceUrl } from './trace_url.ts';

const restMs = 200;

export class UrlSync {
  private timer = 0;

  constructor(
    private readonly model: TraceModel,
    private readonly find: (text: string) => void,
  ) {}

  start(): () => void {
    const { path } = route.value;
    const stopWriting = effect(() => {
      this.model.urlParts.value;
      untracked(() => this.schedule());
    });
    let isFirst = true;
    const stopReading = effect(() => {
      const now = route.value;
      if (!isFirst && now.path === path) untracked(() => this.read(readTraceUrl(now.params)));
      isFirst = false;
    });
    return () => {
      clearTimeout(this.timer);
      stopWriting();
      stopReading();
    };
  }

  /** Writes what is on screen now. */
  flush(): void {
    clearTimeout(this.timer);
    const url = this.model.readUrl();
    const shown = readTraceUrl(route.value.params);
    if (isSame(url, shown)) return;
    setParams(writeTraceUrl(url), { replace: url.view === shown.view && url.root === shown.root });
  }

  private schedule(): void {
    clearTimeout(this.timer);
    const shown = readTraceUrl(route.value.params);
    const isMove = this.model.view.value !== shown.view || this.model.rootName !== shown.root;
    if (isMove) this.flush();
    else this.timer = window.setTimeout(() => this.flush(), restMs);
  }

  // Back, Forward or a link within the page; what was written from here is already in the model.
  private read(url: TraceUrl): void {
    if (isSame(url, this.model.readUrl())) return;
    clearTimeout(this.timer);
    this.model.applyUrl(url);
    this.find(url.q);
  }
}

function isSame(a: TraceUrl, b: TraceUrl): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
