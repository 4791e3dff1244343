// SPDX-License-Identifier: Apache-2.0
// The server counts bytes, a script UTF-16 units.

/** The index into `text` of byte `position` of its UTF-8, both from 0. */
export function indexOfByte(text: string, position: number): number {
  const bytes = new TextEncoder().encode(text).subarray(0, Math.max(0, position));
  return new TextDecoder().decode(bytes).length;
}
