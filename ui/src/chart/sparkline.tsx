// SPDX-License-Identifier: Apache-2.0

import { paintSparkline, type SparklineView } from '../canvas/sparkline.ts';
import { useCanvas } from './use_canvas.ts';

/** Decoration beside the number it illustrates, so hidden from assistive technology. */
export function Sparkline(view: SparklineView) {
  const canvasRef = useCanvas((canvas) => paintSparkline(canvas, view));
  return <canvas ref={canvasRef} class="sparkline" aria-hidden="true" />;
}
