// SPDX-License-Identifier: Apache-2.0
// Sends log events as CloudWatch's clients do, and a group that looks like a real one.

/** Calls one operation of the Logs API; throws what it answers when that is an error. */
export async function callLogs(base, operation, members) {
  const response = await fetch(`${base}/`, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': `Logs_20140328.${operation}`,
      authorization:
        'AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260102/us-east-1/logs/aws4_request, SignedHeaders=host, Signature=00',
    },
    body: JSON.stringify(members),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${operation}: ${response.status} ${text}`);
  return text ? JSON.parse(text) : {};
}

export async function makeStreams(base, group, streams) {
  await callLogs(base, 'CreateLogGroup', { logGroupName: group });
  for (const stream of streams) {
    await callLogs(base, 'CreateLogStream', { logGroupName: group, logStreamName: stream });
  }
}

/** `events` are messages of now, or `[epoch ms, message]` in any order. */
export async function putLines(base, group, stream, events) {
  const logEvents = events
    .map((event) => (Array.isArray(event) ? event : [Date.now(), event]))
    .sort(([a], [b]) => a - b)
    .map(([timestamp, message]) => ({ timestamp, message }));
  for (let from = 0; from < logEvents.length; from += 5000) {
    const answer = await callLogs(base, 'PutLogEvents', {
      logGroupName: group,
      logStreamName: stream,
      logEvents: logEvents.slice(from, from + 5000),
    });
    if (answer.rejectedLogEventsInfo) throw new Error(JSON.stringify(answer));
  }
}

const routes = ['/api/activities/home', '/api/messages', '/api/users/andrewbrown', '/api/search', '/healthz'];
const users = ['andrewbrown', 'bayko', 'charlie', 'dana'];

/** The n-th line of a small backend: access lines, JSON, warnings, and an error now and then. */
export function appLine(n, traceId = null) {
  const route = routes[(n * 7) % routes.length];
  const user = users[(n * 3) % users.length];
  const ms = 8 + ((n * 37) % 180);
  if (traceId) {
    return JSON.stringify({
      level: 'error', msg: 'KeyError: user_handle', route, status: 500, duration_ms: ms * 4,
      user: { id: user }, trace_id: traceId,
    });
  }
  if (n % 3 === 0) {
    return JSON.stringify({
      level: n % 21 === 0 ? 'warn' : 'info', msg: 'request served', route, status: n % 24 === 0 ? 404 : 200,
      duration_ms: ms, user: { id: user },
    });
  }
  if (n % 17 === 0) return `WARN slow query took ${ms * 9} ms: SELECT * FROM activities WHERE handle = '${user}'`;
  if (n % 29 === 0) return `ERROR [backend.db] connection reset by peer (attempt ${n % 4})\n  at pool.acquire\n  at home_activities`;
  return `INFO 10.0.0.${n % 250} - ${user} "GET ${route} HTTP/1.1" 200 ${400 + ((n * 53) % 3000)} ${ms}ms`;
}
