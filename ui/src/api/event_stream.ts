// SPDX-License-Identifier: Apache-2.0
// Server-sent events over fetch: unlike EventSource it carries headers and ends when the stream does.

import { send } from './client.ts';

export interface StreamEvent {
  name: string;
  data: string;
}

/** Splits a growing text into events; what is left over waits for more. */
export class EventParser {
  private rest = '';

  push(text: string): StreamEvent[] {
    const blocks = (this.rest + text).replace(/\r\n?/g, '\n').split('\n\n');
    this.rest = blocks.pop() ?? '';
    return blocks.map(parseBlock).filter((event) => event !== null);
  }
}

function parseBlock(block: string): StreamEvent | null {
  let name = 'message';
  const data: string[] = [];
  for (const line of block.split('\n')) {
    const colon = line.indexOf(':');
    if (colon <= 0) continue;
    const value = line.slice(colon + 1).replace(/^ /, '');
    const field = line.slice(0, colon);
    if (field === 'event') name = value;
    if (field === 'data') data.push(value);
  }
  return data.length ? { name, data: data.join('\n') } : null;
}

/** Calls `onEvent` for each event until the stream ends or is aborted; a `body` is posted. */
export async function readEvents(
  url: string,
  onEvent: (event: StreamEvent) => void,
  abort: AbortSignal,
  body?: unknown,
): Promise<void> {
  const method = body === undefined ? 'GET' : 'POST';
  const response = await send(url, { method, body, signal: abort });
  if (!response.body) return;
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  const parser = new EventParser();
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    for (const event of parser.push(value)) onEvent(event);
  }
}
