// SPDX-License-Identifier: Apache-2.0

import { describe, expect, test } from 'vitest';
import { parseAnsi, withoutAnsi } from '../../src/logs/ansi.ts';
import { insightsLiteral, insightsName } from '../../src/logs/insights_text.ts';
import { readGroupUrl, readNames, writeNames } from '../../src/logs/logs_url.ts';
import { splitByTerms } from '../../src/logs/message_text.tsx';
import { termPattern, withCondition } from '../../src/logs/pattern.ts';
import { seeded } from './random.ts';

describe('terminal colours', () => {
  test('become style classes, and end where they are reset', () => {
    expect(parseAnsi('a \x1b[31mred \x1b[1mbold\x1b[0m plain')).toEqual([
      { text: 'a ', style: '' },
      { text: 'red ', style: 'ansi-1' },
      { text: 'bold', style: 'ansi-1 ansi-bold' },
      { text: ' plain', style: '' },
    ]);
  });

  test('of 256 and of all colours do not take their numbers for styles', () => {
    expect(parseAnsi('\x1b[38;5;1mx\x1b[38;2;4;1;3my')).toEqual([
      { text: 'x', style: 'ansi-1' },
      { text: 'y', style: 'ansi-1' },
    ]);
    expect(parseAnsi('\x1b[48;5;4mx')).toEqual([{ text: 'x', style: '' }]);
  });

  test('other sequences vanish: cursor moves, titles, links', () => {
    expect(withoutAnsi('\x1b[2K\x1b[1Gdone \x1b]0;title\x07\x1b]8;;http://x\x1b\\link')).toBe('done link');
  });

  test('nothing is lost of texts without them, whatever they hold', () => {
    for (const text of ['', 'plain', '<script>alert(1)</script>', 'שלום 👩‍👩‍👧 [31m', '\x1b']) {
      expect(parseAnsi(text).map((piece) => piece.text).join('')).toBe(text);
    }
  });
});

describe('highlighted terms', () => {
  test('are found ignoring case, the earlier of overlapping ones', () => {
    expect(splitByTerms('Error in erroneous', ['ERRO', 'error'])).toEqual([
      { text: 'Erro', term: 0 },
      { text: 'r in ', term: -1 },
      { text: 'erro', term: 0 },
      { text: 'neous', term: -1 },
    ]);
  });

  test('never change the text', () => {
    const random = seeded(7);
    const letters = 'abAB İ👍<&';
    const word = (length: number) =>
      Array.from({ length }, () => letters[Math.floor(random() * letters.length)]).join('');
    for (let i = 0; i < 500; i += 1) {
      const text = word(Math.floor(random() * 40));
      const terms = [word(1 + Math.floor(random() * 3)), '', word(2)];
      expect(splitByTerms(text, terms).map((piece) => piece.text).join('')).toBe(text);
    }
  });
});

describe('addresses', () => {
  test('names with commas and percent signs come back', () => {
    const names = ['/aws/lambda/x', 'a,b', '100%2C', 'ü'];
    expect(readNames(writeNames(names))).toEqual(names);
    expect(readNames(null)).toEqual([]);
  });

  test('of a group: unknown levels and orders are left out', () => {
    const url = readGroupUrl(new URLSearchParams('level=warn,shout,error&order=sideways&wrap=1'));
    expect(url).toMatchObject({ levels: ['error', 'warn'], order: 'newest', wrap: true, at: '' });
  });
});

describe('patterns and conditions', () => {
  test('a term is quoted where the pattern would read it otherwise', () => {
    expect(termPattern('timeout')).toBe('timeout');
    expect(termPattern('-v')).toBe('"-v"');
    expect(termPattern('say "hi" \\')).toBe('"say \\"hi\\" \\\\"');
  });

  test('conditions join a JSON pattern and replace any other', () => {
    expect(withCondition('', 'user.id', 'bob', false)).toBe('{ $.user.id = "bob" }');
    expect(withCondition('{ $.a = 1 }', 'ok', false, true)).toBe('{ ($.a = 1) && $.ok IS TRUE }');
    expect(withCondition('ERROR', 'n', 5, true)).toBe('{ $.n != 5 }');
  });

  test('Insights names and values', () => {
    expect(insightsName('@timestamp')).toBe('@timestamp');
    expect(insightsName('user.id')).toBe('user.id');
    expect(insightsName('odd-name')).toBe('`odd-name`');
    expect(insightsLiteral('a "b"')).toBe('"a \\"b\\""');
    expect(insightsLiteral(4.5)).toBe('4.5');
  });
});
