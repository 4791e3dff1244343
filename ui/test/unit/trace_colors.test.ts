// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { fnv1a } from '../../src/format/colour.ts';
import { neutral, rowColour, selfTimes, serviceColours } from '../../src/trace/colors.ts';
import { makeTrace } from './trace_make.ts';

const trace = makeTrace([
  { parent: -1, start: 0, dur: 9, svc: 0, kind: 0 },
  { parent: 0, start: 1, dur: 2, svc: 1, kind: 0 },
  { parent: 0, start: 2, dur: 4, svc: 1, kind: 1 },
]);

describe('serviceColours', () => {
  it('lets the service with most self time have the colour of its hash', () => {
    expect([...selfTimes(trace, trace.svc, 3)]).toEqual([9, 6, 0]);
    expect(serviceColours(trace)[0]).toEqual({ index: fnv1a('frontend') % 10, hatched: false });
  });

  it('does not depend on which service the server lists first', () => {
    const turned = makeTrace([
      { parent: -1, start: 0, dur: 9, svc: 1 },
      { parent: 0, start: 1, dur: 2, svc: 0 },
    ]);
    const renamed = { ...turned, services: ['backend', 'frontend', 'postgres'] };
    expect(serviceColours(renamed)[1]).toEqual(serviceColours(trace)[0]);
    expect(serviceColours(renamed)[0]).toEqual(serviceColours(trace)[1]);
  });
});

describe('rowColour', () => {
  it('follows the service, the kind, or nothing', () => {
    const byService = rowColour(trace, 'service');
    expect(byService(1)).toEqual(byService(2));
    expect(byService(0)).not.toEqual(byService(1));
    const byKind = rowColour(trace, 'kind');
    expect(byKind(0)).toEqual(byKind(1));
    expect(byKind(0)).not.toEqual(byKind(2));
    expect(rowColour(trace, 'status')(0)).toBe(neutral);
  });
});
