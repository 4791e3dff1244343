// SPDX-License-Identifier: Apache-2.0
// What happened: exceptions or the message, what led to it, what was sent with it.

import { signal } from '@preact/signals';
import type { FrameOrder } from './frame_groups.ts';
import { JsonMembers, type JsonPlace } from './json_tree.tsx';
import { Telemetry } from './telemetry.tsx';
import { Traceback } from './traceback.tsx';
import type { Occurrence, Sent } from './types.ts';

/** Stays from one item to the next. */
const order = signal<FrameOrder>({ newestFirst: true, all: false });

export function TracebackTab({ occurrence }: { occurrence: Occurrence }) {
  const place: JsonPlace = { dataset: occurrence.project, fields: occurrence.fields };
  const { exceptions, message, extra } = occurrence;
  return (
    <div class="traceback">
      {exceptions.length > 0 && (
        <Traceback
          exceptions={exceptions}
          order={order.value}
          onOrder={(changed) => (order.value = { ...order.value, ...changed })}
          place={place}
        />
      )}
      {message !== null && (
        <section aria-label="Message">
          <pre class={`item-message${occurrence.kind === 'crash_report' ? ' crash' : ''}`} tabIndex={0}>
            {message}
          </pre>
        </section>
      )}
      {exceptions.length === 0 && message === null && (
        <p class="muted">Neither frames nor a message were sent.</p>
      )}
      <Part title="Extra" path="body.message" value={extra} place={place} />
      {occurrence.telemetry.length > 0 && (
        <Telemetry entries={occurrence.telemetry} timeNs={occurrence.time_ns} />
      )}
      <div class="parts">
        <Part title="Request" path="request" value={occurrence.request} place={place} />
        <Part title="Person" path="person" value={occurrence.person} place={place} />
        <Part title="Server" path="server" value={occurrence.server} place={place} />
        <Part title="Client" path="client" value={occurrence.client} place={place} />
        <Part title="Custom" path="custom" value={occurrence.custom} place={place} />
        <Part title="Notifier" path="notifier" value={occurrence.notifier} place={place} />
        {occurrence.payload === null && (
          <Part title="Fields" path="" value={occurrence.fields} place={place} />
        )}
      </div>
    </div>
  );
}

function Part({ title, path, value, place }: { title: string; path: string; value: Sent; place: JsonPlace }) {
  if (Object.keys(value).length === 0) return null;
  return (
    <section class="part" aria-label={title}>
      <h2>{title}</h2>
      <JsonMembers value={value} path={path} place={place} />
    </section>
  );
}
