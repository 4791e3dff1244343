// SPDX-License-Identifier: Apache-2.0

import type { RefObject } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { shownTheme } from '../frame/preferences.ts';

/** A canvas painted after each render, and again when its size or the theme changes. */
export function useCanvas(paint: (canvas: HTMLCanvasElement) => void): RefObject<HTMLCanvasElement | null> {
  const canvasRef = useRef<HTMLCanvasElement>(null);
  const paintRef = useRef(paint);
  paintRef.current = paint;
  const theme = shownTheme.value;
  useLayoutEffect(() => {
    if (canvasRef.current) paintRef.current(canvasRef.current);
  });
  useEffect(() => {
    const canvas = canvasRef.current;
    if (!canvas) return undefined;
    const observer = new ResizeObserver(() => paintRef.current(canvas));
    observer.observe(canvas);
    return () => observer.disconnect();
  }, [theme]);
  return canvasRef;
}

/** The width of an element, kept current. */
export function useWidth<E extends HTMLElement>(): [RefObject<E | null>, number] {
  const elementRef = useRef<E>(null);
  const [width, setWidth] = useState(0);
  useEffect(() => {
    const element = elementRef.current;
    if (!element) return undefined;
    const observer = new ResizeObserver(([entry]) => setWidth(Math.floor(entry?.contentRect.width ?? 0)));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return [elementRef, width];
}
