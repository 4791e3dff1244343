// SPDX-License-Identifier: Apache-2.0
// What to paste into each kind of application, with this server's address and key filled in.

import type { ServerStatus } from '../api/types.ts';

export interface Endpoints {
  /** Base URL for OTLP over HTTP and the Events API. */
  http: string;
  grpc: string | null;
}

export interface Snippet {
  id: string;
  label: string;
  blocks: { title: string; code: string }[];
}

function portOf(address: string): string {
  return address.slice(address.lastIndexOf(':') + 1);
}

/** The port OTLP exporters expect, when the server has it; else the one this page came from. */
export function endpointsOf(
  status: ServerStatus | null,
  page: { hostname: string; host: string; protocol: string },
): Endpoints {
  const otlp = status?.http.find((address) => portOf(address) === '4318');
  const grpc = status?.grpc[0];
  return {
    http: otlp ? `http://${page.hostname}:4318` : `${page.protocol}//${page.host}`,
    grpc: grpc ? `http://${page.hostname}:${portOf(grpc)}` : null,
  };
}

function environment(endpoint: string, key: string, service: string, protocol?: string): string {
  return [
    ...(protocol ? [`export OTEL_EXPORTER_OTLP_PROTOCOL="${protocol}"`] : []),
    `export OTEL_EXPORTER_OTLP_ENDPOINT="${endpoint}"`,
    `export OTEL_EXPORTER_OTLP_HEADERS="x-honeycomb-team=${key}"`,
    `export OTEL_SERVICE_NAME="${service}"`,
  ].join('\n');
}

export function snippets({ http, grpc }: Endpoints, key: string): Snippet[] {
  const headers = environment(http, key, 'backend-flask');
  return [
    {
      id: 'python',
      label: 'Python Flask',
      blocks: [
        { title: 'Environment', code: environment(http, key, 'backend-flask', 'http/protobuf') },
        {
          title: 'Install and run',
          code: [
            'pip install opentelemetry-distro opentelemetry-exporter-otlp-proto-http \\',
            '  opentelemetry-instrumentation-flask opentelemetry-instrumentation-requests',
            'opentelemetry-instrument flask run',
          ].join('\n'),
        },
      ],
    },
    {
      id: 'node',
      label: 'Node',
      blocks: [
        { title: 'Environment', code: environment(http, key, 'my-service', 'http/protobuf') },
        {
          title: 'Install and run',
          code: [
            'npm install @opentelemetry/api @opentelemetry/auto-instrumentations-node',
            'node --require @opentelemetry/auto-instrumentations-node/register app.js',
          ].join('\n'),
        },
      ],
    },
    {
      id: 'browser',
      label: 'Browser',
      blocks: [
        {
          title: 'Exporter',
          code: [
            "import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';",
            '',
            'const exporter = new OTLPTraceExporter({',
            `  url: '${http}/v1/traces',`,
            `  headers: { 'x-honeycomb-team': '${key}' },`,
            '});',
          ].join('\n'),
        },
      ],
    },
    {
      id: 'cpp',
      label: 'C++',
      blocks: [
        { title: 'Environment', code: environment(http, key, 'my-service') },
        {
          title: 'Exporter',
          code: [
            '#include <opentelemetry/exporters/otlp/otlp_http_exporter_factory.h>',
            '',
            '// Reads the environment above.',
            'auto exporter = opentelemetry::exporter::otlp::OtlpHttpExporterFactory::Create();',
          ].join('\n'),
        },
      ],
    },
    ...(grpc
      ? [
          {
            id: 'grpc',
            label: 'OTLP gRPC',
            blocks: [{ title: 'Environment', code: environment(grpc, key, 'my-service', 'grpc') }],
          },
        ]
      : []),
    {
      id: 'honeycomb',
      label: 'Honeycomb',
      blocks: [
        { title: 'Environment', code: `export HONEYCOMB_API_ENDPOINT="${http}"\nexport HONEYCOMB_API_KEY="${key}"` },
        {
          title: 'libhoney (Python)',
          code: [
            'import libhoney',
            '',
            `libhoney.init(writekey="${key}", dataset="my-service", api_host="${http}")`,
          ].join('\n'),
        },
      ],
    },
    {
      id: 'curl',
      label: 'curl',
      blocks: [
        {
          title: 'One event',
          code: [
            `curl ${http}/1/events/my-service \\`,
            "  -H 'content-type: application/json' \\",
            `  -H 'x-honeycomb-team: ${key}' \\`,
            `  -d '{"name":"hello","duration_ms":12.5}'`,
          ].join('\n'),
        },
        { title: 'Environment for any OpenTelemetry SDK', code: headers },
      ],
    },
  ];
}
