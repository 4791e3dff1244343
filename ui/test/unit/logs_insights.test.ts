// SPDX-License-Identifier: Apache-2.0

import { describe, expect, test } from 'vitest';
import { insightsLanguage, tokensOf } from '../../src/logs/insights_language.ts';
import {
  asCsv, chartsOf, groupsByTime, keyCountOf, numberOfCell, timeOfCell,
} from '../../src/logs/insights_result.ts';
import { templates } from '../../src/logs/insights_templates.ts';

const kindsOf = (text: string) => tokensOf(text).map(({ from, to, kind }) => [text.slice(from, to), kind]);

describe('colours of the language', () => {
  test('commands, functions, fields, texts and regular expressions', () => {
    expect(kindsOf('filter @message like /a|b/ | stats count(*) by bin(5m) # why')).toEqual([
      ['filter', 'keyword'],
      ['@message', 'field'],
      ['like', 'keyword'],
      ['/a|b/', 'string'],
      ['|', 'pipe'],
      ['stats', 'keyword'],
      ['count', 'function'],
      ['*', 'operator'],
      ['by', 'keyword'],
      ['bin', 'function'],
      ['5m', 'number'],
      ['# why', 'comment'],
    ]);
  });

  test('a slash divides where a value stands, and a command name elsewhere is a field', () => {
    expect(kindsOf('fields a / b / c, limit')).toEqual([
      ['fields', 'keyword'],
      ['a', 'field'],
      ['b', 'field'],
      ['c', 'field'],
      ['limit', 'field'],
    ]);
  });

  test('tokens ascend and never overlap, also in what is half typed', () => {
    for (const { query } of templates) {
      for (let length = 0; length <= query.length; length += 1) {
        let end = 0;
        for (const { from, to } of tokensOf(query.slice(0, length))) {
          expect(from).toBeGreaterThanOrEqual(end);
          expect(to).toBeGreaterThan(from);
          end = to;
        }
      }
    }
  });
});

describe('completion', () => {
  const { complete } = insightsLanguage(['user.id', 'status']);
  const labels = (text: string) => complete(text, text.length, true)?.options.map(({ label }) => label) ?? [];

  test('commands at the start and after a pipe', () => {
    expect(labels('st')).toContain('stats');
    expect(labels('fields a |  ')).toContain('filter');
    expect(labels('filter x = "a | b" ')).not.toContain('stats');
  });

  test('fields and functions inside of a command, aggregates in stats only', () => {
    expect(labels('filter us')).toEqual(expect.arrayContaining(['user.id', '@message', 'ispresent']));
    expect(labels('filter us')).not.toContain('sum');
    expect(labels('stats s')).toEqual(expect.arrayContaining(['sum', 'status']));
  });

  test('nothing inside of texts and comments', () => {
    expect(labels('filter @message like "st')).toEqual([]);
    expect(labels('# st')).toEqual([]);
  });

  test('replaces the word before the cursor', () => {
    expect(complete('filter user.i', 13, false)?.from).toBe(7);
  });
});

describe('cells', () => {
  test('times and numbers', () => {
    expect(timeOfCell('2026-01-02 03:04:05.678')).toBe(Date.UTC(2026, 0, 2, 3, 4, 5, 678));
    expect(timeOfCell('2026-01-02')).toBeNull();
    expect(numberOfCell('-1.5e3')).toBe(-1500);
    expect(numberOfCell('0x10')).toBeNull();
    expect(numberOfCell(null)).toBeNull();
  });

  test('CSV quotes what needs it', () => {
    expect(asCsv({ columns: ['a', 'b,c'], rows: [['1', null], ['x"y', 'two\nlines']] })).toBe(
      'a,"b,c"\r\n1,\r\n"x""y","two\nlines"\r\n',
    );
  });
});

describe('lines over time', () => {
  const at = (minute: number) => `2026-01-02 03:0${minute}:00.000`;

  test('only for queries that group by time', () => {
    expect(groupsByTime('stats count(*) by bin(5m)')).toBe(true);
    expect(groupsByTime('fields bin(5m) | stats count(*) by host')).toBe(false);
    expect(keyCountOf('filter a | stats pct(x, 95), max(y) by bin(1m), status')).toBe(2);
    expect(keyCountOf('stats count(*)')).toBe(0);
  });

  test('missing steps are gaps', () => {
    const table = { columns: ['bin(1m)', 'n'], rows: [[at(0), '3'], [at(1), '4'], [at(4), '5']] };
    const found = chartsOf(table, 'stats count(*) as n by bin(1m)')!;
    expect(found.stepMs).toBe(60_000);
    expect(found.timesMs).toHaveLength(5);
    expect(found.charts).toEqual([{ column: 'n', lines: [{ label: 'n', values: [3, 4, null, null, 5] }] }]);
  });

  test('a key that looks like a number names lines instead of being one', () => {
    const table = {
      columns: ['status', 'bin(1m)', 'n'],
      rows: [['200', at(0), '3'], ['500', at(0), '1'], ['200', at(1), '2']],
    };
    const found = chartsOf(table, 'stats count(*) as n by status, bin(1m)')!;
    expect(found.charts[0]!.lines).toEqual([
      { label: '200', values: [3, 2] },
      { label: '500', values: [1, null] },
    ]);
  });

  test('several values of several groups', () => {
    const table = { columns: ['host', 'bin(1m)', 'a', 'b'], rows: [['x', at(0), '1', '2']] };
    const found = chartsOf(table, 'stats avg(v) as a, max(v) as b by host, bin(1m)')!;
    expect(found.charts).toEqual([
      { column: 'a', lines: [{ label: 'x', values: [1] }] },
      { column: 'b', lines: [{ label: 'x', values: [2] }] },
    ]);
  });
});
