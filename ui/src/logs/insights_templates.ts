// SPDX-License-Identifier: Apache-2.0
// Queries to start from.

export interface Template {
  name: string;
  query: string;
}

export const templates: Template[] = [
  {
    name: 'Newest 200 events',
    query: 'fields @timestamp, @message, @logStream\n| sort @timestamp desc\n| limit 200',
  },
  { name: 'Events over time', query: 'stats count(*) as events by bin(5m)' },
  {
    name: 'Errors',
    query: 'fields @timestamp, @message, @logStream\n| filter @message like /(?i)error|exception/\n| sort @timestamp desc\n| limit 200',
  },
  {
    name: 'Errors over time',
    query: 'filter @message like /(?i)error|exception/\n| stats count(*) as errors by bin(5m)',
  },
  { name: 'Busiest streams', query: 'stats count(*) as events by @logStream\n| sort events desc\n| limit 20' },
  {
    name: 'Kinds of messages',
    query: 'pattern @message\n| sort @sampleCount desc\n| limit 50',
  },
  {
    name: 'Access log by status',
    query:
      'parse @message /"(?<method>[A-Z]+) (?<path>\\S+) [^"]*" (?<status>\\d{3})/\n| filter ispresent(status)\n| stats count(*) as requests by status, bin(5m)',
  },
  {
    name: 'Slowest, of a duration in JSON',
    query: 'filter ispresent(duration_ms)\n| stats avg(duration_ms), pct(duration_ms, 95), max(duration_ms) by bin(5m)',
  },
];
