// SPDX-License-Identifier: Apache-2.0
// What failed, why, and what to do about it, where it failed.

import { useState } from 'preact/hooks';
import type { ApiError } from '../api/client.ts';
import { preferences, setPreference } from '../frame/preferences.ts';
import { Button } from './button.tsx';
import { Icon } from './icon.tsx';
import { copyText } from './toast.tsx';

export interface ErrorCardProps {
  what: string;
  error: ApiError;
  onRetry?: (() => void) | undefined;
}

export function ErrorCard({ what, error, onRetry }: ErrorCardProps) {
  const details = `${what}\n${error.message}\n${error.hint}\ncode ${error.code}, status ${error.status}`;
  return (
    <section class="card error-card" role="alert">
      <h2>
        <Icon name="error" /> {what}
      </h2>
      <p>{error.message}</p>
      {error.hint && <p class="muted">{error.hint}</p>}
      {error.status === 401 && <KeyForm onSaved={onRetry} />}
      <div class="row">
        {onRetry && (
          <Button icon="refresh" onClick={onRetry}>
            Retry
          </Button>
        )}
        <Button look="ghost" icon="copy" onClick={() => void copyText(details, 'Details copied')}>
          Copy details
        </Button>
        <span class="caption">{error.code}</span>
      </div>
    </section>
  );
}

/** Off loopback the server wants a configuration key; it is kept in this browser. */
function KeyForm({ onSaved }: { onSaved: (() => void) | undefined }) {
  const [key, setKey] = useState(preferences.value.apiKey);
  return (
    <form
      class="row"
      onSubmit={(event) => {
        event.preventDefault();
        setPreference('apiKey', key.trim());
        onSaved?.();
      }}
    >
      <label class="field">
        <span class="caption">Configuration key (tracery key create)</span>
        <input
          class="input mono"
          value={key}
          autocomplete="off"
          onInput={(event) => setKey(event.currentTarget.value)}
        />
      </label>
      <Button type="submit" look="primary">
        Use key
      </Button>
    </form>
  );
}
