// SPDX-License-Identifier: Apache-2.0
// One colour per service or group, the same everywhere and after every reload.

/** Ten colours; from the eleventh name on they repeat with a hatch. */
export const colourCount = 10;

export interface ColourSlot {
  /** Index of the `--s<index>` token. */
  index: number;
  hatched: boolean;
  /** A token that says what the colour means, such as `error`, instead of `s<index>`. */
  token?: string;
}

/** 32-bit FNV-1a over the UTF-8 bytes. */
export function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) {
    hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  }
  return hash;
}

/** Assigns slots in the order given (heaviest first), probing linearly from each name's hash. */
export function assignColours(names: readonly string[]): Map<string, ColourSlot> {
  const slots = new Map<string, ColourSlot>();
  const taken = new Array<boolean>(colourCount).fill(false);
  for (const name of names) {
    if (slots.has(name)) continue;
    let index = fnv1a(name) % colourCount;
    if (slots.size >= colourCount) {
      slots.set(name, { index, hatched: true });
      continue;
    }
    while (taken[index]) index = (index + 1) % colourCount;
    taken[index] = true;
    slots.set(name, { index, hatched: false });
  }
  return slots;
}

/** The token a slot is painted with. */
export function tokenOf(slot: ColourSlot): string {
  return slot.token ?? `s${slot.index}`;
}

/** The current value of a colour token such as `s0` or `heat3`. */
export function tokenColour(token: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${token}`).trim();
}
