// SPDX-License-Identifier: Apache-2.0
// Two hours of a small shop, the same on every machine and every day: for pictures.

import { sendOtlpJson } from './trace_spans.mjs';

export const fromMs = Date.UTC(2026, 0, 15, 10);
export const toMs = fromMs + 2 * 3_600_000;
/** A trace with an error, events and a parent that never arrived. */
export const shownTraceId = traceIdOf(77);

const traces = 240;
const users = ['andrewbrown', 'bayko', 'charlie', 'dana', 'erin'];
const routes = ['/api/activities/home', '/api/messages', '/api/users/:handle', '/api/search'];

function traceIdOf(n) {
  return (n + 1).toString(16).padStart(8, '0').repeat(4);
}

/** The same numbers in [0, 1) for the same trace. */
function numbersOf(n) {
  let state = (n * 2654435761 + 12345) >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

function attributesOf(values) {
  return Object.entries(values).map(([key, value]) => ({
    key,
    value: typeof value === 'number' ? { intValue: String(value) } : { stringValue: value },
  }));
}

function spanOf(n, id, parent, name, startMs, lengthMs, more = {}) {
  const at = (ms) => String(BigInt(Math.round(ms * 1000)) * 1000n);
  return {
    traceId: traceIdOf(n),
    spanId: (n * 16 + id).toString(16).padStart(16, '0'),
    parentSpanId: parent ? (n * 16 + parent).toString(16).padStart(16, '0') : '',
    name,
    kind: more.kind ?? 1,
    startTimeUnixNano: at(startMs),
    endTimeUnixNano: at(startMs + lengthMs),
    attributes: attributesOf(more.attributes ?? {}),
    events: (more.events ?? []).map(([event, ms]) => ({ name: event, timeUnixNano: at(ms) })),
    status: more.error ? { code: 2, message: more.error } : {},
  };
}

/** Browser, server, a span of its own and two queries; every fortieth is slow, every ninth fails. */
function addTrace(n, byService) {
  const next = numbersOf(n);
  const start = fromMs + ((n + 0.2 + next() * 0.6) / traces) * (toMs - fromMs);
  const route = routes[Math.floor(next() * next() * routes.length)];
  const slow = n % 40 === 7 ? 9 : 1;
  const length = (18 + next() * 60) * slow;
  const failed = n % 9 === 5 || n === 77;
  const user = users[Math.floor(next() * users.length)];
  const code = failed ? 500 : 200;
  const http = { 'http.route': route, 'http.method': 'GET', 'http.status_code': code };
  const add = (service, ...span) => byService[service].push(spanOf(n, ...span));
  add('frontend', 1, 0, `GET ${route}`, start, length, { kind: 3, attributes: { 'app.page': 'home' } });
  add('backend-flask', 2, 1, route, start + 2, length - 5, {
    kind: 2,
    attributes: { ...http, 'app.user_id': user },
    ...(failed ? { error: 'KeyError: user_handle' } : {}),
    events: failed ? [['exception', start + length * 0.7]] : [],
  });
  add('backend-flask', 3, 2, 'home-activities-mock-data', start + 4, length * 0.35, {
    attributes: { 'app.result_length': Math.floor(next() * 20) },
    events: [['cache miss', start + 4 + length * 0.1]],
  });
  const db = { kind: 3, attributes: { 'db.system': 'postgresql' } };
  add('postgres', 4, 3, 'SELECT activities', start + 5, length * 0.2, db);
  add('postgres', 5, 2, 'SELECT users', start + length * 0.45, length * 0.3, db);
  if (n === 77) add('worker', 7, 6, 'send notification', start + length * 0.5, length * 0.4);
}

/** Sends everything through the server's own OTLP port. */
export async function sendFixedData(base) {
  const byService = { frontend: [], 'backend-flask': [], postgres: [], worker: [] };
  for (let n = 0; n < traces; n += 1) addTrace(n, byService);
  await sendOtlpJson(base, byService);
}
