// SPDX-License-Identifier: Apache-2.0
// The people that items can be assigned to, asked for once.

import { signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { fetchUsers } from './errors_api.ts';
import type { ErrorUser } from './types.ts';

const known = signal<ErrorUser[] | null>(null);
let isAsked = false;

/** Empty until they are known, and when they cannot be read: assigning then says why. */
export function useUsers(): ErrorUser[] {
  useEffect(() => {
    if (isAsked) return;
    isAsked = true;
    fetchUsers().then(
      (users) => (known.value = users),
      () => (isAsked = false),
    );
  }, []);
  return known.value ?? [];
}

export function rememberUser(user: ErrorUser): void {
  known.value = [...(known.value ?? []).filter(({ id }) => id !== user.id), user];
}
