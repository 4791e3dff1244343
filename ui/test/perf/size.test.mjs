// SPDX-License-Identifier: Apache-2.0
// The weight of what a browser loads, after `npm run build`.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const dist = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../dist');
const { files } = JSON.parse(readFileSync(path.join(dist, 'manifest.json'), 'utf8'));
const firstLoadMax = 90 * 1024;
const chunkMax = 40 * 1024;
const editorMax = 110 * 1024;
const allMax = 350 * 1024;

const weight = (name) => files[name].gz ?? files[name].size;
const sourceOf = (name) => readFileSync(path.join(dist, name), 'utf8');

/** A script and all it imports statically. */
function withImports(name, seen = new Set()) {
  if (seen.has(name)) return seen;
  seen.add(name);
  for (const [, found] of sourceOf(name).matchAll(/(?:from|import)\s*"\.\/([^"]+\.js)"/g)) {
    withImports(`/assets/${found}`, seen);
  }
  return seen;
}

const html = sourceOf('/index.html');
const linked = [...html.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)].map(([, name]) => name);
const shell = new Set(['/index.html', ...linked]);
for (const name of linked.filter((file) => file.endsWith('.js'))) withImports(name, shell);
const screens = Object.keys(files).filter((name) => /_(screen|page)-/.test(name));

/** The style sheet that the screens of an area wait for, found by the name they ask for it with. */
const areaStyles = new Map(
  [...html.matchAll(/<meta name="(\w+)-style" content="([^"]+)"/g)].map(([, area, file]) => [area, file]),
);
const areaOf = {
  ...{ group: 'logs', groups: 'logs', tail: 'logs', insights: 'logs' },
  ...{ inbox: 'errors', item: 'errors', find: 'errors' },
  ...{ map: 'map', trace: 'trace' },
};
const styleOf = (screen) => {
  const style = areaStyles.get(areaOf[/\/(\w+)_(?:screen|page)-/.exec(screen)?.[1]]);
  return style ? [style] : [];
};
/** CodeMirror: far heavier than any other part, and loaded only by the screens that edit code. */
const isEditor = (name) => /\/code_editor-/.test(name);

const sum = (names) => [...names].reduce((total, name) => total + weight(name), 0);

test('every file that the page names is in the manifest', () => {
  assert.ok(linked.length >= 4);
  for (const name of shell) assert.ok(files[name], name);
});

for (const screen of screens) {
  const name = path.basename(screen).replace(/-.*/, '');
  test(`first load of ${name} stays under ${firstLoadMax} bytes`, () => {
    const size = sum([...withImports(screen, new Set(shell)), ...styleOf(screen)]);
    console.log(`${name}: ${size} bytes`);
    assert.ok(size <= firstLoadMax, `${size}`);
  });
}

test('no lazy chunk is heavier than 40 KiB, the code editor than 110, and all assets than 350', () => {
  for (const name of Object.keys(files).filter((file) => file.endsWith('.js'))) {
    assert.ok(weight(name) <= (isEditor(name) ? editorMax : chunkMax), `${name}: ${weight(name)}`);
  }
  assert.ok(sum(Object.keys(files)) <= allMax);
});

test('nothing loads the code editor before a screen asks for it', () => {
  const editors = Object.keys(files).filter(isEditor);
  assert.equal(editors.length, 1);
  console.log(`code editor: ${weight(editors[0])} bytes; all: ${sum(Object.keys(files))} bytes`);
  for (const screen of screens) assert.ok(!withImports(screen, new Set(shell)).has(editors[0]), screen);
});
