// SPDX-License-Identifier: Apache-2.0

import { describe, expect, test } from 'vitest';
import type { ColumnInfo } from '../../src/api/types.ts';
import { filterOps, listOps, valuelessOps } from '../../src/query/spec.ts';
import { suggestCalculations, suggestFilters, suggestOrders, suggestShown } from '../../src/query/suggestions.ts';
import {
  isFormula,
  parseCalculation,
  parseFilter,
  parseFormula,
  parseHaving,
  parseLimit,
  parseOrder,
  parseShown,
  printCalculation,
  printFilter,
  printHaving,
  printOrder,
  printShown,
} from '../../src/query/token_parser.ts';

describe('calculation', () => {
  test.each([
    ['COUNT', { op: 'COUNT' }],
    ['count', { op: 'COUNT' }],
    ['p95 duration_ms', { op: 'P95', column: 'duration_ms' }],
    ['P95(duration_ms)', { op: 'P95', column: 'duration_ms' }],
    ['heatmap( duration_ms )', { op: 'HEATMAP', column: 'duration_ms' }],
    ['P99(duration', { op: 'P99', column: 'duration' }],
    ['COUNT(app.user_id)', { op: 'COUNT', column: 'app.user_id' }],
    ['AVG("odd name")', { op: 'AVG', column: 'odd name' }],
  ])('reads %s', (text, expected) => expect(parseCalculation(text)).toEqual(expected));

  test.each(['', 'P95', 'P95()', 'duration_ms', 'CONCURRENCY(x)', 'P42(x)', '('])('refuses %j', (text) =>
    expect(parseCalculation(text)).toBeNull(),
  );

  test('prints what it reads', () => {
    for (const text of ['COUNT', 'P95(duration_ms)', 'HEATMAP(a.b-c)']) {
      expect(printCalculation(parseCalculation(text)!)).toBe(text);
    }
  });
});

describe('names and formulas', () => {
  test('a calculation may have a name', () => {
    const named = { op: 'P95', column: 'duration_ms', name: 'slow' };
    expect(parseShown('p95 duration_ms as slow')).toEqual(named);
    expect(printShown(named)).toBe('P95(duration_ms) as slow');
    expect(parseShown('P42(x) as slow')).toBeNull();
  });

  test('a formula is a name and what it is', () => {
    const formula = { name: 'share', expression: '$errors / $COUNT * 100' };
    expect(parseShown(' share = $errors / $COUNT * 100 ')).toEqual(formula);
    expect(parseShown(printShown(formula))).toEqual(formula);
    expect(isFormula(formula)).toBe(true);
    expect(parseFormula('COUNT')).toBeNull();
    expect(parseFormula('share =')).toBeNull();
  });

  test('after the equals sign the calculations are offered', () => {
    const spec = { calculations: [{ op: 'COUNT' }, { op: 'P95', column: 'duration_ms' }] };
    const offered = (text: string) => suggestShown(text, [], spec).map((one) => one.text);
    expect(offered('share = ')).toEqual(['share = $COUNT ', 'share = $"P95(duration_ms)" ']);
    expect(offered('share = $COUNT / $"p')).toEqual(['share = $COUNT / $"P95(duration_ms)" ']);
    expect(offered('share = $COUNT')).toEqual(['share = $COUNT ']);
    expect(offered('share = $COUNT ')).toEqual([]);
  });

  test('results can be ordered by them', () => {
    const spec = { calculations: [{ op: 'COUNT' }], formulas: [{ name: 'twice', expression: '$COUNT * 2' }] };
    expect(suggestOrders('tw', spec).map((one) => one.text)).toEqual(['twice desc', 'twice asc']);
    expect(parseOrder('twice desc')).toEqual({ column: 'twice', order: 'descending' });
  });
});

describe('filter', () => {
  test.each([
    ['name = home', { column: 'name', op: '=', value: 'home' }],
    ['name=home', { column: 'name', op: '=', value: 'home' }],
    ['a != 5', { column: 'a', op: '!=', value: 5 }],
    ['duration_ms>=1.5', { column: 'duration_ms', op: '>=', value: 1.5 }],
    ['error = true', { column: 'error', op: '=', value: true }],
    ['name = "500"', { column: 'name', op: '=', value: '500' }],
    ['app.user_id exists', { column: 'app.user_id', op: 'exists' }],
    ['app.user_id does not exist', { column: 'app.user_id', op: 'does-not-exist' }],
    ['name starts-with GET /api', { column: 'name', op: 'starts-with', value: 'GET /api' }],
    ['name does-not-contain x = y', { column: 'name', op: 'does-not-contain', value: 'x = y' }],
    ['code in 200, 404', { column: 'code', op: 'in', value: [200, 404] }],
    ['user not-in "a,b", c', { column: 'user', op: 'not-in', value: ['a,b', 'c'] }],
    ['"odd name" = x', { column: 'odd name', op: '=', value: 'x' }],
    ['is.contains = contains', { column: 'is.contains', op: '=', value: 'contains' }],
  ])('reads %s', (text, expected) => expect(parseFilter(text)).toEqual(expected));

  test.each(['', 'name', 'name =', '= x', 'name exists x', 'code in', 'name like x'])('refuses %j', (text) =>
    expect(parseFilter(text)).toBeNull(),
  );

  test('keeps text as text in a column of strings', () => {
    expect(parseFilter('zip = 01234', () => 'string')?.value).toBe('01234');
    expect(parseFilter('zip = true', () => 'string')?.value).toBe('true');
  });

  test('prints what reads back the same', () => {
    const values = ['x', 'a b', '5', 'true', '', ' x', '"', 'a,b', 7, -0.5, true, false];
    for (const op of filterOps) {
      for (const value of values) {
        for (const column of ['name', 'odd name', 'a=b']) {
          const filter = valuelessOps.has(op)
            ? { column, op }
            : { column, op, value: listOps.has(op) ? [value, 'z'] : value };
          expect(parseFilter(printFilter(filter))).toEqual(filter);
        }
      }
    }
  });
});

describe('order, having, limit', () => {
  test('default directions', () => {
    expect(parseOrder('COUNT')).toEqual({ op: 'COUNT', order: 'descending' });
    expect(parseOrder('name')).toEqual({ column: 'name', order: 'ascending' });
    expect(parseOrder('P95(duration_ms) asc')).toEqual({ op: 'P95', column: 'duration_ms', order: 'ascending' });
    expect(parseOrder('HEATMAP(x) desc')).toBeNull();
    expect(printOrder(parseOrder('p95 duration_ms desc')!)).toBe('P95(duration_ms) desc');
  });

  test('having', () => {
    const having = parseHaving('P95(duration_ms) >= 1.5');
    expect(having).toEqual({ calculate_op: 'P95', column: 'duration_ms', op: '>=', value: 1.5 });
    expect(printHaving(having!)).toBe('P95(duration_ms) >= 1.5');
    expect(parseHaving('COUNT > x')).toBeNull();
    expect(parseHaving('nothing > 1')).toBeNull();
    expect(parseHaving('share > 1', ['share'])).toEqual({ name: 'share', op: '>', value: 1 });
  });

  test.each([['100', 100], ['1', 1], ['1000', 1000], ['0', null], ['1001', null], ['x', null]])(
    'limit %s',
    (text, expected) => expect(parseLimit(text)).toBe(expected),
  );
});

describe('suggestions', () => {
  const column = (key: string, type: ColumnInfo['type'], hidden = false): ColumnInfo => ({
    id: key, key, type, description: '', hidden, last_written_ms: null,
  });
  const columns = [
    column('app.duration', 'float'),
    column('duration_ms', 'float'),
    column('name', 'string'),
    column('dur_secret', 'float', true),
  ];

  test('p95 dur offers P95(duration_ms) first and no hidden column', () => {
    const texts = suggestCalculations('p95 dur', columns).map((entry) => entry.text);
    expect(texts).toEqual(['P95(duration_ms)', 'P95(app.duration)']);
  });

  test('only numbers can be averaged, anything can be counted', () => {
    expect(suggestCalculations('avg na', columns)).toEqual([]);
    expect(suggestCalculations('count_distinct na', columns)[0]?.text).toBe('COUNT_DISTINCT(name)');
  });

  test('a filter grows from column to operator to value', async () => {
    const values = async () => [{ value: 'home', count: 3 }];
    expect(suggestFilters('nam', columns, values)).toMatchObject([{ text: 'name ', final: false }]);
    const ops = suggestFilters('name ', columns, values) as { text: string }[];
    expect(ops[0]?.text).toBe('name = ');
    expect(await suggestFilters('name = ', columns, values)).toMatchObject([{ text: 'name = home', final: true }]);
  });

  test('orders are what the query computes', () => {
    const spec = { calculations: [{ op: 'HEATMAP', column: 'x' }, { op: 'COUNT' }], breakdowns: ['name'] };
    expect(suggestOrders('', spec).map((entry) => entry.text)).toEqual([
      'COUNT desc', 'COUNT asc', 'name asc', 'name desc',
    ]);
  });
});
