// SPDX-License-Identifier: Apache-2.0
// A canvas sharp on any screen, and the colours of the current theme for it.
import { colourCount, tokenColour } from '../format/colour.ts';

/** Sizes the canvas in CSS pixels and gives a context scaled by the device's pixel ratio. */
export function prepareCanvas(
  canvas: HTMLCanvasElement,
  width: number,
  height: number,
): CanvasRenderingContext2D | null {
  const ratio = devicePixelRatio || 1;
  const [w, h] = [Math.max(1, Math.round(width * ratio)), Math.max(1, Math.round(height * ratio))];
  if (canvas.width !== w || canvas.height !== h) [canvas.width, canvas.height] = [w, h];
  canvas.style.width = `${width}px`;
  canvas.style.height = `${height}px`;
  const context = canvas.getContext('2d');
  context?.setTransform(ratio, 0, 0, ratio, 0, 0);
  context?.clearRect(0, 0, width, height);
  return context;
}

export interface Inks {
  /** s0 … s9, and the same hatched. */
  series: string[];
  hatched: (CanvasPattern | string)[];
  neutral: string;
  error: string;
  text: string;
  background: string;
  match: string;
}

export function readInks(context: CanvasRenderingContext2D): Inks {
  const series = Array.from({ length: colourCount }, (_, index) => tokenColour(`s${index}`));
  const background = tokenColour('bg');
  return {
    series,
    hatched: series.map((colour) => hatch(context, colour, background)),
    neutral: tokenColour('text3'),
    error: tokenColour('error'),
    text: tokenColour('text'),
    background,
    match: tokenColour('selected-line'),
  };
}

const hatchPx = 6;

function hatch(
  context: CanvasRenderingContext2D,
  colour: string,
  gap: string,
): CanvasPattern | string {
  const tile = document.createElement('canvas');
  tile.width = tile.height = hatchPx;
  const ink = tile.getContext('2d');
  if (!ink) return colour;
  ink.fillStyle = colour;
  ink.fillRect(0, 0, hatchPx, hatchPx);
  ink.strokeStyle = gap;
  ink.lineWidth = 1.5;
  ink.beginPath();
  for (const shift of [-hatchPx, 0, hatchPx]) {
    ink.moveTo(shift, hatchPx);
    ink.lineTo(shift + hatchPx, 0);
  }
  ink.stroke();
  return context.createPattern(tile, 'repeat') ?? colour;
}

/** Relative luminance of `#rrggbb`, by WCAG. */
function luminance(colour: string): number {
  const channel = (at: number): number => {
    const value = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  };
  return 0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5);
}

/** Black or white, whichever reads better on `colour`. */
export function inkOn(colour: string): string {
  return luminance(colour) > 0.179 ? '#000000' : '#ffffff';
}
