// SPDX-License-Identifier: Apache-2.0
// The whole trace in a strip: one lane per depth (or several depths per lane), one byte per device
// pixel, drawn as runs of equal colour. Cost follows rows + pixels, not their product.

export interface MinimapRows {
  readonly n: number;
  readonly start: Float64Array;
  readonly dur: Float64Array;
  readonly depth: Uint16Array;
}

export interface MinimapGrid {
  readonly width: number;
  readonly lanes: number;
  /** Colour code per cell, lane by lane; 0 is empty. */
  readonly cells: Uint8Array;
}

/**
 * Paints rows [from, to) into a grid covering `total` ns. `codeOf` gives 1..254; rows for which
 * `isOnTop` holds are painted last, so that a single failed row is never covered.
 */
export function rasterMinimap(
  rows: MinimapRows,
  range: readonly [from: number, to: number],
  total: { readonly from: number; readonly to: number },
  size: { readonly width: number; readonly lanesMax: number },
  codeOf: (row: number) => number,
  isOnTop: (row: number) => boolean,
): MinimapGrid {
  const [from, to] = range;
  const base = from < to ? rows.depth[from]! : 0;
  let deepest = base;
  for (let i = from; i < to; i++) if (rows.depth[i]! > deepest) deepest = rows.depth[i]!;
  const levels = deepest - base + 1;
  const lanes = Math.min(levels, size.lanesMax);
  const cells = new Uint8Array(size.width * lanes);
  const perNs = size.width / Math.max(total.to - total.from, 1);

  const paint = (row: number, code: number): void => {
    const lane = Math.floor(((rows.depth[row]! - base) * lanes) / levels);
    const x0 = Math.min(
      Math.max(Math.floor((rows.start[row]! - total.from) * perNs), 0),
      size.width - 1,
    );
    const end = (rows.start[row]! + rows.dur[row]! - total.from) * perNs;
    const x1 = Math.min(Math.max(Math.ceil(end), x0 + 1), size.width);
    const at = lane * size.width;
    if (x1 === x0 + 1) cells[at + x0] = code;
    else cells.fill(code, at + x0, at + x1);
  };

  const onTop: number[] = [];
  for (let i = from; i < to; i++) {
    if (isOnTop(i)) onTop.push(i);
    else paint(i, codeOf(i));
  }
  for (const i of onTop) paint(i, codeOf(i));
  return { width: size.width, lanes, cells };
}

/** Which pixel columns hold a match. */
export function rasterTicks(
  rows: MinimapRows,
  matches: Uint32Array,
  total: { readonly from: number; readonly to: number },
  width: number,
): Uint8Array {
  const columns = new Uint8Array(width);
  const perNs = width / Math.max(total.to - total.from, 1);
  for (const row of matches) {
    const x = Math.floor((rows.start[row]! - total.from) * perNs);
    if (x >= 0 && x < width) columns[x] = 1;
  }
  return columns;
}

/** Draws the grid into the given box; `palette[code]` is a CSS colour. */
export function drawMinimap(
  context: CanvasRenderingContext2D,
  grid: MinimapGrid,
  box: { readonly y: number; readonly height: number },
  palette: readonly string[],
): void {
  const laneHeight = Math.min(box.height / grid.lanes, laneHeightMax);
  const gap = laneHeight >= 4 ? 1 : 0;
  for (let lane = 0; lane < grid.lanes; lane++) {
    const y = Math.round(box.y + lane * laneHeight);
    const height = Math.max(1, Math.round(box.y + (lane + 1) * laneHeight) - y - gap);
    const at = lane * grid.width;
    for (let x = 0; x < grid.width;) {
      const code = grid.cells[at + x]!;
      let x1 = x + 1;
      while (x1 < grid.width && grid.cells[at + x1] === code) x1++;
      if (code !== 0) {
        context.fillStyle = palette[code] ?? palette[1]!;
        context.fillRect(x, y, x1 - x, height);
      }
      x = x1;
    }
  }
}

const laneHeightMax = 16;

export function drawTicks(
  context: CanvasRenderingContext2D,
  columns: Uint8Array,
  box: { readonly y: number; readonly height: number },
  color: string,
): void {
  context.fillStyle = color;
  for (let x = 0; x < columns.length; x++) {
    if (columns[x] === 1) context.fillRect(x, box.y, 1, box.height);
  }
}
