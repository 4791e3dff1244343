// SPDX-License-Identifier: Apache-2.0

import { useTitle } from '../frame/title.ts';

export function TracePage({ traceId }: { traceId: string }) {
  useTitle(`Trace ${traceId.slice(0, 8)}`);
  return (
    <div class="page">
      <h1>Trace {traceId}</h1>
    </div>
  );
}
