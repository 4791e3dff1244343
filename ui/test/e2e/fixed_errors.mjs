// SPDX-License-Identifier: Apache-2.0
// Errors of the same small shop, for pictures.

import { shownTraceId } from './fixed_data.mjs';
import { browserError, createProject, flaskError, goError, messageItem, sendItem } from './rollbar_items.mjs';

/** One after another, so that the list has them in this order. */
export async function sendFixedErrors(base) {
  const backend = await createProject(base, 'backend-flask');
  const frontend = await createProject(base, 'frontend');
  for (let n = 0; n < 12; n += 1) {
    const report = flaskError({ person: `u-${n % 5}`, level: 'critical', traceId: shownTraceId });
    await sendItem(base, { ...report, body: { trace_chain: report.body.trace_chain } }, backend);
  }
  for (let n = 0; n < 5; n += 1) await sendItem(base, browserError({ level: 'error' }), frontend);
  await sendItem(base, messageItem('thumbnail worker retried too often'), backend);
  await sendItem(base, messageItem('nightly report was sent', { level: 'info' }), backend);
  await sendItem(base, goError({ level: 'debug' }), backend);
}
