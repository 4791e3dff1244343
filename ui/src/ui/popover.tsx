// SPDX-License-Identifier: Apache-2.0
// A layer attached to an element, above everything else (top layer), closed by Escape or a click
// outside.

import type { ComponentChildren } from 'preact';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';

export interface PopoverProps {
  anchor: Element | null;
  onClose: () => void;
  children: ComponentChildren;
  class?: string;
  /** At least as wide as the anchor. */
  matchWidth?: boolean;
  align?: 'start' | 'end';
  /** Keeps keyboard focus where it is, as a combobox's list must. */
  keepFocus?: boolean;
}

const gapPx = 4;
const marginPx = 8;

function place(layer: HTMLElement, anchor: Element, props: PopoverProps): void {
  const box = anchor.getBoundingClientRect();
  if (props.matchWidth) layer.style.minWidth = `${box.width}px`;
  const { width, height } = layer.getBoundingClientRect();
  const roomBelow = innerHeight - box.bottom - gapPx - marginPx;
  const above = height > roomBelow && box.top - gapPx - marginPx > roomBelow;
  const wantedTop = above ? box.top - gapPx - height : box.bottom + gapPx;
  const wantedLeft = props.align === 'end' ? box.right - width : box.left;
  layer.style.top = `${Math.max(marginPx, Math.min(wantedTop, innerHeight - height - marginPx))}px`;
  layer.style.left = `${Math.max(marginPx, Math.min(wantedLeft, innerWidth - width - marginPx))}px`;
}

export function Popover(props: PopoverProps) {
  const { anchor, onClose } = props;
  const layerRef = useRef<HTMLDivElement>(null);
  const closeRef = useRef(onClose);
  closeRef.current = onClose;
  // Before anything within takes the focus.
  const [focusedBefore] = useState(() => document.activeElement as HTMLElement | null);

  useLayoutEffect(() => {
    const layer = layerRef.current;
    if (!layer || !anchor) return;
    if (!layer.matches(':popover-open')) layer.showPopover();
    place(layer, anchor, props);
  });

  // Before the next key: an effect after the paint would miss it.
  useLayoutEffect(() => {
    const layer = layerRef.current;
    const restoreTo = props.keepFocus ? null : focusedBefore;
    const onPointer = (event: PointerEvent) => {
      const target = event.target as Node;
      if (!layer?.contains(target) && !anchor?.contains(target)) closeRef.current();
    };
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== 'Escape') return;
      event.stopPropagation();
      event.preventDefault();
      closeRef.current();
    };
    const onScroll = () => layer && anchor && place(layer, anchor, props);
    document.addEventListener('pointerdown', onPointer, true);
    document.addEventListener('keydown', onKey, true);
    addEventListener('resize', onScroll);
    document.addEventListener('scroll', onScroll, true);
    return () => {
      document.removeEventListener('pointerdown', onPointer, true);
      document.removeEventListener('keydown', onKey, true);
      removeEventListener('resize', onScroll);
      document.removeEventListener('scroll', onScroll, true);
      const focusLost = !document.activeElement || document.activeElement === document.body;
      if (restoreTo && (focusLost || layer?.contains(document.activeElement))) restoreTo.focus();
    };
  }, [anchor]);

  return (
    <div ref={layerRef} popover="manual" class={`popover ${props.class ?? ''}`}>
      {props.children}
    </div>
  );
}
