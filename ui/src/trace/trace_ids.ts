// SPDX-License-Identifier: Apache-2.0
// The spellings of a trace and span id that other tools understand.

/** 32 hex digits, also for ids in X-Ray's form. */
export function plainTraceId(traceId: string): string {
  return traceId.replace(/^1-([0-9a-f]{8})-([0-9a-f]{24})$/i, '$1$2').toLowerCase();
}

/** W3C `traceparent` header, sampled. */
export function traceparent(traceId: string, spanId: string): string {
  return `00-${plainTraceId(traceId).padStart(32, '0')}-${spanId}-01`;
}

/** X-Ray's header, sampled. */
export function amazonTraceId(traceId: string, spanId: string): string {
  const id = plainTraceId(traceId).padStart(32, '0');
  return `Root=1-${id.slice(0, 8)}-${id.slice(8)};Parent=${spanId};Sampled=1`;
}
