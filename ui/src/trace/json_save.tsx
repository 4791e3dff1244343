// SPDX-License-Identifier: Apache-2.0
// The whole trace as a file or on the clipboard, read piece by piece.
import { useEffect, useRef, useState } from 'preact/hooks';
import { asApiError, isAbort } from '../api/client.ts';
import { formatCount } from '../format/number.ts';
import { Button } from '../ui/button.tsx';
import { copyText, toast } from '../ui/toast.tsx';
import type { JsonLines } from './json_lines.ts';
import { fetchSpans, spansAtOnceMax } from './trace_api.ts';

/** More than this is a file, not something to paste. */
const copiedSpansMax = 2000;

async function readWhole(
  traceId: string,
  lines: JsonLines,
  abort: AbortSignal,
  onProgress: (spans: number) => void,
): Promise<Blob> {
  const total = lines.rows.length;
  const parts: BlobPart[] = [`${lines.before}\n`];
  for (let from = 0; from < total; from += spansAtOnceMax) {
    const to = Math.min(from + spansAtOnceMax, total);
    const details = await fetchSpans(traceId, lines.idsIn(from, to), abort);
    parts.push(new Blob([`${lines.texts(from, to, details).join('\n')}\n`]));
    onProgress(to);
  }
  parts.push(lines.after);
  return new Blob(parts, { type: 'application/json' });
}

function saveAs(name: string, blob: Blob): void {
  const url = URL.createObjectURL(blob);
  const anchor = document.createElement('a');
  anchor.href = url;
  anchor.download = name;
  anchor.click();
  setTimeout(() => URL.revokeObjectURL(url), 1000);
}

export function JsonSave({ traceId, lines }: { traceId: string; lines: JsonLines }) {
  const [done, setDone] = useState<number | null>(null);
  const abortRef = useRef(new AbortController());
  useEffect(() => () => abortRef.current.abort(), []);
  const total = lines.rows.length;

  const read = async (use: (blob: Blob) => void | Promise<void>) => {
    abortRef.current.abort();
    abortRef.current = new AbortController();
    setDone(0);
    try {
      await use(await readWhole(traceId, lines, abortRef.current.signal, setDone));
    } catch (error) {
      if (!isAbort(error)) toast(`The trace could not be read: ${asApiError(error).message}`);
    }
    setDone(null);
  };

  if (done !== null) {
    return (
      <>
        <span class="muted" role="status">
          {formatCount(done)} of {formatCount(total)} spans read
        </span>
        <Button look="ghost" icon="close" onClick={() => abortRef.current.abort()}>
          Cancel
        </Button>
      </>
    );
  }
  return (
    <>
      <Button
        look="ghost"
        icon="copy"
        disabled={total > copiedSpansMax}
        title={total > copiedSpansMax ? 'Too long to paste: save it as a file' : undefined}
        onClick={() => void read(async (blob) => void copyText(await blob.text(), 'JSON copied'))}
      >
        Copy JSON
      </Button>
      <Button
        look="ghost"
        icon="download"
        onClick={() => void read((blob) => saveAs(`trace-${traceId}.json`, blob))}
      >
        Save
      </Button>
    </>
  );
}
