// SPDX-License-Identifier: Apache-2.0
// The frames of an exception as they are listed: those of the project apart, library frames together.

import type { CodePlace, Frame } from './types.ts';

export interface ListedFrame {
  frame: Frame;
  /** Its place in the list as sent. */
  index: number;
}

/** One frame of the project, or a run of library frames. */
export type FrameGroup = { kind: 'own'; own: ListedFrame } | { kind: 'library'; frames: ListedFrame[] };

export interface FrameOrder {
  newestFirst: boolean;
  /** Lists library frames one by one, like the others. */
  all: boolean;
}

export function groupFrames(frames: readonly Frame[], { newestFirst, all }: FrameOrder): FrameGroup[] {
  const listed = frames.map((frame, index) => ({ frame, index }));
  if (newestFirst) listed.reverse();
  // Without any frame of the project there is nothing to set apart.
  const single = all || !frames.some((frame) => frame.in_app);
  const groups: FrameGroup[] = [];
  for (const each of listed) {
    const last = groups.at(-1);
    if (single || each.frame.in_app) groups.push({ kind: 'own', own: each });
    else if (last?.kind === 'library') last.frames.push(each);
    else groups.push({ kind: 'library', frames: [each] });
  }
  return groups;
}

/** The frame to look at first: the project's most recent call, else the most recent one. */
export function crashFrame(frames: readonly Frame[]): number {
  const own = frames.map((frame) => frame.in_app).lastIndexOf(true);
  return own >= 0 ? own : frames.length - 1;
}

/** The place in the source where a source map knows it. */
export function placeOf(frame: Frame): CodePlace {
  return frame.original ?? frame;
}

/** `app.py:71` */
export function printPlace(name: string, place: CodePlace): string {
  const line = place.lineno === null ? '' : `:${place.lineno}`;
  return `${name}${line}${place.lineno !== null && place.colno !== null ? `:${place.colno}` : ''}`;
}

const indentOf = (line: string | undefined) => /^\s*/.exec(line ?? '')?.[0] ?? '';

/** The line of code as deep as its neighbours: some reporters cut its indentation, not theirs. */
export function alignedCode({ pre, code, post }: CodePlace): string {
  if (code === '' || /^\s/.test(code)) return code;
  const [before, after] = [indentOf(pre.at(-1)), indentOf(post[0])];
  return (before.length > after.length ? before : after) + code;
}

/** Whether there is more to see than the line itself. */
export function hasDetails(frame: Frame): boolean {
  const { pre, post, code } = placeOf(frame);
  return (
    pre.length + post.length > 0 || code !== '' ||
    Object.keys(frame.locals).length + frame.args.length + Object.keys(frame.kwargs).length > 0
  );
}

/** The traceback as text, as one would paste it into a ticket. */
export function tracebackText(exceptions: { class: string; message: string; frames: Frame[] }[]): string {
  return exceptions
    .map(({ class: name, message, frames }) => {
      const lines = frames.map((frame) => {
        const place = placeOf(frame);
        const code = place.code.trim();
        return `  ${printPlace(place.filename, place)} in ${place.method || '<anonymous>'}${code ? `\n    ${code}` : ''}`;
      });
      return [...lines, `${name}${message ? `: ${message}` : ''}`].join('\n');
    })
    .join('\n\ncaused by\n\n');
}
