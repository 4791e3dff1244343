// SPDX-License-Identifier: Apache-2.0
// Starts the real server on free ports over an empty directory.

import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const repository = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../..');
const readyMs = 20_000;

function binary() {
  const chosen = process.env.TRACERY_BIN ?? 'build/release/bin/tracery';
  return path.resolve(repository, chosen);
}

/** Resolves with `{base, xray, stop}` once the server prints that it is ready; `more` are flags. */
export async function startServer(more = []) {
  const data = mkdtempSync(path.join(os.tmpdir(), 'tracery-ui-'));
  const args = ['serve', '--data', data, '--http', '127.0.0.1:0', '--grpc', 'none',
    '--xray', '127.0.0.1:0', ...more];
  const child = spawn(binary(), args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let log = '';
  child.stderr.on('data', (chunk) => (log = (log + chunk).slice(-4000)));
  const ended = new Promise((resolve) => child.once('close', resolve));
  const address = await new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`not ready in ${readyMs} ms\n${log}`)), readyMs);
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`exited with ${code} before it was ready\n${log}`)));
    createInterface({ input: child.stdout }).on('line', (line) => {
      const match = /^tracery ready http=([^,\s]+)/.exec(line);
      if (!match) return;
      clearTimeout(timer);
      resolve({ http: match[1], xray: /\sxray=([^,\s]+)/.exec(line)?.[1] });
    });
  });
  const stop = async () => {
    child.kill('SIGTERM');
    await ended;
    rmSync(data, { recursive: true, force: true });
  };
  return { base: `http://${address.http}`, xray: address.xray, stop };
}

/** Runs a query through the UI's API and gives the complete result. */
export async function runQuery(base, dataset, query) {
  const headers = { 'content-type': 'application/json' };
  const created = await fetch(`${base}/ui/api/v1/query`, {
    method: 'POST',
    headers,
    body: JSON.stringify({ dataset, query }),
  });
  const { id } = await created.json();
  const text = await (await fetch(`${base}/ui/api/v1/query/${id}/stream`)).text();
  const done = text.split('\n\n').find((block) => block.includes('event: done'));
  if (!done) throw new Error(`the query did not finish: ${text}`);
  return JSON.parse(done.slice(done.indexOf('data: ') + 6));
}
