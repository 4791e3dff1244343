// SPDX-License-Identifier: Apache-2.0
// Colours that terminals understand, as style classes; every other control sequence is left out.

export interface Styled {
  text: string;
  /** Style classes, separated by blanks; empty for plain text. */
  style: string;
}

interface Pen {
  colour: number | null;
  bold: boolean;
  faint: boolean;
  italic: boolean;
  underlined: boolean;
}

const plainPen: Pen = { colour: null, bold: false, faint: false, italic: false, underlined: false };

// CSI sequences, OSC sequences up to their end, and lone escapes.
// eslint-disable-next-line no-control-regex
const sequence = /\x1b(?:\[([0-9;:]*)([@-~])|\][^\x07\x1b]*(?:\x07|\x1b\\)|[@-Z\\-_])/g;

function withCode(pen: Pen, code: number): Pen {
  if (code === 0) return plainPen;
  if (code === 1) return { ...pen, bold: true };
  if (code === 2) return { ...pen, faint: true };
  if (code === 3) return { ...pen, italic: true };
  if (code === 4) return { ...pen, underlined: true };
  if (code === 22) return { ...pen, bold: false, faint: false };
  if (code === 23) return { ...pen, italic: false };
  if (code === 24) return { ...pen, underlined: false };
  if (code === 39) return { ...pen, colour: null };
  if (code >= 30 && code <= 37) return { ...pen, colour: code - 30 };
  if (code >= 90 && code <= 97) return { ...pen, colour: code - 90 };
  return pen;
}

function withCodes(pen: Pen, text: string): Pen {
  const codes = text.split(/[;:]/).map(Number);
  let next = pen;
  for (let i = 0; i < codes.length; i += 1) {
    const code = codes[i] ?? 0;
    if (code !== 38 && code !== 48) {
      next = withCode(next, code);
      continue;
    }
    // 38;5;n is one of 256 colours, of which the first 16 are ours; 38;2;r;g;b is any colour.
    const isIndexed = codes[i + 1] === 5;
    const index = codes[i + 2] ?? 16;
    if (code === 38 && isIndexed && index < 16) next = { ...next, colour: index % 8 };
    i += isIndexed ? 2 : 4;
  }
  return next;
}

function classesOf(pen: Pen): string {
  return [
    pen.colour !== null && `ansi-${pen.colour}`,
    pen.bold && 'ansi-bold',
    pen.faint && 'ansi-faint',
    pen.italic && 'ansi-italic',
    pen.underlined && 'ansi-underlined',
  ]
    .filter(Boolean)
    .join(' ');
}

export function parseAnsi(text: string): Styled[] {
  if (!text.includes('\x1b')) return [{ text, style: '' }];
  const pieces: Styled[] = [];
  let pen = plainPen;
  let from = 0;
  const push = (to: number) => {
    if (to > from) pieces.push({ text: text.slice(from, to), style: classesOf(pen) });
  };
  for (const match of text.matchAll(sequence)) {
    push(match.index);
    from = match.index + match[0].length;
    if (match[2] === 'm') pen = withCodes(pen, match[1] ?? '');
  }
  push(text.length);
  return pieces;
}

export function withoutAnsi(text: string): string {
  return text.includes('\x1b') ? text.replace(sequence, '') : text;
}
