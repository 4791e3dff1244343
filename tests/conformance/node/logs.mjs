// SPDX-License-Identifier: Apache-2.0
// The AWS SDK for JavaScript from end to end. Usage: logs.mjs GROUP   Prints what it read, as JSON.
import {
  CloudWatchLogsClient, CreateLogGroupCommand, CreateLogStreamCommand, FilterLogEventsCommand,
  GetQueryResultsCommand, PutLogEventsCommand, StartLiveTailCommand, StartQueryCommand,
} from '@aws-sdk/client-cloudwatch-logs';

const logGroupName = process.argv[2];
const client = new CloudWatchLogsClient({ disableHostPrefix: true });
const send = (command) => client.send(command);
const put = (messages) => send(new PutLogEventsCommand({
  logGroupName, logStreamName: 's',
  logEvents: messages.map((message) => ({ timestamp: Date.now(), message })),
}));

await send(new CreateLogGroupCommand({ logGroupName }));
await send(new CreateLogStreamCommand({ logGroupName, logStreamName: 's' }));
await put(['GET / 200', 'ERROR timeout', 'ERROR disk']);
const { events } = await send(new FilterLogEventsCommand({ logGroupName, filterPattern: 'ERROR -disk' }));
const now = Math.floor(Date.now() / 1000);
const { queryId } = await send(new StartQueryCommand({
  logGroupName, startTime: now - 60, endTime: now + 60,
  queryString: 'filter @message like /ERROR/ | stats count(*) as n',
}));
let answer;
do {
  answer = await send(new GetQueryResultsCommand({ queryId }));
} while (answer.status === 'Running' || answer.status === 'Scheduled');
const error = await put(['x']).then(() => send(new CreateLogGroupCommand({ logGroupName })))
  .catch((caught) => ({ name: caught.name, message: caught.message }));
const tail = await send(new StartLiveTailCommand({ logGroupIdentifiers: [logGroupName] }));
const tailed = [];
for await (const event of tail.responseStream) {
  if (event.sessionStart) await put(['tailed']);
  tailed.push(...(event.sessionUpdate?.sessionResults ?? []).map((line) => line.message));
  if (tailed.length > 0) break;
}
console.log(JSON.stringify({
  filtered: events.map((event) => event.message), rows: answer.results, error, tailed,
}));
process.exit(0);
