// SPDX-License-Identifier: Apache-2.0
// A real server on a fresh data directory, a real browser on a fresh profile, and OTLP to feed them.
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

const repository = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../..');

/** Starts `tracery serve` on a free port; `stop` ends it and removes its data. */
export async function startServer() {
  const binary = path.resolve(repository, process.env.TRACERY_BIN ?? 'build/release/bin/tracery');
  const data = await mkdtemp(path.join(tmpdir(), 'tracery-data-'));
  const flags = ['--data', data, '--http', '127.0.0.1:0', '--grpc', 'none', '--xray', 'none'];
  const child = spawn(binary, ['serve', ...flags], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const address = await new Promise((resolve, reject) => {
    child.once('error', reject);
    ended.then((code) => reject(new Error(`${binary} ended with ${code} before it was ready`)));
    createInterface({ input: child.stdout }).on('line', (line) => {
      const ready = /^tracery ready http=([^\s,]+)/.exec(line);
      if (ready) resolve(ready[1]);
    });
  });
  const stop = async () => {
    child.kill('SIGTERM');
    await ended;
    await rm(data, { recursive: true, force: true });
  };
  return { url: `http://${address}`, stop };
}

/**
 * Opens the browser. `problems` collects whatever no test may cause: console errors, uncaught
 * exceptions, and requests to anyone but our own server.
 */
export async function launchBrowser(origin, options = {}) {
  const profile = await mkdtemp(path.join(tmpdir(), 'tracery-profile-'));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    headless: true,
    viewport: { width: 1440, height: 900 },
    args: [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
    ...options,
  });
  const problems = [];
  context.on('request', (request) => {
    if (!/^(data|blob):/.test(request.url()) && new URL(request.url()).origin !== origin) {
      problems.push(`request to ${request.url()}`);
    }
  });
  context.on('console', (message) => {
    if (message.type() === 'error') problems.push(`console: ${message.text()}`);
  });
  context.on('weberror', (error) => problems.push(`exception: ${error.error().stack}`));
  const page = context.pages()[0] ?? (await context.newPage());
  const close = async () => {
    await context.close();
    await rm(profile, { recursive: true, force: true });
  };
  return { page, context, problems, close };
}

/** Sends spans in OTLP's JSON form, grouped by service: `{service: [span, …]}`. */
export async function sendOtlpJson(url, spansByService) {
  const resourceSpans = Object.entries(spansByService).map(([service, spans]) => ({
    resource: { attributes: [{ key: 'service.name', value: { stringValue: service } }] },
    scopeSpans: [{ scope: { name: 'test' }, spans }],
  }));
  const response = await fetch(`${url}/v1/traces`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ resourceSpans }),
  });
  if (!response.ok)
    throw new Error(`OTLP was answered ${response.status}: ${await response.text()}`);
}
