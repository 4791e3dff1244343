// SPDX-License-Identifier: Apache-2.0
// What of the trace page is in the URL, and how it is written there.
import { byField, type ColourBy } from './colors.ts';

export const views = ['waterfall', 'flame', 'map', 'logs', 'json'] as const;
export type View = (typeof views)[number];

const colourings = ['service', 'kind', 'status'] as const;

function readColour(text: string | null): ColourBy {
  const field = /^field:(.+)$/s.exec(text ?? '');
  return field ? byField(field[1]!) : oneOf(colourings, text);
}

export interface TraceUrl {
  /** Sixteen hex digits, `log@<ns>` for a row that is no span, or empty. */
  span: string;
  view: View;
  q: string;
  only: boolean;
  zoom: string;
  fold: string;
  color: ColourBy;
  /** Span id of the subtree in focus, or empty. */
  root: string;
  path: boolean;
  /** Sources whose rows and marks are hidden, as sources.ts writes them. */
  hide: string;
}

function oneOf<T extends string>(all: readonly T[], text: string | null): T {
  return all.find((one) => one === text) ?? all[0]!;
}

export function readTraceUrl(params: URLSearchParams): TraceUrl {
  return {
    span: params.get('span') ?? '',
    view: oneOf(views, params.get('view')),
    q: params.get('q') ?? '',
    only: params.get('only') === '1',
    zoom: params.get('zoom') ?? '',
    fold: params.get('fold') ?? '',
    color: readColour(params.get('color')),
    root: params.get('root') ?? '',
    path: params.get('path') === '1',
    hide: params.get('hide') ?? '',
  };
}

/** Parameter changes for the router; defaults are left out of the URL. */
export function writeTraceUrl(url: TraceUrl): Record<string, string | null> {
  return {
    span: url.span || null,
    view: url.view === views[0] ? null : url.view,
    q: url.q || null,
    only: url.only ? '1' : null,
    zoom: url.zoom || null,
    fold: url.fold || null,
    color: url.color === colourings[0] ? null : url.color,
    root: url.root || null,
    path: url.path ? '1' : null,
    hide: url.hide || null,
  };
}
