// SPDX-License-Identifier: Apache-2.0
// What to paste into each kind of application, with this server's address and key filled in.

import type { ServerStatus } from '../api/types.ts';
import { cloudwatchSnippets, type AwsCredentials } from './cloudwatch_snippets.ts';

export interface Endpoints {
  /** Base URL for OTLP over HTTP and the Events API. */
  http: string;
  grpc: string | null;
  /** `host:port` of the X-Ray daemon. */
  xray: string | null;
}

export interface Snippet {
  id: string;
  label: string;
  /** The kind of test event that goes with it; spans by OTLP where none is said. */
  testSource?: string;
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
  const xray = status?.xray[0];
  return {
    http: otlp ? `http://${page.hostname}:4318` : `${page.protocol}//${page.host}`,
    grpc: grpc ? `http://${page.hostname}:${portOf(grpc)}` : null,
    xray: xray ? `${page.hostname}:${portOf(xray)}` : null,
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

/** A finished segment for `nc`; the shell fills in the time and the ids. */
function segmentByHand(daemon: string): string {
  const [host, port] = daemon.split(':');
  return [
    'now=$(date +%s); id=$(od -An -tx1 -N12 /dev/urandom | tr -d " \\n")',
    `printf '{"format":"json","version":1}\\n{"name":"hello","id":"%s","trace_id":"1-%08x-%s","start_time":%s,"end_time":%s.25}' \\`,
    `  "$(echo $id | cut -c1-16)" $now $id $now $now | nc -u -w1 ${host} ${port}`,
  ].join('\n');
}

function xraySnippet(daemon: string, http: string): Snippet {
  return {
    id: 'xray',
    label: 'X-Ray',
    testSource: 'xray',
    blocks: [
      { title: 'Environment of the application', code: `export AWS_XRAY_DAEMON_ADDRESS="${daemon}"` },
      {
        title: 'Python Flask',
        code: [
          'from aws_xray_sdk.core import xray_recorder',
          'from aws_xray_sdk.ext.flask.middleware import XRayMiddleware',
          '',
          "xray_recorder.configure(service='backend-flask', dynamic_naming='*')",
          'XRayMiddleware(app, xray_recorder)',
        ].join('\n'),
      },
      {
        title: 'docker-compose.yml',
        code: ['environment:', `  AWS_XRAY_DAEMON_ADDRESS: "host.docker.internal:${portOf(daemon)}"`].join('\n'),
      },
      {
        title: 'Readers: AWS CLI, boto3, dashboards',
        code: [
          `export AWS_ENDPOINT_URL_XRAY="${http}"`,
          'export AWS_REGION=us-east-1 AWS_ACCESS_KEY_ID=local AWS_SECRET_ACCESS_KEY=local',
          'aws xray get-sampling-rules',
        ].join('\n'),
      },
      { title: 'One segment by hand', code: segmentByHand(daemon) },
    ],
  };
}

export function snippets({ http, grpc, xray }: Endpoints, key: string, aws: AwsCredentials): Snippet[] {
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
    ...(xray ? [xraySnippet(xray, http)] : []),
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
    ...cloudwatchSnippets(http, key, aws),
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
