// SPDX-License-Identifier: Apache-2.0

import { useTitle } from '../frame/title.ts';
import { SendGuide } from './send_guide.tsx';

export function SendScreen() {
  useTitle('Send data');
  return (
    <div class="page">
      <h1>Send data</h1>
      <p class="muted lead">One endpoint takes OpenTelemetry, Honeycomb events and Rollbar reports, over one port.</p>
      <SendGuide />
    </div>
  );
}
