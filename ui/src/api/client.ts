// SPDX-License-Identifier: Apache-2.0
// Requests to our own server: JSON in and out, one error shape.

import { signal } from '@preact/signals';
import { preferences } from '../frame/preferences.ts';

export class ApiError extends Error {
  constructor(
    readonly code: string,
    message: string,
    readonly hint: string,
    readonly status: number,
    /** Which part of a text that was sent is at fault, in code points. */
    readonly place: { start: number; end: number | null } | null = null,
  ) {
    super(message);
  }
}

/** True after a request could not reach the server, until one does again. */
export const offline = signal(false);

export function isAbort(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'AbortError';
}

/** Any thrown thing as an `ApiError`. */
export function asApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  return new ApiError('internal', error instanceof Error ? error.message : String(error), '', 0);
}

interface ErrorBody {
  code?: string;
  message?: string;
  hint?: string;
  error?: string;
  detail?: string;
  start?: number;
  end?: number;
  /** As AWS's own operations say it. */
  Message?: string;
}

function placeOf({ start, end }: ErrorBody): ApiError['place'] {
  return start === undefined ? null : { start, end: end ?? null };
}

async function errorOf(response: Response): Promise<ApiError> {
  let body: ErrorBody = {};
  try {
    body = (await response.json()) as ErrorBody;
  } catch {
    // Not JSON: the status line is all there is to say.
  }
  const message = body.message ?? body.detail ?? body.error ?? body.Message ?? `The server answered ${response.status}`;
  const code = body.code ?? String(response.status);
  return new ApiError(code, message, body.hint ?? '', response.status, placeOf(body));
}

export interface RequestOptions {
  method?: string;
  body?: unknown;
  signal?: AbortSignal | undefined;
}

/** Sends a request and gives the response, or throws `ApiError` for 4xx, 5xx and no network. */
export async function send(url: string, options: RequestOptions = {}): Promise<Response> {
  const headers: Record<string, string> = {};
  if (options.body !== undefined) headers['content-type'] = 'application/json';
  if (preferences.value.apiKey) headers['x-honeycomb-team'] = preferences.value.apiKey;
  let response: Response;
  try {
    response = await fetch(url, {
      method: options.method ?? 'GET',
      headers,
      body: options.body === undefined ? null : JSON.stringify(options.body),
      signal: options.signal ?? null,
      credentials: 'same-origin',
    });
  } catch (error) {
    if (isAbort(error)) throw error;
    offline.value = true;
    throw new ApiError(
      'offline',
      'The server cannot be reached',
      'Is tracery still running? This page tries again by itself.',
      0,
    );
  }
  offline.value = false;
  if (!response.ok) throw await errorOf(response);
  return response;
}

export async function getJson<T>(url: string, abort?: AbortSignal): Promise<T> {
  return (await (await send(url, { signal: abort })).json()) as T;
}

export async function postJson<T>(url: string, body: unknown, abort?: AbortSignal): Promise<T> {
  return (await (await send(url, { method: 'POST', body, signal: abort })).json()) as T;
}

export async function remove(url: string): Promise<void> {
  await send(url, { method: 'DELETE' });
}

/** Builds `/ui/api/v1/<path>?…`; empty parameters are left out. */
export function apiUrl(path: string, params: Record<string, string | number | undefined> = {}): string {
  const search = new URLSearchParams();
  for (const [key, value] of Object.entries(params)) {
    if (value !== undefined && value !== '') search.set(key, String(value));
  }
  const text = search.toString();
  return `/ui/api/v1/${path}${text ? `?${text}` : ''}`;
}
