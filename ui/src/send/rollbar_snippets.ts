// SPDX-License-Identifier: Apache-2.0
// How each of Rollbar's SDKs is pointed here. Each has its own idea of what the endpoint is.

import type { Snippet } from './snippets.ts';

export interface RollbarTarget {
  /** `http://host:port` */
  origin: string;
  /** For servers, and for browsers. */
  serverToken: string;
  clientToken: string;
}

export function rollbarSnippet({ origin, serverToken, clientToken }: RollbarTarget): Snippet {
  const item = `${origin}/api/1/item/`;
  return {
    id: 'rollbar',
    label: 'Rollbar',
    blocks: [
      {
        title: 'Python Flask',
        code: [
          'import rollbar',
          'import rollbar.contrib.flask',
          'from flask import got_request_exception',
          '',
          'rollbar.init(',
          `  '${serverToken}',`,
          "  environment='production',",
          `  endpoint='${origin}/api/1/',  # the slash at the end matters`,
          ')',
          'got_request_exception.connect(rollbar.contrib.flask.report_exception, app)',
        ].join('\n'),
      },
      {
        title: 'Node',
        code: [
          "const Rollbar = require('rollbar');",
          '',
          'const rollbar = new Rollbar({',
          `  accessToken: '${serverToken}',`,
          `  endpoint: '${item}',`,
          "  environment: 'production',",
          '  captureUncaught: true,',
          '  captureUnhandledRejections: true,',
          '});',
        ].join('\n'),
      },
      {
        title: 'Browser',
        code: [
          "import Rollbar from 'rollbar';",
          '',
          'const rollbar = new Rollbar({',
          `  accessToken: '${clientToken}',`,
          `  endpoint: '${item}',`,
          "  environment: 'production',",
          '  captureUncaught: true,',
          "  payload: { client: { javascript: { code_version: '1.0.0' } } },",
          '});',
        ].join('\n'),
      },
      {
        title: 'Go',
        code: [
          `rollbar.SetToken("${serverToken}")`,
          'rollbar.SetEnvironment("production")',
          `rollbar.SetEndpoint("${item}")`,
        ].join('\n'),
      },
      {
        title: 'Ruby',
        code: [
          'Rollbar.configure do |config|',
          `  config.access_token = '${serverToken}'`,
          `  config.endpoint = '${item}'`,
          'end',
        ].join('\n'),
      },
      {
        title: 'curl',
        code: [
          `curl ${item} \\`,
          `  -H 'x-rollbar-access-token: ${serverToken}' \\`,
          `  -d '{"data":{"environment":"production","body":{"message":{"body":"hello"}}}}'`,
        ].join('\n'),
      },
    ],
  };
}
