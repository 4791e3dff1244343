// SPDX-License-Identifier: Apache-2.0
// What could come next in an X-Ray filter expression: its words, keys of annotations, services.
import type { Suggestion } from '../ui/combobox.tsx';

const words: [word: string, detail: string][] = [
  ['fault', 'a 5xx, or an exception'],
  ['error', 'a 4xx'],
  ['throttle', 'a 429'],
  ['ok', 'none of these'],
  ['responsetime', 'seconds, of the root'],
  ['duration', 'seconds, of the trace'],
  ['http.status', 'number'],
  ['http.url', 'text'],
  ['http.method', 'text'],
  ['http.useragent', 'text'],
  ['http.clientip', 'text'],
  ['user', 'text'],
  ['annotation[', 'by key'],
  ['service("', 'did work that…'],
  ['edge("', 'a call that…'],
  ['id(name: "', 'by name, type, account'],
  ['name', 'text'],
  ['type', 'text'],
  ['partial', 'something is in progress'],
  ['root', 'inside braces'],
  ['inferred', 'inside braces'],
  ['group.name', 'text'],
  ['group.arn', 'text'],
  ['resource.arn', 'text'],
  ['instance.id', 'text'],
  ['availabilityzone', 'text'],
  ['account.id', 'text'],
  ...['responsetime', 'fault', 'error'].flatMap((cause): [string, string][] =>
    ['service', 'entity', 'exception']
      .filter((step) => cause !== 'responsetime' || step !== 'exception')
      .map((step) => [`rootcause.${cause}.${step} {`, 'on its path']),
  ),
  ['rootcause.json = #', 'a path as JSON'],
  ...['first', 'last', 'remote', 'index', 'coverage', 'message'].map((word): [string, string] => [
    word,
    'of a root cause',
  ]),
  ...['AND', 'OR', 'CONTAINS', 'BEGINSWITH', 'ENDSWITH'].map((word): [string, string] => [word, 'operator']),
];

const shownMax = 12;

export interface FilterNames {
  /** Keys of annotations. */
  annotations: readonly string[];
  services: (prefix: string) => Promise<string[]>;
}

const startsWith = (text: string, prefix: string) => text.toLowerCase().startsWith(prefix.toLowerCase());
const quoted = (name: string) => name.replace(/["\\]/g, '\\$&');

/** The string that the end of `text` is in, without its quote; null outside of strings. */
function openString(text: string): string | null {
  let open: number | null = null;
  for (let at = 0; at < text.length; at++) {
    if (text[at] === '\\' && open !== null) at++;
    else if (text[at] === '"') open = open === null ? at + 1 : null;
  }
  return open === null ? null : text.slice(open);
}

/** Suggestions for what is typed at the end of `text`; none where nothing has been begun. */
export function completeFilter(text: string, names: FilterNames): Suggestion[] | Promise<Suggestion[]> {
  const string = openString(text);
  if (string !== null) {
    const before = text.slice(0, text.length - string.length - 1);
    const isService = /(\bservice\(|\bedge\(|\bedge\("(\\.|[^"\\])*"\s*,|\bname\s*:)\s*$/i.test(before);
    if (!isService) return [];
    return names.services(string).then((found) =>
      found.slice(0, shownMax).map((name) => ({
        text: `${before}"${quoted(name)}"`,
        label: name,
        detail: 'service',
        final: false,
      })),
    );
  }
  const word = /(annotation[.[])?[\w.:]*$/i.exec(text)![0];
  const head = text.slice(0, text.length - word.length);
  const key = /^annotation([.[])(.*)$/i.exec(word);
  const options: [word: string, detail: string][] = key
    ? names.annotations
        .filter((name) => startsWith(name, key[2]!))
        .map((name) => [key[1] === '[' ? `annotation[${name}]` : `annotation.${name}`, 'annotation'])
    : words.filter(([name]) => word !== '' && startsWith(name, word));
  return options
    .filter(([name]) => name.toLowerCase() !== word.toLowerCase())
    .slice(0, shownMax)
    .map(([label, detail]) => ({ text: head + label, label, detail, final: false }));
}
