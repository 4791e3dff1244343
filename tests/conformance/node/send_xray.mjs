// SPDX-License-Identifier: Apache-2.0
// Sends segments with aws-xray-sdk-core: one that streams its subsegments, one that fails.
// Usage: send_xray.mjs NAME
import AWSXRay from 'aws-xray-sdk-core';
import { setTimeout as sleep } from 'node:timers/promises';

const name = process.argv[2];

function makeSegment() {
  const segment = new AWSXRay.Segment(name);
  segment.addAnnotation('tier', 'free');
  segment.addMetadata('cart', { items: [1, 2] }, 'shop');
  return segment;
}

const many = makeSegment();
for (let i = 0; i < 150; ++i) many.addNewSubsegment(`step-${i}`).close();
many.close();

const failing = makeSegment();
const call = failing.addNewSubsegment('stock');
call.namespace = 'remote';
call.close(new TypeError('no such item'));
failing.close(new TypeError('no such item'));

// The SDK tells nobody when its datagrams are out.
await sleep(500);
console.log(JSON.stringify({ many: many.trace_id, failing: failing.trace_id }));
process.exit(0);
