// SPDX-License-Identifier: Apache-2.0
// One chart for each column of numbers that a query counts over time.

import { useMemo, useState } from 'preact/hooks';
import { Swatch, TimeSeries } from '../chart/time_series.tsx';
import { assignColours } from '../format/colour.ts';
import { formatCompact, formatCount } from '../format/number.ts';
import { setTimeRange } from '../route/route.ts';
import type { Charts, ColumnChart } from './insights_result.ts';

const linesMax = 40;

export function InsightsCharts({ timesMs, stepMs, charts }: Charts) {
  return (
    <div class="insights-charts">
      {charts.map((chart) => (
        <OneChart key={chart.column} chart={chart} timesMs={timesMs} stepMs={stepMs} />
      ))}
    </div>
  );
}

function OneChart({ chart, timesMs, stepMs }: { chart: ColumnChart; timesMs: number[]; stepMs: number }) {
  const [highlighted, setHighlighted] = useState<number | null>(null);
  const lines = useMemo(() => {
    const drawn = chart.lines.slice(0, linesMax);
    const colours = assignColours(drawn.map(({ label }) => label));
    return drawn.map((line) => ({ ...line, colour: colours.get(line.label)! }));
  }, [chart]);
  const left = chart.lines.length - lines.length;
  return (
    <div>
      <TimeSeries
        heading={chart.column}
        timesMs={timesMs}
        stepMs={stepMs}
        lines={lines}
        format={formatCompact}
        log={false}
        stacked={false}
        omitMissing
        highlighted={highlighted}
        height={160}
        onZoom={(fromMs, toMs) =>
          setTimeRange({ kind: 'absolute', fromMs: Math.floor(fromMs), toMs: Math.ceil(toMs) })
        }
      />
      {lines.length > 1 && (
        <ul class="chart-legend" aria-label={`Lines of ${chart.column}`}>
          {lines.map(({ label, colour }, index) => (
            <li key={label} onMouseEnter={() => setHighlighted(index)} onMouseLeave={() => setHighlighted(null)}>
              <Swatch colour={colour} /> <bdi>{label}</bdi>
            </li>
          ))}
          {left > 0 && <li class="muted">{formatCount(left)} more are in the table only</li>}
        </ul>
      )}
    </div>
  );
}
