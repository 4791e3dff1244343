// SPDX-License-Identifier: Apache-2.0
// Live tail: lines as they arrive.

import { useEffect, useMemo, useState } from 'preact/hooks';
import { formatCount } from '../format/number.ts';
import { preferences } from '../frame/preferences.ts';
import { useTitle } from '../frame/title.ts';
import { route, setParams } from '../route/route.ts';
import { Button } from '../ui/button.tsx';
import { EmptyState } from '../ui/empty_state.tsx';
import { ErrorCard } from '../ui/error_card.tsx';
import { announce } from '../ui/toast.tsx';
import { GroupPicker } from './group_picker.tsx';
import { HighlightTerms } from './highlight_terms.tsx';
import { LogList } from './log_list.tsx';
import { readNames, writeNames } from './logs_url.ts';
import { PatternBox } from './pattern_box.tsx';
import { ringLines, TailSession } from './tail_session.ts';

const groupsMax = 10;

/** Space starts and pauses wherever it does nothing else. */
function useSpace(act: () => void): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== ' ' || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
      const target = event.target as HTMLElement;
      if (target.closest('input, textarea, select, button, a, [contenteditable], [popover], dialog')) return;
      if (!preferences.value.singleKeys) return;
      event.preventDefault();
      act();
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  });
}

export function TailScreen() {
  const { params } = route.value;
  const groups = readNames(params.get('groups')).slice(0, groupsMax);
  const filter = params.get('filter') ?? '';
  const terms = readNames(params.get('hl'));
  useTitle(groups.length ? `Tail of ${groups[0]}` : 'Live tail');
  const [wrap, setWrap] = useState(false);
  const key = JSON.stringify([groups, filter]);
  const session = useMemo(() => new TailSession(groups, filter), [key]);
  useEffect(() => {
    // A link to a tail is a wish to see it.
    if (groups.length) session.start();
    return () => session.stop();
  }, [session]);

  const state = session.state.value;
  const isOn = state === 'running' || state === 'connecting';
  const toggle = () => {
    if (!groups.length) return;
    if (isOn) session.pause();
    else session.start();
    announce(isOn ? 'Tail paused' : 'Tail started');
  };
  useSpace(toggle);
  const error = session.error.value;
  const patternError = error?.code === 'bad_query' ? error : null;
  const lines = session.lines.value;
  const shownState = error ? 'error' : isOn ? 'loading' : lines.length ? 'done' : 'empty';
  return (
    <div class="page log-page" data-state={shownState}>
      <div class="page-head">
        <h1>Live tail</h1>
        <GroupPicker
          chosen={groups}
          max={groupsMax}
          onChange={(next) => setParams({ groups: writeNames(next) }, { replace: true })}
        />
        <Button
          look={isOn ? 'plain' : 'primary'}
          icon={isOn ? 'pause' : 'play'}
          aria-keyshortcuts="Space"
          disabled={groups.length === 0}
          onClick={toggle}
        >
          {isOn ? 'Pause tail' : 'Start tail'}
        </Button>
        <span class="spacer" />
        <TailStatus session={session} />
      </div>
      <div class="log-tools">
        <PatternBox value={filter} error={patternError} onApply={(next) => setParams({ filter: next })} />
        <HighlightTerms terms={terms} onChange={(next) => setParams({ hl: writeNames(next) }, { replace: true })} />
        <label class="check">
          <input type="checkbox" checked={wrap} onChange={(event) => setWrap(event.currentTarget.checked)} />
          Wrap
        </label>
        <Button look="ghost" disabled={lines.length === 0} onClick={() => session.clear()}>
          Clear
        </Button>
      </div>
      {error && !patternError && (
        <ErrorCard what="The tail broke off" error={error} onRetry={() => session.start()} />
      )}
      {groups.length === 0 && (
        <EmptyState title="Choose what to follow">
          Up to {groupsMax} log groups at once; lines appear within a second of their arrival.
        </EmptyState>
      )}
      {groups.length > 0 && lines.length === 0 && !error && (
        <EmptyState
          title={isOn ? 'Waiting for the next line' : 'Paused'}
          actions={session.waiting.value > 0 && <FollowButton session={session} />}
        >
          {filter ? 'Only lines that match the pattern are shown.' : 'Whatever arrives from now on is shown here.'}
        </EmptyState>
      )}
      {lines.length > 0 && (
        <div class="log-lines">
          <LogList
            lines={lines}
            newestFirst={false}
            wrap={wrap}
            withGroup={groups.length > 1}
            withStream
            terms={terms}
            growsAbove={false}
            follow={isOn}
            onScrolledUp={() => session.pause()}
          />
          {state === 'paused' && <FollowButton session={session} class="tail-pill" />}
        </div>
      )}
    </div>
  );
}

/** What arrived meanwhile, and the way back to it. */
function FollowButton({ session, class: look = 'button' }: { session: TailSession; class?: string }) {
  const count = session.waiting.value;
  return (
    <button type="button" class={look} onClick={() => session.start()}>
      {count > 0 ? `${formatCount(count)} new` : 'Paused'} · follow
    </button>
  );
}

function TailStatus({ session }: { session: TailSession }) {
  const rate = session.rate.value;
  const state = session.state.value;
  const words = { off: 'not started', connecting: 'connecting…', running: 'following', paused: 'paused' };
  const count = session.lines.value.length;
  return (
    <span class="tail-status" role="status">
      <span class={`live-dot ${state}`} aria-hidden="true" /> {words[state]}
      {rate && state !== 'off' && (
        <>
          {' · '}
          {rate.sampled ? (
            <strong class="warn-text">
              showing {formatCount(rate.shown)} of {formatCount(rate.matched)} /s
            </strong>
          ) : (
            <span>{formatCount(rate.matched)} /s</span>
          )}
        </>
      )}
      {count > 0 && <span class="muted"> · {formatCount(count)} lines{count >= ringLines ? ', older ones left out' : ''}</span>}
    </span>
  );
}
