// SPDX-License-Identifier: Apache-2.0
// Everything about one line: its whole text, its fields, where it comes from.

import { useState } from 'preact/hooks';
import { useResource } from '../api/resource.ts';
import { formatBytes, type FieldValue } from '../format/number.ts';
import { formatInstant, msOfNs } from '../format/time.ts';
import { Button } from '../ui/button.tsx';
import { Icon } from '../ui/icon.tsx';
import { ErrorCard } from '../ui/error_card.tsx';
import { copyText } from '../ui/toast.tsx';
import { Value } from '../ui/value_menu.tsx';
import { withoutAnsi } from './ansi.ts';
import { fieldMenu } from './line_menu.ts';
import { traceHref } from './log_row.tsx';
import { fetchLine } from './logs_api.ts';
import { groupHref } from './logs_url.ts';
import { MessageText } from './message_text.tsx';
import type { LogLine } from './types.ts';

/** Longer messages start folded. */
const foldedChars = 4096;

export function LineDetails({ line, terms }: { line: LogLine; terms: readonly string[] }) {
  const { data, error, reload } = useResource(line.id, (abort) => fetchLine(line.id, abort));
  const whole = data?.line ?? line;
  return (
    <>
      <div class="row log-actions">
        {line.trace_id && (
          <a class="button" href={traceHref(whole)}>
            <Icon name="link" /> Open trace
          </a>
        )}
        <a class="button" href={groupHref(line.group, { at: line.id, stream: line.stream })}>
          Show lines around
        </a>
        <Button look="ghost" icon="copy" onClick={() => void copyText(whole.message, 'Message copied')}>
          Copy message
        </Button>
        {data && (
          <Button
            look="ghost"
            onClick={() => void copyText(JSON.stringify(data.document, null, 2), 'JSON copied')}
          >
            Copy JSON
          </Button>
        )}
        <Button look="ghost" icon="link" onClick={() => void copyText(linkTo(line), 'Link copied')}>
          Copy link
        </Button>
      </div>
      {error && <ErrorCard what="The line could not be read" error={error} onRetry={reload} />}
      <WholeMessage line={whole} terms={terms} />
      <Fields line={whole} />
    </>
  );
}

function linkTo(line: LogLine): string {
  return location.origin + groupHref(line.group, { at: line.id, stream: line.stream });
}

/** JSON laid out, unless it is not JSON or would take long. */
function laidOut(text: string): string | null {
  if (!/^\s*[[{]/.test(text) || text.length > 300_000) return null;
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return null;
  }
}

function WholeMessage({ line, terms }: { line: LogLine; terms: readonly string[] }) {
  const [isUnfolded, setUnfolded] = useState(false);
  const [isPlain, setPlain] = useState(false);
  const json = laidOut(line.message);
  const text = json !== null && !isPlain ? json : line.message;
  const isLong = text.length > foldedChars;
  const shown = isLong && !isUnfolded ? text.slice(0, foldedChars) : text;
  return (
    <div class="log-whole">
      <pre tabIndex={0} aria-label="Message">
        <MessageText text={shown} terms={terms} />
        {shown.length < text.length && '…'}
      </pre>
      {(isLong || json !== null) && (
        <div class="row">
          {isLong && (
            <Button look="ghost" aria-expanded={isUnfolded} onClick={() => setUnfolded(!isUnfolded)}>
              {isUnfolded ? 'Show the beginning only' : `Show all ${formatBytes(line.bytes)}`}
            </Button>
          )}
          {json !== null && (
            <Button look="ghost" aria-pressed={isPlain} onClick={() => setPlain(!isPlain)}>
              As sent
            </Button>
          )}
        </div>
      )}
    </div>
  );
}

function Fields({ line }: { line: LogLine }) {
  const found = Object.entries(line.fields).sort(([a], [b]) => (a < b ? -1 : 1));
  const own: [string, FieldValue][] = [
    ['@log', line.group],
    ['@logStream', line.stream],
    ...(line.trace_id && !('trace_id' in line.fields) ? [['trace_id', line.trace_id] as [string, FieldValue]] : []),
    ...(line.span_id && !('span_id' in line.fields) ? [['span_id', line.span_id] as [string, FieldValue]] : []),
  ];
  return (
    <dl class="log-fields">
      {[...found, ...own].map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>
            <Value
              column={columnOf(name)}
              value={value}
              dataset={line.group}
              items={fieldMenu(line, name, value)}
            >
              <bdi>{typeof value === 'string' ? withoutAnsi(value).slice(0, 2000) : String(value ?? 'null')}</bdi>
            </Value>
          </dd>
        </div>
      ))}
      <div>
        <dt>@timestamp</dt>
        <dd>{formatInstant(msOfNs(line.time_ns))}</dd>
      </div>
      <div>
        <dt>@ingestionTime</dt>
        <dd>{formatInstant(line.ingested_ms)}</dd>
      </div>
    </dl>
  );
}

/** Names of the columns behind a line's own fields. */
const columns: Record<string, string> = {
  '@log': 'aws.log.group.names',
  '@logStream': 'aws.log.stream.names',
  trace_id: 'trace.trace_id',
  span_id: 'trace.span_id',
};

function columnOf(field: string): string {
  return columns[field] ?? field;
}
