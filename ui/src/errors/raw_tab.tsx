// SPDX-License-Identifier: Apache-2.0
// The report as it was sent.

import { useMemo, useState } from 'preact/hooks';
import { formatBytes } from '../format/number.ts';
import { downloadText } from '../query/download.ts';
import { Button } from '../ui/button.tsx';
import { copyText } from '../ui/toast.tsx';
import type { Occurrence } from './types.ts';

/** More is laid out only when asked for. */
const shownCharsMax = 200_000;

/** A command that sends the report again. */
function asCurl(payload: unknown): string {
  const body = JSON.stringify({ data: payload }).replace(/'/g, "'\\''");
  return [
    `curl -X POST '${location.origin}/api/1/item/'`,
    `-H 'content-type: application/json'`,
    `-H 'x-rollbar-access-token: any'`,
    `-d '${body}'`,
  ].join(' \\\n  ');
}

export function RawTab({ occurrence }: { occurrence: Occurrence }) {
  const { payload, fields } = occurrence;
  const text = useMemo(() => JSON.stringify(payload ?? fields, null, 2), [occurrence]);
  const [isWhole, setWhole] = useState(false);
  const isCut = !isWhole && text.length > shownCharsMax;
  return (
    <>
      <div class="row raw-tools">
        <span class="muted">
          {payload ? 'The payload as sent' : 'The OpenTelemetry event'}, {formatBytes(text.length)}
        </span>
        <Button look="ghost" icon="copy" onClick={() => void copyText(text, 'JSON copied')}>
          Copy JSON
        </Button>
        {payload && (
          <Button look="ghost" icon="copy" onClick={() => void copyText(asCurl(payload), 'Command copied')}>
            Copy as curl
          </Button>
        )}
        <Button
          look="ghost"
          icon="download"
          onClick={() => downloadText(`occurrence-${occurrence.id}.json`, 'application/json', text)}
        >
          Download
        </Button>
      </div>
      <pre class="raw-json" tabIndex={0} aria-label="Raw JSON">
        {isCut ? text.slice(0, shownCharsMax) : text}
      </pre>
      {isCut && <Button onClick={() => setWhole(true)}>Show all {formatBytes(text.length)}</Button>}
    </>
  );
}
