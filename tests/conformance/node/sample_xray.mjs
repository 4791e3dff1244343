// SPDX-License-Identifier: Apache-2.0
// OpenTelemetry's remote sampler of X-Ray rules, its spans exported by OTEL_* settings. Each path
// is asked for so often once the rules have come, and the last ones again once targets have.
// Usage: sample_xray.mjs DAEMON_URL '[[path, requests], …]' LAST_PATH LAST_REQUESTS
// Prints how many requests of each path were sampled, and of the last ones.
import { SpanKind, trace } from "@opentelemetry/api";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-http";
import { resourceFromAttributes } from "@opentelemetry/resources";
import { AWSXRayRemoteSampler } from "@opentelemetry/sampler-aws-xray";
import { BatchSpanProcessor, NodeTracerProvider } from "@opentelemetry/sdk-trace-node";
import { setTimeout as sleep } from "node:timers/promises";

const [daemon, first, lastPath, lastRequests] = process.argv.slice(2);
const resource = resourceFromAttributes({ "service.name": process.env.OTEL_SERVICE_NAME });
const sampler = new AWSXRayRemoteSampler({ resource, endpoint: daemon, pollingInterval: 300 });
const provider = new NodeTracerProvider({
  resource,
  sampler,
  spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter())],
});
provider.register();
const tracer = trace.getTracer("conformance");

function request(path) {
  const attributes = { "http.request.method": "GET", "url.path": path };
  const span = tracer.startSpan(`GET ${path}`, { kind: SpanKind.SERVER, attributes });
  span.end();
  return span.isRecording() || (span.spanContext().traceFlags & 1) === 1;
}

function count(path, requests) {
  let sampled = 0;
  for (let i = 0; i < requests; i++) sampled += request(path) ? 1 : 0;
  return sampled;
}

async function post(path) {
  const answer = await fetch(`${daemon}${path}`, { method: "POST", body: "{}" });
  return answer.json();
}

/** Until the sampler has reported something: then the answer has its targets. */
async function targetsCame() {
  for (;;) {
    const { SamplingStatisticSummaries: shown } = await post("/SamplingStatisticSummaries");
    if (shown.some((window) => window.RequestCount > 0)) return;
    await sleep(100);
  }
}

// The sampler does not tell when it has the rules; it asked for them before this does.
await post("/GetSamplingRules");
await sleep(1000);
const sampled = JSON.parse(first).map(([path, requests]) => count(path, requests));
await targetsCame();
await sleep(1100);  // A second's quota fills up.
const last = count(lastPath, Number(lastRequests));
await provider.shutdown();
sampler.stopPollers();
console.log(JSON.stringify({ sampled, last }));
