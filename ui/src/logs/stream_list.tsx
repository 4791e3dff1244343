// SPDX-License-Identifier: Apache-2.0
// The streams of a group, latest first.

import { useState } from 'preact/hooks';
import { useResource } from '../api/resource.ts';
import { formatCount } from '../format/number.ts';
import { formatAgo } from '../format/time.ts';
import { refreshTick } from '../frame/auto_refresh.ts';
import { ErrorCard } from '../ui/error_card.tsx';
import { fetchStreams } from './logs_api.ts';

export interface StreamListProps {
  group: string;
  selected: string;
  onSelect: (stream: string) => void;
}

export function StreamList({ group, selected, onSelect }: StreamListProps) {
  const [text, setText] = useState('');
  const key = JSON.stringify([group, text.trim(), refreshTick.value]);
  const { data, error, reload } = useResource(key, (abort) => fetchStreams(group, text.trim(), abort));
  const now = Date.now();
  return (
    <nav class="streams" aria-label="Log streams">
      <div class="streams-head">
        <h2>Streams</h2>
        <span class="muted">{data && formatCount(data.total)}</span>
      </div>
      <input
        type="search"
        class="input"
        aria-label="Find streams"
        placeholder="Find streams"
        autocomplete="off"
        spellcheck={false}
        value={text}
        onInput={(event) => setText(event.currentTarget.value)}
      />
      {error && <ErrorCard what="Streams could not be listed" error={error} onRetry={reload} />}
      <ul>
        <li>
          <button type="button" aria-pressed={selected === ''} onClick={() => onSelect('')}>
            All streams
          </button>
        </li>
        {data?.streams.map((stream) => (
          <li key={stream.name}>
            <button
              type="button"
              aria-pressed={selected === stream.name}
              title={`${stream.name}, ${formatCount(stream.events)} events`}
              onClick={() => onSelect(selected === stream.name ? '' : stream.name)}
            >
              <span class="ellipsis">
                <bdi>{stream.name}</bdi>
              </span>
              <span class="muted">{stream.last_event_ms === null ? 'empty' : formatAgo(stream.last_event_ms, now)}</span>
            </button>
          </li>
        ))}
      </ul>
      {data && data.streams.length === 0 && <p class="muted">{text ? 'None by that name.' : 'No streams.'}</p>}
      {data && data.total > data.streams.length && (
        <p class="caption">{formatCount(data.total - data.streams.length)} more; narrow them by name.</p>
      )}
    </nav>
  );
}
