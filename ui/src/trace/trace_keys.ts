// SPDX-License-Identifier: Apache-2.0
// Keys of the whole trace page. Zoom and pan go by the place of the key, so that they lie together
// on every keyboard layout. Nothing here fires while typing or with a menu open.
import { preferences } from '../frame/preferences.ts';
import type { TraceModel } from './trace_model.ts';
import { clampWindow, pan, zoomAround } from './zoom.ts';

const zoomStep = 0.6;
const panStep = 0.2;

/** Zooms around the selected span where it is in view, else around the middle. */
function zoomBy(model: TraceModel, factor: number): void {
  const window = model.window.value;
  const row = model.selected.value;
  const middle = row < 0 ? 0 : model.cols.start[row]! + model.cols.dur[row]! / 2;
  const inView = row >= 0 && middle > window.from && middle < window.to;
  const at = inView ? middle : (window.from + window.to) / 2;
  model.setWindow(zoomAround(window, model.whole.value, factor, at));
}

function panBy(model: TraceModel, share: number): void {
  model.setWindow(pan(model.window.value, model.whole.value, share));
}

function onPlace(model: TraceModel, code: string): boolean {
  if (code === 'KeyW') zoomBy(model, zoomStep);
  else if (code === 'KeyS') zoomBy(model, 1 / zoomStep);
  else if (code === 'KeyA') panBy(model, -panStep);
  else if (code === 'KeyD') panBy(model, panStep);
  else return false;
  return true;
}

function onLetter(model: TraceModel, key: string): boolean {
  switch (key) {
    case '+':
    case '=':
      zoomBy(model, zoomStep);
      return true;
    case '-':
      zoomBy(model, 1 / zoomStep);
      return true;
    case '0':
      model.window.value = clampWindow(model.whole.value, model.whole.value);
      return true;
    case '[':
      model.foldLevel();
      return true;
    case ']':
      model.unfoldLevel();
      return true;
    case '{':
      model.setAllFolded(true);
      return true;
    case '}':
      model.setAllFolded(false);
      return true;
    case 'n':
      return model.goToMatch(1);
    case 'N':
      return model.goToMatch(-1);
    case 'c':
      model.showPath.value = !model.showPath.value;
      return true;
    case 'f':
      model.focus(model.root.value === model.selected.value ? -1 : model.selected.value);
      return true;
    case 'Escape':
      if (!model.panelOpen.value) return false;
      model.panelOpen.value = false;
      return true;
    default:
      return false;
  }
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && /^(input|textarea|select)$/i.test(target.tagName);
}

/** Installs the keys; gives back how to remove them. */
export function listenForTraceKeys(model: TraceModel): () => void {
  const onKey = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    if (isTyping(event.target)) return;
    if (event.key !== 'Escape' && !preferences.value.singleKeys) return;
    if (document.querySelector('dialog[open], [popover].popover:popover-open')) return;
    if (onLetter(model, event.key) || (!event.shiftKey && onPlace(model, event.code))) {
      event.preventDefault();
    }
  };
  addEventListener('keydown', onKey);
  return () => removeEventListener('keydown', onKey);
}
