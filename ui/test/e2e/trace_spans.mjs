// SPDX-License-Identifier: Apache-2.0
// Traces for the tests of the trace page, in OTLP's JSON form.

const startNs = BigInt(Date.now() - 600_000) * 1_000_000n;
const batchSpans = 10_000;

/** Sends spans in OTLP's JSON form, given by service: `{service: [span, …]}`. */
export async function sendOtlpJson(base, spansByService) {
  const resourceSpans = Object.entries(spansByService).map(([service, spans]) => ({
    resource: { attributes: [{ key: 'service.name', value: { stringValue: service } }] },
    scopeSpans: [{ scope: { name: 'test' }, spans }],
  }));
  const response = await fetch(`${base}/v1/traces`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ resourceSpans }),
  });
  if (!response.ok) throw new Error(`ingest answered ${response.status}: ${await response.text()}`);
}

/** One span; times in ms from the start of all test traces. */
export function span(traceId, id, parent, name, fromMs, toMs, more = {}) {
  const at = (ms) => String(startNs + BigInt(Math.round(ms * 1e6)));
  const attributes = Object.entries(more.attributes ?? {}).map(([key, value]) => ({
    key,
    value: { stringValue: value },
  }));
  return {
    traceId,
    spanId: id.toString(16).padStart(16, '0'),
    parentSpanId: parent === 0 ? '' : parent.toString(16).padStart(16, '0'),
    name,
    kind: 2,
    startTimeUnixNano: at(fromMs),
    endTimeUnixNano: at(toMs),
    attributes,
    events: (more.events ?? []).map(([name, ms]) => ({ name, timeUnixNano: at(ms) })),
    status: more.error ? { code: 2, message: more.error } : {},
  };
}

/** Three spans, parent and child, in three services. */
export async function sendSmallTrace(base, traceId) {
  await sendOtlpJson(base, {
    frontend: [span(traceId, 1, 0, 'GET /home', 0, 30)],
    backend: [
      span(traceId, 2, 1, 'GET /api', 2, 28, {
        attributes: { 'app.user_id': 'bob' },
        events: [
          ['cache miss', 4],
          ['retry', 20],
        ],
      }),
    ],
    postgres: [
      span(traceId, 3, 2, 'SELECT users', 5, 9, { error: 'lock timeout', events: [['exception', 8]] }),
    ],
  });
}

export const needleName = 'needle';

/**
 * `count` spans: a root and groups of one parent with 24 children. Every hundredth child is named
 * `needle`. The last span to start is named `last`. Gives the number of needles.
 */
export async function sendHugeTrace(base, traceId, count) {
  const services = ['backend', 'auth', 'postgres', 'redis', 'search'];
  const lengthMs = count / 10;
  let batch = { frontend: [span(traceId, 1, 0, 'GET /huge', 0, lengthMs)] };
  let held = 1;
  let needles = 0;
  let parent = 1;
  for (let id = 2; id <= count; id++) {
    const isParent = (id - 2) % 25 === 0;
    const isLast = id === count;
    const fromMs = (id / count) * lengthMs * 0.99;
    const isNeedle = !isParent && !isLast && id % 100 === 0;
    if (isNeedle) needles++;
    const name = isLast ? 'last' : isNeedle ? needleName : isParent ? 'group' : `work ${id % 7}`;
    if (isParent) parent = id;
    const above = isParent || isLast ? 1 : parent;
    const toMs = fromMs + (isParent ? lengthMs / 400 : lengthMs / 4000);
    const service = services[id % services.length];
    (batch[service] ??= []).push(span(traceId, id, above, name, fromMs, toMs));
    if (++held === batchSpans || isLast) {
      await sendOtlpJson(base, batch);
      batch = {};
      held = 0;
    }
  }
  return needles;
}
