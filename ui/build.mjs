// SPDX-License-Identifier: Apache-2.0
// Builds the UI into dist/: hashed assets with .br and .gz siblings, index.html and manifest.json.

import { createHash } from 'node:crypto';
import { mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { build, context } from 'esbuild';

const root = path.dirname(fileURLToPath(import.meta.url));
const dist = path.join(root, 'dist');
const assets = path.join(dist, 'assets');

const types = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.html': 'text/html; charset=utf-8',
};

const shared = {
  absWorkingDir: root,
  bundle: true,
  minify: true,
  target: 'es2022',
  legalComments: 'none',
  metafile: true,
  outdir: assets,
  entryNames: '[name]-[hash]',
  chunkNames: '[name]-[hash]',
  logLevel: 'warning',
};

/** Their screens wait for a style sheet of their own, which index.html names. */
const areas = ['trace', 'logs', 'errors', 'map'];
const areaStyle = (area) => `src/styles/${area}_area.css`;

const appOptions = {
  ...shared,
  entryPoints: ['src/main.tsx', 'src/styles/app.css', ...areas.map(areaStyle)],
  splitting: true,
  format: 'esm',
  jsx: 'automatic',
  jsxImportSource: 'preact',
  alias: { 'style-mod': './src/editor/style_sheets.ts' },
};

// Runs before the first paint, so it cannot be a module.
const bootOptions = { ...shared, entryPoints: ['src/frame/theme_boot.ts'], format: 'iife' };

/** The output file that was built from `entry`, as a URL path. */
function outputOf(metafile, entry) {
  const found = Object.entries(metafile.outputs).find(
    ([file, output]) => output.entryPoint === entry && !file.endsWith('.map'),
  );
  if (!found) throw new Error(`no output for ${entry}`);
  return `/assets/${path.basename(found[0])}`;
}

async function writeFavicon() {
  const svg = await readFile(path.join(root, 'public/favicon.svg'));
  const hash = createHash('sha256').update(svg).digest('hex').slice(0, 8).toUpperCase();
  await writeFile(path.join(assets, `favicon-${hash}.svg`), svg);
  return `/assets/favicon-${hash}.svg`;
}

function areaMeta(metafile, area) {
  return `<meta name="${area}-style" content="${outputOf(metafile, areaStyle(area))}">`;
}

async function writeIndex(app, boot) {
  const html = await readFile(path.join(root, 'index.html'), 'utf8');
  const filled = html
    .replace('{{favicon}}', await writeFavicon())
    .replace('{{theme}}', outputOf(boot.metafile, 'src/frame/theme_boot.ts'))
    .replace('{{style}}', outputOf(app.metafile, 'src/styles/app.css'))
    .replace('{{area_styles}}', areas.map((area) => areaMeta(app.metafile, area)).join('\n'))
    .replace('{{script}}', outputOf(app.metafile, 'src/main.tsx'));
  await writeFile(path.join(dist, 'index.html'), filled);
}

/** Writes `file`.br and `file`.gz where they are smaller, and describes all three. */
async function compress(file) {
  const bytes = await readFile(file);
  const br = brotliCompressSync(bytes, {
    params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length },
  });
  const gz = gzipSync(bytes, { level: 9 });
  const entry = { type: types[path.extname(file)], size: bytes.length };
  if (br.length < bytes.length) {
    await writeFile(`${file}.br`, br);
    entry.br = br.length;
  }
  if (gz.length < bytes.length) {
    await writeFile(`${file}.gz`, gz);
    entry.gz = gz.length;
  }
  return entry;
}

async function writeManifest() {
  const files = { '/index.html': await compress(path.join(dist, 'index.html')) };
  for (const name of (await readdir(assets)).sort()) {
    if (/\.(br|gz)$/.test(name)) continue;
    files[`/assets/${name}`] = await compress(path.join(assets, name));
  }
  const manifest = { index: 'index.html', files };
  await writeFile(path.join(dist, 'manifest.json'), `${JSON.stringify(manifest, null, 1)}\n`);
}

async function buildOnce() {
  await rm(dist, { recursive: true, force: true });
  await mkdir(assets, { recursive: true });
  const [app, boot] = await Promise.all([build(appOptions), build(bootOptions)]);
  await writeIndex(app, boot);
  await writeManifest();
}

/** Rebuilds on every change, without hashes' stale files being removed in between. */
async function watch() {
  await buildOnce();
  const onEnd = {
    name: 'index',
    setup(plugin) {
      plugin.onEnd(async (result) => {
        if (result.errors.length) return;
        await writeIndex(result, await build(bootOptions));
        await writeManifest();
      });
    },
  };
  const watcher = await context({ ...appOptions, minify: false, plugins: [onEnd] });
  await watcher.watch();
}

await (process.argv.includes('--watch') ? watch() : buildOnce());
