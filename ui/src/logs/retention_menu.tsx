// SPDX-License-Identifier: Apache-2.0
// How long a group keeps its lines: the choices CloudWatch has.

import { useState } from 'preact/hooks';
import { asApiError, type ApiError } from '../api/client.ts';
import { MenuButton } from '../ui/menu.tsx';
import { toast } from '../ui/toast.tsx';
import { setRetention } from './logs_api.ts';
import type { LogGroup } from './types.ts';

const choices = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

export function retentionText(days: number | null): string {
  if (days === null) return 'never expire';
  return days === 1 ? '1 day' : `${days} days`;
}

export function RetentionMenu({ group, onChanged }: { group: LogGroup; onChanged: () => void }) {
  const [error, setError] = useState<ApiError | null>(null);
  if (group.source === 'otlp') return <span class="muted">kept as the server says</span>;
  const choose = async (days: number | null) => {
    try {
      await setRetention(group.name, days);
      setError(null);
      toast(`${group.name}: ${days === null ? 'events never expire' : `kept for ${retentionText(days)}`}`);
      onChanged();
    } catch (thrown) {
      setError(asApiError(thrown));
    }
  };
  const name = `Retention of ${group.name}`;
  return (
    <>
      <MenuButton
        look="ghost"
        menuLabel={name}
        aria-label={`${name}: ${retentionText(group.retention_days)}`}
        items={[null, ...choices].map((days) => ({
          label: retentionText(days),
          checked: days === group.retention_days,
          onSelect: () => void choose(days),
        }))}
      >
        {retentionText(group.retention_days)}
      </MenuButton>
      {error && (
        <span class="error-text" role="alert">
          {error.message}
        </span>
      )}
    </>
  );
}
