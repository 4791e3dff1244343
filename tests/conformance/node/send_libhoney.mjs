// SPDX-License-Identifier: Apache-2.0
// Sends events with libhoney and prints what the server said about each, one JSON object.
// Usage: node send_libhoney.mjs URL DATASET EVENTS
import Libhoney from "libhoney";

const [url, dataset, events] = process.argv.slice(2);
const statuses = {};
const hny = new Libhoney({
  apiHost: url, writeKey: "any-key-will-do", dataset, sampleRate: 1,
  responseCallback: (queue) => {
    for (const { status_code: status } of queue.splice(0)) {
      statuses[status] = (statuses[status] ?? 0) + 1;
    }
  },
});
for (let i = 0; i < Number(events); i++) {
  const event = hny.newEvent();
  event.add({ name: "checkout", duration_ms: i + 0.5, user: `user-${i % 7}`, retry: i % 2 === 0 });
  event.timestamp = new Date();
  event.send();
}
await hny.flush();
console.log(JSON.stringify(statuses));
