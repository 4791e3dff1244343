// SPDX-License-Identifier: Apache-2.0
// Calls operations of the X-Ray API with @aws-sdk/client-xray: [[command, input], …] on stdin, a
// list of answers on stdout, each {"answer": …} or {"error": name, "message": …, "status": …}.
import * as xray from '@aws-sdk/client-xray';
import { readFileSync } from 'node:fs';

const client = new xray.XRayClient({});

/** Dates in an input are written {"date": seconds}. */
function revive(key, value) {
  return value?.date === undefined ? value : new Date(value.date * 1000);
}

async function call([command, input]) {
  try {
    const { $metadata, ...answer } = await client.send(new xray[`${command}Command`](input));
    return { answer };
  } catch (error) {
    return { error: error.name, message: error.message, status: error.$metadata?.httpStatusCode };
  }
}

const answers = [];
for (const each of JSON.parse(readFileSync(0, 'utf8'), revive)) answers.push(await call(each));
console.log(JSON.stringify(answers));
