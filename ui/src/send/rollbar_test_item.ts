// SPDX-License-Identifier: Apache-2.0
// A report as an SDK would send it, through the port that SDKs use, from within a test trace.

import { ApiError, apiUrl, postJson } from '../api/client.ts';

interface Accepted {
  err: number;
  message?: string;
  result?: { uuid: string };
}

function testItem(traceId: string) {
  const frame = (filename: string, lineno: number, method: string, code: string) => ({
    filename, lineno, method, code,
  });
  return {
    environment: 'test',
    level: 'error',
    language: 'python',
    framework: 'tracery-test',
    context: 'GET /test',
    body: {
      trace: {
        frames: [
          frame('app.py', 12, 'test', 'return load_user(handle)'),
          frame('users.py', 34, 'load_user', "raise LookupError('a test error')"),
        ],
        exception: { class: 'LookupError', message: 'a test error, sent from this page' },
      },
    },
    custom: { trace_id: traceId },
    notifier: { name: 'tracery-test', version: '1' },
  };
}

/** Sends a trace, and an error that happened in it; gives the occurrence's uuid. */
export async function sendTestItem(token: string): Promise<string> {
  const { trace_id: traceId } = await postJson<{ trace_id: string }>(apiUrl('send-test'), {
    source: 'otlp',
  });
  const response = await fetch('/api/1/item/', {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-rollbar-access-token': token },
    body: JSON.stringify({ data: testItem(traceId) }),
  });
  const answer = (await response.json()) as Accepted;
  if (!response.ok || !answer.result) {
    const hint = response.status === 403 ? 'Choose a project: its token is filled in.' : '';
    throw new ApiError(String(response.status), answer.message ?? 'The report was refused', hint, response.status);
  }
  return answer.result.uuid;
}
