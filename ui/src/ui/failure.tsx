// SPDX-License-Identifier: Apache-2.0

import type { ApiError } from '../api/client.ts';

/** Why something small failed, right where it was asked for; nothing while nothing has. */
export function Failure({ error }: { error: ApiError | null }) {
  if (!error) return null;
  return (
    <p class="error-text" role="alert">
      {[error.message.replace(/\.$/, ''), error.hint].filter(Boolean).join('. ')}
    </p>
  );
}
