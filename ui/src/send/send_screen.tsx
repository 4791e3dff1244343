// SPDX-License-Identifier: Apache-2.0

import { useTitle } from '../frame/title.ts';
import { SendGuide } from './send_guide.tsx';

export function SendScreen() {
  useTitle('Send data');
  return (
    <div class="page">
      <h1>Send data</h1>
      <p class="muted lead">
        One port takes OpenTelemetry, Honeycomb events, X-Ray, Rollbar reports and CloudWatch Logs.
      </p>
      <SendGuide />
    </div>
  );
}
