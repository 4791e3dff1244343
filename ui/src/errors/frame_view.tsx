// SPDX-License-Identifier: Apache-2.0
// One frame: where it is, the code around it, what the variables held.

import { useState } from 'preact/hooks';
import type { FieldValue } from '../format/number.ts';
import { Icon } from '../ui/icon.tsx';
import { alignedCode, hasDetails, placeOf, printPlace, type ListedFrame } from './frame_groups.ts';
import { JsonMembers, type JsonPlace } from './json_tree.tsx';
import type { CodePlace, Frame } from './types.ts';

export interface FrameViewProps {
  listed: ListedFrame;
  openAtFirst: boolean;
  place: JsonPlace;
}

export function FrameView({ listed: { frame }, openAtFirst, place }: FrameViewProps) {
  const [isOpen, setOpen] = useState(openAtFirst);
  const code = placeOf(frame);
  const canOpen = hasDetails(frame);
  const name = frame.original ? frame.original.filename : frame.short || frame.filename;
  const head = (
    <>
      {canOpen && <Icon name="chevronRight" />}
      <span class="frame-file">{printPlace(name, code)}</span> <span class="muted">in</span>{' '}
      <span class="frame-method">{code.method || '<anonymous>'}</span>
      {frame.original && <span class="caption">{printPlace(frame.short, frame)} minified</span>}
      {!isOpen && code.code && <code class="frame-line ellipsis">{code.code.trim()}</code>}
    </>
  );
  return (
    <li class={`frame${frame.in_app ? ' in-app' : ''}`} data-in-app={frame.in_app}>
      {canOpen ? (
        <button type="button" class={`frame-head${isOpen ? ' open' : ''}`} aria-expanded={isOpen} title={code.filename} onClick={() => setOpen(!isOpen)}>
          {head}
        </button>
      ) : (
        <div class="frame-head" title={code.filename}>
          {head}
        </div>
      )}
      {isOpen && (
        <div class="frame-body">
          <CodeLines place={code} />
          <Variables frame={frame} place={place} />
        </div>
      )}
    </li>
  );
}

function CodeLines({ place }: { place: CodePlace }) {
  const { pre, code, post, lineno, filename } = place;
  if (!code && pre.length + post.length === 0) return null;
  const first = (lineno ?? pre.length + 1) - pre.length;
  const lines = [...pre, alignedCode(place), ...post];
  return (
    <pre class="code-lines" tabIndex={0} aria-label={`Code of ${filename}`}>
      {lines.map((line, at) => (
        <span key={at} class={`code-line${at === pre.length ? ' here' : ''}`}>
          <span class="code-number">{lineno === null ? '' : first + at}</span>
          <code>{line || ' '}</code>
        </span>
      ))}
    </pre>
  );
}

function Variables({ frame, place }: { frame: Frame; place: JsonPlace }) {
  const args = Object.fromEntries(frame.args.map((value, at) => [String(at), value]));
  const groups: [string, Record<string, unknown>][] = [
    ['Locals', frame.locals],
    ['Arguments', args],
    ['Keyword arguments', frame.kwargs],
  ];
  const fields: Record<string, FieldValue> = {};
  return (
    <>
      {groups.map(([title, values]) =>
        Object.keys(values).length === 0 ? null : (
          <section key={title} class="frame-variables">
            <h3>{title}</h3>
            <JsonMembers value={values} path="" place={{ ...place, fields }} />
          </section>
        ),
      )}
    </>
  );
}
