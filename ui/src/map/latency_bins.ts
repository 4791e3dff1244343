// SPDX-License-Identifier: Apache-2.0
// A histogram of response times in a few bars: on a log scale, so that tails are seen.

export interface LatencyBin {
  /** Milliseconds; from inclusive, to exclusive. */
  fromMs: number;
  toMs: number;
  count: number;
}

const binsMax = 36;
const lowestMs = 0.5;

/** At most 36 bars of equal ratio that hold every entry of `[ms, count]`. */
export function binLatencies(histogram: readonly [number, number][]): LatencyBin[] {
  if (histogram.length === 0) return [];
  const low = Math.max(lowestMs, Math.min(...histogram.map(([ms]) => ms)));
  const high = Math.max(low * 1.5, Math.max(...histogram.map(([ms]) => ms)) * 1.02);
  const step = Math.log(high / low) / binsMax;
  const edge = (i: number) => (i === 0 ? 0 : low * Math.exp(step * i));
  const bins = Array.from({ length: binsMax }, (_, i) => ({ fromMs: edge(i), toMs: edge(i + 1), count: 0 }));
  for (const [ms, count] of histogram) {
    const i = Math.floor(Math.log(Math.max(ms, low) / low) / step);
    bins[Math.max(0, Math.min(binsMax - 1, i))]!.count += count;
  }
  return bins;
}

/** `service(…) { responsetime >= 0.1 AND responsetime <= 0.2 }`, in seconds as the language has it. */
export function withResponseTime(entity: string, fromMs: number, toMs: number): string {
  const seconds = (ms: number) => String(Number((ms / 1000).toPrecision(6)));
  return `${entity} { responsetime >= ${seconds(fromMs)} AND responsetime <= ${seconds(toMs)} }`;
}
