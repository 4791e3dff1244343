// SPDX-License-Identifier: Apache-2.0

import { signal } from '@preact/signals';
import { Dialog } from '../ui/dialog.tsx';

export const sheetOpen = signal(false);

const groups: { title: string; keys: [string, string][] }[] = [
  {
    title: 'Everywhere',
    keys: [
      ['Ctrl K', 'Search or jump'],
      ['g h', 'Home'],
      ['g q', 'Query'],
      ['g t', 'Traces'],
      ['g l', 'Logs'],
      ['g m', 'Map'],
      ['g e', 'Errors'],
      ['g b', 'Boards'],
      ['g s', 'Send data'],
      ['t', 'Time picker'],
      ['/', 'Find'],
      ['y', 'Copy link'],
      ['?', 'This sheet'],
      ['Esc', 'Close the innermost'],
    ],
  },
  {
    title: 'Query',
    keys: [
      ['Ctrl Enter', 'Run Query'],
      ['Backspace', 'Edit the token before'],
      ['Delete', 'Remove the token'],
      ['← →', 'Move between tokens'],
    ],
  },
  {
    title: 'Tables',
    keys: [
      ['j k ↑ ↓', 'Move between rows'],
      ['← →', 'Move between cells'],
      ['Enter', 'Open'],
      ['.', 'Value menu'],
    ],
  },
  {
    title: 'Errors',
    keys: [
      ['x', 'Select, with Shift up to here'],
      ['e', 'Resolve, reopen'],
      ['m', 'Mute, unmute'],
      ['z', 'Undo the last change'],
      ['[ ]', 'Older, newer occurrence'],
    ],
  },
  {
    title: 'Logs',
    keys: [
      ['j k ↑ ↓', 'Move between lines'],
      ['Enter', 'Details of a line'],
      ['c', 'Lines around it'],
      ['o', 'Open its trace'],
      ['Space', 'Start, pause a tail'],
      ['Ctrl Enter', 'Run an Insights query'],
    ],
  },
  {
    title: 'Heatmap',
    keys: [
      ['← → ↑ ↓', 'Move the cell'],
      ['Shift + arrows', 'Select'],
      ['Enter', 'Menu for the selection'],
      ['Esc', 'Clear'],
    ],
  },
  {
    title: 'Map',
    keys: [
      ['← → ↑ ↓', 'Move between nodes'],
      ['Enter', 'Select'],
      ['+ - 0', 'Zoom'],
      ['Esc', 'Select nothing'],
    ],
  },
  {
    title: 'Trace',
    keys: [
      ['j k ↑ ↓', 'Move between spans'],
      ['← →', 'Fold, unfold, leave, enter'],
      ['[ ]', 'Fold, unfold a level'],
      ['{ }', 'Fold, unfold all'],
      ['n N', 'Next, previous match'],
      ['w s', 'Zoom in, out'],
      ['a d', 'Pan'],
      ['0', 'Whole trace'],
      ['c', 'Critical path'],
      ['f', 'Focus subtree'],
      ['Enter', 'Span details'],
    ],
  },
];

export function ShortcutsSheet() {
  if (!sheetOpen.value) return null;
  return (
    <Dialog title="Keyboard shortcuts" wide onClose={() => (sheetOpen.value = false)}>
      <div class="shortcut-groups">
        {groups.map((group) => (
          <section key={group.title}>
            <h3>{group.title}</h3>
            <dl>
              {group.keys.map(([keys, what]) => (
                <div key={keys} class="shortcut">
                  <dt>
                    <kbd>{keys}</kbd>
                  </dt>
                  <dd>{what}</dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Dialog>
  );
}
