// SPDX-License-Identifier: Apache-2.0

import { useTitle } from './title.ts';
import { EmptyState } from '../ui/empty_state.tsx';

export function NotFound() {
  useTitle('Not found');
  return (
    <div class="page">
      <h1 class="visually-hidden">Not found</h1>
      <EmptyState title="There is no such page" actions={<a href="/">Go to Home</a>}>
        The address may be mistyped, or from another version.
      </EmptyState>
    </div>
  );
}
