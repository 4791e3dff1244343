// SPDX-License-Identifier: Apache-2.0
// One tooltip for the whole page: any element with `data-tip` has it, on hover and on focus.

import { useEffect, useRef } from 'preact/hooks';

const delayMs = 350;

export function TooltipHost() {
  const tipRef = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const tip = tipRef.current;
    if (!tip) return undefined;
    let timer = 0;
    let owner: Element | null = null;
    const hide = () => {
      clearTimeout(timer);
      owner = null;
      if (tip.matches(':popover-open')) tip.hidePopover();
    };
    const show = (target: Element) => {
      const text = target.getAttribute('data-tip');
      if (!text || !target.isConnected) return;
      tip.textContent = text;
      tip.showPopover();
      const box = target.getBoundingClientRect();
      const size = tip.getBoundingClientRect();
      const below = box.bottom + 6 + size.height < innerHeight;
      const left = box.left + box.width / 2 - size.width / 2;
      tip.style.top = `${below ? box.bottom + 6 : box.top - 6 - size.height}px`;
      tip.style.left = `${Math.max(4, Math.min(left, innerWidth - size.width - 4))}px`;
    };
    const onEnter = (event: Event) => {
      const target = (event.target as Element | null)?.closest?.('[data-tip]') ?? null;
      if (target === owner) return;
      hide();
      owner = target;
      if (target) timer = window.setTimeout(() => show(target), delayMs);
    };
    document.addEventListener('pointerover', onEnter);
    document.addEventListener('focusin', onEnter);
    document.addEventListener('pointerdown', hide);
    document.addEventListener('keydown', hide);
    return () => {
      hide();
      document.removeEventListener('pointerover', onEnter);
      document.removeEventListener('focusin', onEnter);
      document.removeEventListener('pointerdown', hide);
      document.removeEventListener('keydown', hide);
    };
  }, []);
  return <div ref={tipRef} popover="manual" class="tooltip" aria-hidden="true" />;
}
