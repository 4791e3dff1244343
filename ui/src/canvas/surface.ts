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
  /** s0 … s9. */
  series: string[];
  neutral: string;
  error: string;
  text: string;
  background: string;
  selected: string;
  match: string;
}

export function readInks(): Inks {
  return {
    series: Array.from({ length: colourCount }, (_, index) => tokenColour(`s${index}`)),
    neutral: tokenColour('text3'),
    error: tokenColour('error'),
    text: tokenColour('text'),
    background: tokenColour('bg'),
    selected: tokenColour('selected'),
    match: tokenColour('selected-line'),
  };
}
