// SPDX-License-Identifier: Apache-2.0
// Sends spans with the official Node exporter (OTLP/JSON), configured by OTEL_* only.
// Usage: node send_traces.mjs REQUESTS    Each request is a server span with one child.
import { SpanKind, SpanStatusCode, trace, context } from "@opentelemetry/api";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-http";
import { defaultResource, resourceFromAttributes } from "@opentelemetry/resources";
import { BatchSpanProcessor, NodeTracerProvider } from "@opentelemetry/sdk-trace-node";

const requests = Number(process.argv[2]);
const provider = new NodeTracerProvider({
  resource: defaultResource().merge(
    resourceFromAttributes({ "service.name": process.env.OTEL_SERVICE_NAME })),
  spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter(), { maxQueueSize: 100000 })],
});
provider.register();
const tracer = trace.getTracer("conformance", "1.2.3");

for (let i = 0; i < requests; i++) {
  tracer.startActiveSpan("GET /cart", { kind: SpanKind.SERVER }, (server) => {
    server.setAttributes({ "app.user_id": `user-${i % 10}`, "app.items": i, "app.vip": i % 2 === 0 });
    server.setAttribute("app.tags", ["a", "b"]);
    const child = tracer.startSpan("SELECT", { kind: SpanKind.CLIENT }, context.active());
    if (i % 10 === 0) {
      child.recordException(new TypeError("no such cart"));
      child.setStatus({ code: SpanStatusCode.ERROR, message: "no such cart" });
    }
    child.end();
    server.end();
  });
}
await provider.forceFlush();
await provider.shutdown();
