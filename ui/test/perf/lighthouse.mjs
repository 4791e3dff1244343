// SPDX-License-Identifier: Apache-2.0
// What Lighthouse says of home, query and trace on a desktop. Prints the scores and what cost
// points; fails below the gates. Usage: npm run lighthouse
// Lighthouse is fetched by npx at a pinned version: with its 200 packages it is no dependency.

import { spawn } from 'node:child_process';
import { browserFlags, chromiumPath, queryPath } from '../e2e/browser.mjs';
import { fromMs, sendFixedData, shownTraceId, toMs } from '../e2e/fixed_data.mjs';
import { startServer } from '../e2e/server.mjs';

const version = '12.8.2';
const gates = { performance: 0.95, accessibility: 1, 'best-practices': 1 };
const spec = {
  calculations: [{ op: 'HEATMAP', column: 'duration_ms' }, { op: 'P95', column: 'duration_ms' }],
  breakdowns: ['app.user_id'],
  filters: [{ column: 'app.user_id', op: 'exists' }],
};
const t = `t=${fromMs}..${toMs}`;
const pages = {
  home: `/?${t}`,
  query: queryPath('__all__', spec, `&${t}`),
  trace: `/trace/${shownTraceId}`,
};

async function report(url) {
  const args = [
    '--yes', `lighthouse@${version}`, url, '--preset=desktop', '--output=json', '--quiet',
    '--no-enable-error-reporting', `--only-categories=${Object.keys(gates).join(',')}`,
    `--chrome-flags=${browserFlags.join(' ')}`,
  ];
  const env = { ...process.env, CHROME_PATH: chromiumPath() };
  const child = spawn('npx', args, { env, stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  child.stdout.on('data', (chunk) => (text += chunk));
  await new Promise((resolve) => child.once('close', resolve));
  return JSON.parse(text);
}

/** The audits of a category that are not perfect, with what they show. */
function faultsOf({ categories, audits }, name) {
  return categories[name].auditRefs
    .map(({ id, weight }) => ({ ...audits[id], weight }))
    .filter(({ weight, score }) => weight > 0 && score !== null && score < 1)
    .map(({ id, score, displayValue = '' }) => `${id} ${score} ${displayValue}`.trim());
}

const server = await startServer(['--retention', '20000']);
try {
  await sendFixedData(server.base);
  for (const [page, path] of Object.entries(pages)) {
    const result = await report(server.base + path);
    for (const [name, gate] of Object.entries(gates)) {
      const { score } = result.categories[name];
      const faults = faultsOf(result, name);
      console.log(`${page} ${name} ${score}${faults.length ? `: ${faults.join('; ')}` : ''}`);
      if (score < gate) process.exitCode = 1;
    }
  }
} finally {
  await server.stop();
}
