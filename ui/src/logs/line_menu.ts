// SPDX-License-Identifier: Apache-2.0
// What can be done with a value of a line, in front of what every value offers.

import type { FieldValue } from '../format/number.ts';
import { navigate, route, setParams } from '../route/route.ts';
import type { MenuItem } from '../ui/menu.tsx';
import { insightsLiteral, insightsName } from './insights_text.ts';
import { groupHref, insightsHref } from './logs_url.ts';
import { withCondition } from './pattern.ts';
import type { LogLine } from './types.ts';

function insightsFilter(field: string, value: FieldValue): string {
  const condition =
    value === null
      ? `not ispresent(${insightsName(field)})`
      : `${insightsName(field)} = ${insightsLiteral(value)}`;
  return `fields @timestamp, @message\n| filter ${condition}\n| sort @timestamp desc`;
}

/** Narrows the lines of the group on screen, or shows that group. */
function narrow(group: string, changes: Record<string, string | null>): void {
  const { path, params } = route.value;
  const here = groupHref(group);
  if (path === here) setParams({ ...changes, at: null });
  else navigate(groupHref(group, { ...changes, t: params.get('t') }));
}

export function lineMenu(line: LogLine, field: string): MenuItem[] {
  if (field === '@log') {
    return [{ label: 'Open this log group', icon: 'link', onSelect: () => navigate(groupHref(line.group)) }];
  }
  return [
    { label: 'Only this stream', icon: 'filter', onSelect: () => narrow(line.group, { stream: line.stream }) },
  ];
}

/** For a field that was found in the message, or one of the line itself. */
export function fieldMenu(line: LogLine, field: string, value: FieldValue): MenuItem[] {
  const items: MenuItem[] = [];
  const filter = route.value.params.get('filter') ?? '';
  if (line.message.trimStart().startsWith('{') && field in line.fields) {
    const by = (isNot: boolean) => () =>
      narrow(line.group, { filter: withCondition(filter, field, value, isNot) });
    items.push({ label: 'Only lines with this value', icon: 'filter', onSelect: by(false) });
    items.push({ label: 'Only lines without it', onSelect: by(true) });
  }
  const query = () => navigate(insightsHref([line.group], insightsFilter(field, value)));
  items.push({ label: 'Filter in Insights', icon: 'search', onSelect: query });
  return items;
}
