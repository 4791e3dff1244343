// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { completeFilter } from '../../src/map/filter_words.ts';

const names = {
  annotations: ['tier', 'team', 'aws.local.service'],
  services: async (prefix: string) => ['shop', 'shop "two"'].filter((name) => name.startsWith(prefix)),
};

async function labels(text: string): Promise<string[]> {
  return (await completeFilter(text, names)).map(({ label }) => label!);
}

async function first(text: string): Promise<string | undefined> {
  return (await completeFilter(text, names))[0]?.text;
}

describe('completeFilter', () => {
  it('completes the word at the end, in any case, and keeps what is before it', async () => {
    expect(await first('fault AND RESP')).toBe('fault AND responsetime');
    expect(await labels('http.u')).toEqual(['http.url', 'http.useragent']);
    expect(await first('serv')).toBe('service("');
  });

  it('says nothing before a word is begun, nor of one that is whole', async () => {
    for (const text of ['', 'fault ', 'fault AND (', 'throttle', 'duration > 5']) expect(await labels(text)).toEqual([]);
  });

  it('knows the keys of annotations in both their forms', async () => {
    expect(await labels('ok annotation.t')).toEqual(['annotation.tier', 'annotation.team']);
    expect(await labels('annotation[aws.')).toEqual(['annotation[aws.local.service]']);
  });

  it('knows services where one is named, and only there', async () => {
    expect(await first('service("sh')).toBe('service("shop"');
    expect(await labels('edge("a \\" b", "')).toEqual(['shop', 'shop "two"']);
    expect((await completeFilter('service(id(name: "shop \\', names)).length).toBe(0);
    expect((await completeFilter('edge("', names)).map(({ text }) => text)[1]).toBe('edge("shop \\"two\\""');
    expect(await labels('user = "sh')).toEqual([]);
    expect(await labels('user = "service("')).toEqual([]);
  });
});
