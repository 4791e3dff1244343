// SPDX-License-Identifier: Apache-2.0
// Builds addresses.

/** Builds `path?a=b`; parameters that are null, undefined or empty are left out. */
export function hrefOf(
  path: string,
  params: Record<string, string | null | undefined> | URLSearchParams = {},
): string {
  const entries = params instanceof URLSearchParams ? [...params] : Object.entries(params);
  const search = new URLSearchParams();
  for (const [key, value] of entries) if (value) search.set(key, value);
  const text = search.toString();
  return text ? `${path}?${text}` : path;
}
