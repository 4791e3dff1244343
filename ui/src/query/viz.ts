// SPDX-License-Identifier: Apache-2.0
// How each chart is drawn, as the URL's `viz`: `1:lo,2:s` (chart index, then flags).

export interface ChartLook {
  log: boolean;
  linear: boolean;
  stacked: boolean;
  omitMissing: boolean;
}

const flags: [string, keyof ChartLook][] = [
  ['l', 'log'],
  ['n', 'linear'],
  ['s', 'stacked'],
  ['o', 'omitMissing'],
];

const plain: ChartLook = { log: false, linear: false, stacked: false, omitMissing: false };

export function readViz(text: string | null): Map<number, ChartLook> {
  const looks = new Map<number, ChartLook>();
  for (const part of (text ?? '').split(',')) {
    const match = /^(\d+):([lnso]+)$/.exec(part);
    if (!match) continue;
    const look = { ...plain };
    for (const [flag, key] of flags) look[key] = match[2]!.includes(flag);
    looks.set(Number(match[1]), look);
  }
  return looks;
}

export function printViz(looks: Map<number, ChartLook>): string {
  return [...looks]
    .map(([index, look]) => [index, flags.filter(([, key]) => look[key]).map(([flag]) => flag).join('')] as const)
    .filter(([, letters]) => letters !== '')
    .sort((a, b) => a[0] - b[0])
    .map(([index, letters]) => `${index}:${letters}`)
    .join(',');
}

export function lookOf(text: string | null, index: number): ChartLook {
  return readViz(text).get(index) ?? plain;
}

/** `viz` with one chart's look changed. */
export function withLook(text: string | null, index: number, change: Partial<ChartLook>): string {
  const looks = readViz(text);
  looks.set(index, { ...(looks.get(index) ?? plain), ...change });
  return printViz(looks);
}
