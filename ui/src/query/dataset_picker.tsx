// SPDX-License-Identifier: Apache-2.0

import { apiUrl, getJson } from '../api/client.ts';
import { useResource } from '../api/resource.ts';
import type { DatasetInfo } from '../api/types.ts';
import { formatCompact } from '../format/number.ts';
import { MenuButton } from '../ui/menu.tsx';

export interface DatasetPickerProps {
  dataset: string;
  onPick: (slug: string) => void;
}

export function DatasetPicker({ dataset, onPick }: DatasetPickerProps) {
  const { data } = useResource('datasets', (abort) =>
    getJson<{ datasets: DatasetInfo[] }>(apiUrl('datasets'), abort),
  );
  const known = data?.datasets ?? [];
  const name = known.find(({ slug }) => slug === dataset)?.name ?? dataset;
  return (
    <MenuButton
      class="dataset-button"
      menuLabel="Dataset"
      items={[
        {
          label: 'All datasets',
          checked: dataset === '__all__',
          onSelect: () => onPick('__all__'),
        },
        ...known.map((entry) => ({
          label: entry.name,
          hint: `${formatCompact(entry.events)} events`,
          checked: entry.slug === dataset,
          onSelect: () => onPick(entry.slug),
        })),
      ]}
    >
      <span class="caption">Dataset</span>{' '}
      {dataset === '__all__' ? 'All datasets' : name}
    </MenuButton>
  );
}
