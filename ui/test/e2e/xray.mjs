// SPDX-License-Identifier: Apache-2.0
// Segment documents, sent to the daemon's UDP port as X-Ray's SDKs send them.

import dgram from 'node:dgram';
import { newId } from './otlp.mjs';

/** An X-Ray trace id that began `agoMs` ago. */
export function newXrayTraceId(agoMs = 1000) {
  const seconds = Math.floor((Date.now() - agoMs) / 1000);
  return `1-${seconds.toString(16).padStart(8, '0')}-${newId(12)}`;
}

/** Sends each document in a datagram of its own. */
export async function sendSegments(daemon, documents) {
  const [host, port] = daemon.split(':');
  const socket = dgram.createSocket('udp4');
  for (const document of documents) {
    const text = `{"format":"json","version":1}\n${JSON.stringify(document)}`;
    await new Promise((resolve, reject) => {
      socket.send(text, Number(port), host, (error) => (error ? reject(error) : resolve()));
    });
  }
  socket.close();
}

/** A request of a web client to `service`, which asks `table` of PostgreSQL and DynamoDB. */
export function shopRequest({
  agoMs = 1000, durationMs = 40, status = 200, service = 'backend-flask', table = 'users',
  path = '/api/activities/home', traceId = newXrayTraceId(agoMs), client = 'frontend',
} = {}) {
  const start = (Date.now() - agoMs) / 1000;
  const at = (part) => start + (durationMs * part) / 1000;
  const [outer, call, inner] = [newId(8), newId(8), newId(8)];
  const response = { status, content_length: 120 };
  const failed = status >= 500 ? { fault: true } : status === 429 ? { throttle: true, error: true } : status >= 400 ? { error: true } : {};
  return [
    {
      trace_id: traceId, id: outer, name: client, start_time: at(0), end_time: at(1), ...failed,
      http: { request: { method: 'GET', url: `http://${client}.test/` }, response },
      subsegments: [
        {
          id: call, name: service, namespace: 'remote', start_time: at(0.05), end_time: at(0.95), ...failed,
          http: { request: { method: 'GET', url: `http://${service}.test${path}`, traced: true }, response },
        },
      ],
    },
    {
      trace_id: traceId, id: inner, parent_id: call, name: service, start_time: at(0.1), end_time: at(0.9),
      ...failed, annotations: { user: agoMs % 2 ? 'alice' : 'bob' },
      http: { request: { method: 'GET', url: `http://${service}.test${path}` }, response },
      subsegments: [
        {
          id: newId(8), name: 'cruddur@postgres', namespace: 'remote', start_time: at(0.2), end_time: at(0.6),
          sql: { url: 'postgresql://postgres:5432/cruddur', database_type: 'PostgreSQL', sanitized_query: 'SELECT * FROM activities' },
        },
        {
          id: newId(8), name: 'DynamoDB', namespace: 'aws', start_time: at(0.65), end_time: at(0.8),
          aws: { operation: 'Query', table_name: table, region: 'us-east-1' },
        },
      ],
    },
  ];
}
