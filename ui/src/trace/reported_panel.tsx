// SPDX-License-Identifier: Apache-2.0
// The errors that were reported from a span.
import { LevelBadge } from '../errors/badges.tsx';
import { itemHref } from '../errors/inbox_url.ts';
import type { Level } from '../errors/types.ts';
import { formatInstant } from '../format/time.ts';
import type { FieldMenuPlace } from './field_menu.ts';
import { SpanFields } from './span_fields.tsx';
import type { ReportedError } from './trace_api.ts';

export interface ReportedPanelProps {
  reports: ReportedError[];
  place: FieldMenuPlace;
}

export function ReportedPanel({ reports, place }: ReportedPanelProps) {
  if (reports.length === 0) return <p class="muted">No error was reported from here.</p>;
  return (
    <ol class="panel-list">
      {reports.map((report) => (
        <li key={report.occurrence_id}>
          <h3>
            <a href={reportHref(report)}>
              #{report.counter} {report.title}
            </a>
          </h3>
          <p class="panel-facts">
            <LevelBadge level={report.level as Level} />
            <span>{report.dataset}</span>
            <span>{formatInstant(Number(BigInt(report.time_ns) / 1_000_000n))}</span>
          </p>
          <details>
            <summary class="muted">Fields</summary>
            <SpanFields fields={report.fields} place={{ ...place, dataset: report.dataset }} />
          </details>
        </li>
      ))}
    </ol>
  );
}

export function reportHref(report: ReportedError): string {
  const item = { counter: report.counter, project: report.dataset };
  return itemHref(item, { occ: String(report.occurrence_id) });
}
