// SPDX-License-Identifier: Apache-2.0

import { expect, test } from 'vitest';
import { EventParser } from '../../src/api/event_stream.ts';

const stream = ': ok\n\nevent: progress\ndata: {"a":1}\n\nevent: done\ndata: {"b":\ndata: 2}\n\n';
const events = [
  { name: 'progress', data: '{"a":1}' },
  { name: 'done', data: '{"b":\n2}' },
];

test('events come out whole however the bytes are cut', () => {
  for (let size = 1; size <= stream.length; size += 1) {
    const parser = new EventParser();
    const found = [];
    for (let at = 0; at < stream.length; at += size) found.push(...parser.push(stream.slice(at, at + size)));
    expect(found).toEqual(events);
  }
});

test('an unfinished event waits', () => {
  const parser = new EventParser();
  expect(parser.push('event: done\ndata: 1\n')).toEqual([]);
  expect(parser.push('\n')).toEqual([{ name: 'done', data: '1' }]);
});
