// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { fnv1a } from '../../src/format/colour.ts';
import { byField, colouring, fieldOf, neutral, selfTimes } from '../../src/trace/colors.ts';
import { Flag } from '../../src/trace/cols.ts';
import { makeTrace } from './trace_make.ts';

const trace = makeTrace([
  { parent: -1, start: 0, dur: 9, svc: 0, kind: 0 },
  { parent: 0, start: 1, dur: 2, svc: 1, kind: 0 },
  { parent: 0, start: 2, dur: 4, svc: 1, kind: 1 },
]);

describe('colours by service', () => {
  it('lets the service with most self time have the colour of its hash', () => {
    expect([...selfTimes(trace, trace.svc, 3)]).toEqual([9, 6, 0]);
    const { of, entries } = colouring(trace, 'service');
    expect(of(0)).toEqual({ index: fnv1a('frontend') % 10, hatched: false });
    expect(entries.map(({ label, time }) => [label, time])).toEqual([
      ['frontend', 9],
      ['backend', 6],
    ]);
  });

  it('does not depend on which service the server lists first', () => {
    const turned = makeTrace([
      { parent: -1, start: 0, dur: 9, svc: 1 },
      { parent: 0, start: 1, dur: 2, svc: 0 },
    ]);
    const renamed = { ...turned, services: ['backend', 'frontend', 'postgres'] };
    expect(colouring(renamed, 'service').of(0)).toEqual(colouring(trace, 'service').of(0));
    expect(colouring(renamed, 'service').of(1)).toEqual(colouring(trace, 'service').of(1));
  });

  it('leaves a row that stands for a missing span without a colour', () => {
    const orphaned = makeTrace([
      { parent: -1, start: 0, dur: 9, svc: 2, flags: Flag.missing },
      { parent: 0, start: 0, dur: 9, svc: 1, flags: Flag.orphan },
    ]);
    const { of, entries } = colouring(orphaned, 'service');
    expect(of(0)).toBe(neutral);
    expect(entries.map(({ label }) => label)).toEqual(['backend']);
  });
});

describe('colours by kind, status and field', () => {
  it('follows the kind, or nothing', () => {
    const byKind = colouring(trace, 'kind').of;
    expect(byKind(0)).toEqual(byKind(1));
    expect(byKind(0)).not.toEqual(byKind(2));
    expect(colouring(trace, 'status').of(0)).toBe(neutral);
  });

  it('follows the values of a field once they are there', () => {
    expect(fieldOf(byField('app.user_id'))).toBe('app.user_id');
    expect(fieldOf('kind')).toBe(null);
    expect(colouring(trace, byField('app.user_id')).of(1)).toBe(neutral);
    const values = { name: 'app.user_id', values: ['bob', 7], codes: Int32Array.of(-1, 1, 0) };
    const { of, entries, field } = colouring(trace, byField('app.user_id'), values);
    expect(of(0)).toBe(neutral);
    expect(of(1)).not.toEqual(of(2));
    expect(field).toBe('app.user_id');
    expect(entries.map(({ label, time }) => [label, time])).toEqual([
      ['bob', 4],
      ['7', 2],
    ]);
  });

  it('colours the values that took most time, and counts the rest', () => {
    const rows = Array.from({ length: 30 }, (_, i) => ({ parent: -1, start: i, dur: i }));
    const many = makeTrace(rows);
    const values = { name: 'id', values: rows.map((_, i) => i), codes: Int32Array.from(rows.keys()) };
    const { of, entries, left } = colouring(many, byField('id'), values);
    expect(entries.length).toBe(20);
    expect(left).toBe(10);
    expect(of(29)).not.toBe(neutral);
    expect(of(0)).toBe(neutral);
  });
});
