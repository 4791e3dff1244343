// SPDX-License-Identifier: Apache-2.0
// The exceptions of an occurrence: the reported one, then what caused it.

import { useState } from 'preact/hooks';
import { formatCount } from '../format/number.ts';
import { Button } from '../ui/button.tsx';
import { Icon } from '../ui/icon.tsx';
import { copyText } from '../ui/toast.tsx';
import { Value } from '../ui/value_menu.tsx';
import { FrameView } from './frame_view.tsx';
import { crashFrame, groupFrames, tracebackText, type FrameOrder, type ListedFrame } from './frame_groups.ts';
import type { JsonPlace } from './json_tree.tsx';
import type { Exception } from './types.ts';

export interface TracebackProps {
  exceptions: Exception[];
  order: FrameOrder;
  onOrder: (changed: Partial<FrameOrder>) => void;
  place: JsonPlace;
}

export function Traceback({ exceptions, order, onOrder, place }: TracebackProps) {
  const hasLibraries = exceptions.some(({ frames }) => frames.some((frame) => !frame.in_app));
  return (
    <section aria-label="Exceptions">
      <div class="traceback-tools">
        {hasLibraries && (
          <label class="check">
            <input
              type="checkbox"
              checked={!order.all}
              onChange={(event) => onOrder({ all: !event.currentTarget.checked })}
            />
            In-app frames only
          </label>
        )}
        <label class="check">
          <input
            type="checkbox"
            checked={order.newestFirst}
            onChange={(event) => onOrder({ newestFirst: event.currentTarget.checked })}
          />
          Newest first
        </label>
        <span class="spacer" />
        <Button
          look="ghost"
          icon="copy"
          onClick={() => void copyText(tracebackText(exceptions), 'Traceback copied')}
        >
          Copy traceback
        </Button>
      </div>
      {exceptions.map((exception, at) => (
        <ExceptionView key={at} exception={exception} isCause={at > 0} order={order} place={place} />
      ))}
    </section>
  );
}

interface ExceptionViewProps {
  exception: Exception;
  isCause: boolean;
  order: FrameOrder;
  place: JsonPlace;
}

function ExceptionView({ exception, isCause, order, place }: ExceptionViewProps) {
  const { frames, message, description } = exception;
  const crash = crashFrame(frames);
  return (
    <article class="exception">
      {isCause && <p class="exception-cause muted">caused by</p>}
      <h2>
        <Value column="exception.type" value={exception.class} dataset={place.dataset}>
          {exception.class}
        </Value>
        {message && (
          <Value column="exception.message" value={message} dataset={place.dataset}>
            <span class="exception-message">{message}</span>
          </Value>
        )}
      </h2>
      {description && description !== message && <p class="muted">{description}</p>}
      {frames.length === 0 && <p class="muted">No frames were sent.</p>}
      <ol class="frames">
        {groupFrames(frames, order).map((group) =>
          group.kind === 'own' ? (
            <FrameView
              key={group.own.index}
              listed={group.own}
              openAtFirst={group.own.index === crash}
              place={place}
            />
          ) : (
            <LibraryFrames key={`l${group.frames[0]!.index}`} frames={group.frames} place={place} />
          ),
        )}
      </ol>
    </article>
  );
}

function LibraryFrames({ frames, place }: { frames: ListedFrame[]; place: JsonPlace }) {
  const [isOpen, setOpen] = useState(false);
  const files = [...new Set(frames.map(({ frame }) => frame.short || frame.filename))];
  const count = `${formatCount(frames.length)} library ${frames.length === 1 ? 'frame' : 'frames'}`;
  return (
    <li class="frame library">
      <button type="button" class={`frame-head${isOpen ? ' open' : ''}`} aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
        <Icon name="chevronRight" />
        <span>{count}</span>
        <span class="muted ellipsis">{files.slice(0, 3).join(', ')}</span>
      </button>
      {isOpen && (
        <ol class="frames">
          {frames.map((listed) => (
            <FrameView key={listed.index} listed={listed} openAtFirst={false} place={place} />
          ))}
        </ol>
      )}
    </li>
  );
}
