// SPDX-License-Identifier: Apache-2.0
// A value that the inbox can be narrowed to, besides what every value offers.

import { navigate, route } from '../route/route.ts';
import { Value } from '../ui/value_menu.tsx';
import { inboxHref, parseInbox } from './inbox_url.ts';

export interface InboxValueProps {
  by: 'project' | 'env' | 'fw';
  value: string;
  dataset: string;
}

const properties = {
  project: { name: 'project', column: null },
  env: { name: 'environment', column: 'environment' },
  fw: { name: 'framework', column: 'framework' },
};

export function InboxValue({ by, value, dataset }: InboxValueProps) {
  const { name, column } = properties[by];
  const narrow = () => {
    const isInbox = route.value.path === '/errors';
    const filter = parseInbox(isInbox ? route.value.params : new URLSearchParams());
    navigate(inboxHref({ ...filter, [by]: [value] }));
  };
  return (
    <Value
      column={column ?? name}
      value={value}
      dataset={dataset}
      copyOnly={column === null}
      items={[{ label: `Errors of this ${name}`, onSelect: narrow }]}
    />
  );
}
