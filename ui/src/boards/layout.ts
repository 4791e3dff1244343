// SPDX-License-Identifier: Apache-2.0
// Where tiles stand on a board.

import type { BoardPanel, PanelPosition } from '../api/types.ts';

const defaultWidth = 6;
const defaultHeight = 5;

/** The panel's place; panels without one follow each other in two columns. */
export function positionOf(panel: BoardPanel, index: number): PanelPosition {
  const given = panel.position;
  if (given && given.width > 0 && given.height > 0) return given;
  return {
    x_coordinate: (index % 2) * defaultWidth,
    y_coordinate: Math.floor(index / 2) * defaultHeight,
    width: defaultWidth,
    height: defaultHeight,
  };
}

/** Exchanges two panels and their places. */
export function swapPanels(panels: BoardPanel[], from: number, to: number): BoardPanel[] {
  const a = panels[from];
  const b = panels[to];
  if (!a || !b) return panels;
  const next = [...panels];
  next[to] = { ...a, position: positionOf(b, to) };
  next[from] = { ...b, position: positionOf(a, from) };
  return next;
}

export function withoutPanel(panels: BoardPanel[], index: number): BoardPanel[] {
  return panels.filter((_, at) => at !== index);
}
