// SPDX-License-Identifier: Apache-2.0

import type { ComponentChildren } from 'preact';
import { preferences, setPreference } from '../frame/preferences.ts';
import { Segmented } from '../ui/segmented.tsx';

function Row({ label, children }: { label: string; children: ComponentChildren }) {
  return (
    <div class="preference">
      <span>{label}</span>
      {children}
    </div>
  );
}

export function PreferenceSettings() {
  const chosen = preferences.value;
  return (
    <div class="stack preferences">
      <p class="muted">Kept in this browser only.</p>
      <Row label="Theme">
        <Segmented
          label="Theme"
          options={[
            { value: 'system', label: 'System' },
            { value: 'light', label: 'Light' },
            { value: 'dark', label: 'Dark' },
          ]}
          value={chosen.theme}
          onChange={(theme) => setPreference('theme', theme)}
        />
      </Row>
      <Row label="Rows">
        <Segmented
          label="Rows"
          options={[
            { value: 'compact', label: 'Compact' },
            { value: 'comfortable', label: 'Comfortable' },
          ]}
          value={chosen.density}
          onChange={(density) => setPreference('density', density)}
        />
      </Row>
      <Row label="Time zone">
        <Segmented
          label="Time zone"
          options={[
            { value: 'local', label: 'Local' },
            { value: 'utc', label: 'UTC' },
          ]}
          value={chosen.timeZone}
          onChange={(zone) => setPreference('timeZone', zone)}
        />
      </Row>
      <Row label="Motion">
        <Segmented
          label="Motion"
          options={[
            { value: 'system', label: 'System' },
            { value: 'reduced', label: 'Reduced' },
          ]}
          value={chosen.motion}
          onChange={(motion) => setPreference('motion', motion)}
        />
      </Row>
      <Row label="Single-letter shortcuts">
        <label class="check">
          <input
            type="checkbox"
            checked={chosen.singleKeys}
            onChange={(event) => setPreference('singleKeys', event.currentTarget.checked)}
          />
          On
        </label>
      </Row>
      <Row label="Configuration key">
        <input
          class="input mono"
          aria-label="Configuration key"
          placeholder="only where the server asks for one"
          autocomplete="off"
          value={chosen.apiKey}
          onChange={(event) => setPreference('apiKey', event.currentTarget.value.trim())}
        />
      </Row>
    </div>
  );
}
