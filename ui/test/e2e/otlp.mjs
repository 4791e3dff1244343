// SPDX-License-Identifier: Apache-2.0
// Just enough protobuf to send traces the way SDKs do: ExportTraceServiceRequest.

import { randomBytes } from 'node:crypto';

const kinds = { internal: 1, server: 2, client: 3 };

function varint(value) {
  const bytes = [];
  let rest = BigInt(value);
  do {
    const low = Number(rest & 127n);
    rest >>= 7n;
    bytes.push(rest ? low | 128 : low);
  } while (rest);
  return Buffer.from(bytes);
}

const tag = (field, wire) => varint((field << 3) | wire);
const bytesField = (field, bytes) => Buffer.concat([tag(field, 2), varint(bytes.length), bytes]);
const textField = (field, text) => bytesField(field, Buffer.from(text));
const intField = (field, value) => Buffer.concat([tag(field, 0), varint(value)]);

function fixed64Field(field, value) {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return Buffer.concat([tag(field, 1), bytes]);
}

function doubleField(field, value) {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleLE(value);
  return Buffer.concat([tag(field, 1), bytes]);
}

function anyValue(value) {
  if (typeof value === 'boolean') return intField(2, value ? 1 : 0);
  if (typeof value === 'string') return textField(1, value);
  return Number.isInteger(value) ? intField(3, value) : doubleField(4, value);
}

function attributes(field, entries) {
  return Object.entries(entries ?? {}).map(([key, value]) =>
    bytesField(field, Buffer.concat([textField(1, key), bytesField(2, anyValue(value))])),
  );
}

function encodeSpan(span) {
  return Buffer.concat([
    bytesField(1, Buffer.from(span.traceId, 'hex')),
    bytesField(2, Buffer.from(span.spanId, 'hex')),
    ...(span.parentId ? [bytesField(4, Buffer.from(span.parentId, 'hex'))] : []),
    textField(5, span.name),
    intField(6, kinds[span.kind ?? 'internal']),
    fixed64Field(7, span.startNs),
    fixed64Field(8, span.startNs + BigInt(Math.round(span.durationMs * 1e6))),
    ...attributes(9, span.attributes),
    ...(span.error ? [bytesField(15, intField(3, 2))] : []),
  ]);
}

/** Spans are grouped by their `service`. */
export function encodeTraces(spans) {
  const byService = new Map();
  for (const span of spans) {
    byService.set(span.service, [...(byService.get(span.service) ?? []), span]);
  }
  const resources = [...byService].map(([service, own]) => {
    const resource = Buffer.concat(attributes(1, { 'service.name': service }));
    const scope = Buffer.concat(own.map((span) => bytesField(2, encodeSpan(span))));
    return bytesField(1, Buffer.concat([bytesField(1, resource), bytesField(2, scope)]));
  });
  return Buffer.concat(resources);
}

export const newId = (bytes) => randomBytes(bytes).toString('hex');

export const nsAgo = (ms) => BigInt(Date.now() - ms) * 1_000_000n;

/** Sends spans through the server's own OTLP port, as an SDK would. */
export async function sendSpans(base, spans, headers = {}) {
  const response = await fetch(`${base}/v1/traces`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-protobuf', ...headers },
    body: encodeTraces(spans),
  });
  if (!response.ok) throw new Error(`ingest answered ${response.status}: ${await response.text()}`);
}

/** One request as three nested spans: browser, server, custom. */
export function requestTrace({ agoMs = 1000, route = '/api/activities/home', user, durationMs = 40, error = false, traceId = newId(16) }) {
  const [root, server, inner] = [newId(8), newId(8), newId(8)];
  const start = nsAgo(agoMs);
  const shared = { ...(user ? { 'app.user_id': user } : {}) };
  return [
    {
      service: 'frontend', traceId, spanId: root, name: `GET ${route}`, kind: 'client',
      startNs: start, durationMs, attributes: { 'http.method': 'GET' },
    },
    {
      service: 'backend-flask', traceId, spanId: server, parentId: root, name: route, kind: 'server',
      startNs: start + 1_000_000n, durationMs: durationMs * 0.9, error,
      attributes: { 'http.method': 'GET', 'http.route': route, 'http.status_code': error ? 500 : 200, ...shared },
    },
    {
      service: 'backend-flask', traceId, spanId: inner, parentId: server, name: 'home-activities-mock-data',
      startNs: start + 2_000_000n, durationMs: durationMs * 0.5, attributes: { 'app.result_length': 3 },
    },
  ];
}
