// SPDX-License-Identifier: Apache-2.0
// What runs in the page: OpenTelemetry for the web, posting to another origin.
import { context, trace } from "@opentelemetry/api";
import { ZoneContextManager } from "@opentelemetry/context-zone";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-http";
import { defaultResource, resourceFromAttributes } from "@opentelemetry/resources";
import { BatchSpanProcessor, WebTracerProvider } from "@opentelemetry/sdk-trace-web";

window.sendSpans = async (endpoint, service, howMany) => {
  const exporter = new OTLPTraceExporter({
    url: `${endpoint}/v1/traces`, headers: { "x-honeycomb-team": "any-key-will-do" },
  });
  const results = [];
  const seen = {
    export: (spans, done) => exporter.export(spans, (result) => {
      results.push({ code: result.code, error: String(result.error ?? "") });
      done(result);
    }),
    shutdown: () => exporter.shutdown(),
    forceFlush: () => exporter.forceFlush(),
  };
  const provider = new WebTracerProvider({
    resource: defaultResource().merge(resourceFromAttributes({ "service.name": service })),
    spanProcessors: [new BatchSpanProcessor(seen)],
  });
  provider.register({ contextManager: new ZoneContextManager() });
  const tracer = provider.getTracer("page");
  const root = tracer.startSpan("page view");
  context.with(trace.setSpan(context.active(), root), () => {
    for (let i = 1; i < howMany; i++) {
      tracer.startSpan("click", { attributes: { "app.button": i } }).end();
    }
  });
  root.end();
  await provider.forceFlush();
  return results;
};
