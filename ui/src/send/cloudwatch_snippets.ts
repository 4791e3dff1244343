// SPDX-License-Identifier: Apache-2.0
// Clients of CloudWatch Logs, pointed at this server.

import type { Snippet } from './snippets.ts';

/** What signs a request; on this machine anything does. */
export interface AwsCredentials {
  id: string;
  secret: string;
}

function environmentOf(http: string, { id, secret }: AwsCredentials): string {
  return [
    `export AWS_ENDPOINT_URL_CLOUDWATCH_LOGS="${http}"`,
    `export AWS_REGION=us-east-1 AWS_ACCESS_KEY_ID=${id} AWS_SECRET_ACCESS_KEY=${secret}`,
  ].join('\n');
}

export function cloudwatchSnippets(http: string, key: string, credentials: AwsCredentials): Snippet[] {
  const environment = { title: 'Environment', code: environmentOf(http, credentials) };
  return [
    {
      id: 'cloudwatch',
      label: 'CloudWatch Logs',
      testSource: 'cloudwatch',
      blocks: [
        environment,
        {
          title: 'Python (boto3)',
          code: [
            'import time, boto3',
            '',
            "logs = boto3.client('logs')",
            "logs.create_log_group(logGroupName='cruddur')",
            "logs.create_log_stream(logGroupName='cruddur', logStreamName='web-1')",
            "logs.put_log_events(logGroupName='cruddur', logStreamName='web-1', logEvents=[",
            "    {'timestamp': int(time.time() * 1000), 'message': 'hello from boto3'}])",
          ].join('\n'),
        },
        { title: 'AWS CLI', code: 'aws logs tail cruddur --follow' },
        {
          title: 'Without an SDK',
          code: [
            `curl "${http}/ingest/bulk?logGroup=cruddur&logStream=web-1" \\`,
            `  -H 'Authorization: Bearer ${key}' \\`,
            `  -d '{"level":"info","message":"hello from curl"}'`,
          ].join('\n'),
        },
      ],
    },
    {
      id: 'watchtower',
      label: 'WatchTower',
      testSource: 'cloudwatch',
      blocks: [
        environment,
        {
          title: 'Python Flask',
          code: [
            'import logging, watchtower',
            '',
            "handler = watchtower.CloudWatchLogHandler(log_group_name='cruddur')",
            'LOGGER = logging.getLogger(__name__)',
            'LOGGER.setLevel(logging.DEBUG)',
            'LOGGER.addHandler(handler)',
            '',
            '@app.after_request',
            'def after_request(response):',
            "    LOGGER.info('%s %s %s %s', request.remote_addr, request.method,",
            '                request.full_path, response.status)',
            '    return response',
          ].join('\n'),
        },
        { title: 'Install', code: 'pip install watchtower' },
      ],
    },
  ];
}
