// SPDX-License-Identifier: Apache-2.0
// The text of a line: terminal colours, and the terms somebody wants to see.

import type { ComponentChildren } from 'preact';
import { parseAnsi } from './ansi.ts';

export interface Piece {
  text: string;
  /** Which term it is, or -1. */
  term: number;
}

/** Splits `text` at every occurrence of a term, ignoring case; earlier terms win where they overlap. */
export function splitByTerms(text: string, terms: readonly string[]): Piece[] {
  const wanted = terms.map((term) => term.toLowerCase());
  const folded = text.toLowerCase();
  // A letter that changes its length with its case would shift everything after it.
  if (wanted.every((term) => term === '') || folded.length !== text.length) return [{ text, term: -1 }];
  const pieces: Piece[] = [];
  let from = 0;
  while (from < text.length) {
    let at = text.length;
    let found = -1;
    wanted.forEach((term, index) => {
      const place = term ? folded.indexOf(term, from) : -1;
      if (place >= 0 && place < at) [at, found] = [place, index];
    });
    if (at > from) pieces.push({ text: text.slice(from, at), term: -1 });
    if (found < 0) break;
    const end = at + wanted[found]!.length;
    pieces.push({ text: text.slice(at, end), term: found });
    from = end;
  }
  return pieces;
}

export interface MessageTextProps {
  text: string;
  terms?: readonly string[];
}

export function MessageText({ text, terms = [] }: MessageTextProps) {
  const shown: ComponentChildren[] = parseAnsi(text).map(({ text: piece, style }) => {
    const marked = terms.length ? withMarks(piece, terms) : piece;
    return style ? <span class={style}>{marked}</span> : marked;
  });
  return <bdi>{shown}</bdi>;
}

function withMarks(text: string, terms: readonly string[]): ComponentChildren[] {
  return splitByTerms(text, terms).map((piece) =>
    piece.term < 0 ? piece.text : <mark class={`term-${piece.term}`}>{piece.text}</mark>,
  );
}
