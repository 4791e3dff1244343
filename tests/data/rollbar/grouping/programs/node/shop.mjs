// SPDX-License-Identifier: Apache-2.0
// Fails in many ways, and reports each failure with rollbar.js. argv: endpoint, rounds, label.

import fs from 'node:fs';
import { EventEmitter } from 'node:events';
import Rollbar from 'rollbar';

const [endpoint, rounds, prefix] = process.argv.slice(2);
const rollbar = new Rollbar({
  accessToken: '0'.repeat(32),
  environment: 'production',
  endpoint,
  captureUncaught: false,
  itemsPerMinute: 100000,
  maxItems: 0,
});

const number = (most) => Math.floor(Math.random() * most);
const hex = (digits) => Array.from({ length: digits }, () => number(16).toString(16)).join('');

class OutOfStock extends Error {
  constructor(message, options) {
    super(message, options);
    this.name = 'OutOfStock';
  }
}

function handleOf(user) {
  return user.profile.handle;
}

const wait = (ms) => new Promise((done) => setTimeout(done, ms));

class Cart {
  constructor(items) {
    this.items = items;
  }

  total() {
    return this.items.reduce((sum, item) => sum + item.price.amount, 0);
  }

  async checkout() {
    await wait(number(3));
    return this.total();
  }
}

async function loadPage(kind) {
  if (number(2)) await null;
  await wait(0);
  throw new RangeError(`page ${number(1e6)} of ${kind} is out of range`);
}

async function retrying(times, work) {
  try {
    return await work();
  } catch (error) {
    if (times === 0) throw error;
    return retrying(times - 1, work);
  }
}

function even(n, log) {
  return n === 0 ? log.write() : odd(n - 1, log);
}

function odd(n, log) {
  return even(n - 1, log);
}

const cases = {
  profile: () => handleOf({ id: number(1e6) }),
  nobody: () => handleOf(null),
  json: () => JSON.parse(`{"id": ${number(1e6)}, name}`),
  price: () => new Cart([{ id: number(99) }]).total(),
  checkout: () => new Cart([{ id: number(99) }]).checkout(),
  stock: () => {
    throw new OutOfStock(`sku ${hex(8)}-${hex(4)}-4${hex(3)}-a${hex(3)}-${hex(12)} is gone`);
  },
  declined: () => {
    throw new Error('declined');
  },
  'declined elsewhere': () => [1].map(() => {
    throw new Error('declined');
  }),
  config: () => fs.readFileSync(`/tmp/shop-${hex(8)}/config.json`),
  page: () => loadPage('orders'),
  retried: () => retrying(number(4), () => loadPage('items')),
  recursion: () => even(2 * number(9) + 2, {}),
  emitter: () => new EventEmitter().on('order', (order) => order.lines[0].sku).emit('order', { lines: [] }),
  url: () => new URL(`//shop/${number(1e6)}`),
  cause: () => {
    try {
      handleOf(undefined);
    } catch (cause) {
      throw new OutOfStock(`order ${number(1e6)}`, { cause });
    }
  },
  timer: () =>
    new Promise((_, fail) => {
      setTimeout(() => fail(new Error(`lease ${hex(16)} ran out after ${number(5000)} ms`)), number(3));
    }),
};

/*deploy*/
const report = (error, label) =>
  new Promise((done) => rollbar.error(error, { label: `${prefix} ${label}` }, done));

for (let round = 0; round < Number(rounds); round += 1) {
  for (const [label, run] of Object.entries(cases)) {
    try {
      await run();
    } catch (error) {
      await report(error, label);
    }
  }
}
