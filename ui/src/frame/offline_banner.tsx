// SPDX-License-Identifier: Apache-2.0

import { useEffect } from 'preact/hooks';
import { getJson, apiUrl, offline } from '../api/client.ts';

const retryMs = 3000;

/** Shown while the server cannot be reached; asks again until it can. */
export function OfflineBanner() {
  const down = offline.value;
  useEffect(() => {
    if (!down) return undefined;
    const timer = setInterval(() => getJson(apiUrl('status')).catch(() => undefined), retryMs);
    return () => clearInterval(timer);
  }, [down]);
  if (!down) return null;
  return (
    <div class="offline-banner" role="status">
      The server cannot be reached. Trying again every few seconds; what you see may be old.
    </div>
  );
}
