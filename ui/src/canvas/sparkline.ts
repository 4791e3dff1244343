// SPDX-License-Identifier: Apache-2.0
// A line or bars a few pixels high, without axes.

import { tokenColour } from '../format/colour.ts';
import { prepareCanvas } from './heatmap.ts';

export interface SparklineView {
  values: readonly (number | null)[];
  kind: 'line' | 'bars';
  /** A colour token, such as `s0` or `error`. */
  token: string;
  /** The value at full height; by default the largest. */
  max?: number;
}

export function paintSparkline(canvas: HTMLCanvasElement, view: SparklineView): void {
  const context = prepareCanvas(canvas);
  if (!context) return;
  const { values, kind } = view;
  const { clientWidth: width, clientHeight: height } = canvas;
  const max = view.max ?? values.reduce<number>((top, value) => Math.max(top, value ?? 0), 0);
  const y = (value: number) => height - 1 - (max > 0 ? value / max : 0) * (height - 3);
  const step = width / Math.max(1, values.length);
  context.fillStyle = tokenColour(view.token);
  context.strokeStyle = context.fillStyle;
  if (kind === 'bars') {
    values.forEach((value, i) => {
      if (!value) return;
      const top = Math.min(y(value), height - 2);
      context.fillRect(i * step, top, Math.max(1, step - 1), height - top);
    });
    return;
  }
  context.lineWidth = 1.25;
  context.lineJoin = 'round';
  context.beginPath();
  let drawing = false;
  values.forEach((value, i) => {
    if (value === null) return;
    const x = (i + 0.5) * step;
    if (drawing) context.lineTo(x, y(value));
    else context.moveTo(x, y(value));
    drawing = true;
  });
  context.stroke();
  if (values.filter((value) => value !== null).length === 1) {
    const i = values.findIndex((value) => value !== null);
    context.fillRect((i + 0.5) * step - 1, y(values[i]!) - 1, 2.5, 2.5);
  }
}
