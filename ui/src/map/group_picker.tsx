// SPDX-License-Identifier: Apache-2.0

import { postJson } from '../api/client.ts';
import { useResource } from '../api/resource.ts';

export interface XrayGroup {
  GroupName: string;
  GroupARN: string;
  FilterExpression?: string;
  InsightsConfiguration?: { InsightsEnabled?: boolean; NotificationsEnabled?: boolean };
}

/** The groups of X-Ray's own API, by name. */
export function useGroups() {
  return useResource('xray-groups', async (abort) => {
    const groups: XrayGroup[] = [];
    let next: string | undefined;
    do {
      const body = next ? { NextToken: next } : {};
      const page = await postJson<{ Groups: XrayGroup[]; NextToken?: string }>('/Groups', body, abort);
      groups.push(...page.Groups);
      next = page.NextToken;
    } while (next);
    return groups.sort((a, b) => a.GroupName.localeCompare(b.GroupName));
  });
}

export function GroupPicker({ value, onChange }: { value: string; onChange: (name: string) => void }) {
  const { data } = useGroups();
  const names = (data ?? []).map(({ GroupName }) => GroupName).filter((name) => name !== 'Default');
  if (value && !names.includes(value)) names.push(value);
  return (
    <label class="inline-field">
      Group
      <select class="select" value={value} onChange={(event) => onChange(event.currentTarget.value)}>
        <option value="">Default</option>
        {names.map((name) => (
          <option key={name} value={name}>
            {name}
          </option>
        ))}
      </select>
    </label>
  );
}
