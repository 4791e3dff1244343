// SPDX-License-Identifier: Apache-2.0

import type { ComponentChildren } from 'preact';

export interface EmptyStateProps {
  title: string;
  children?: ComponentChildren;
  actions?: ComponentChildren;
}

/** Says why there is nothing, and what would change that. */
export function EmptyState({ title, children, actions }: EmptyStateProps) {
  return (
    <section class="empty-state">
      <h2>{title}</h2>
      {children && <div class="muted">{children}</div>}
      {actions && <div class="row">{actions}</div>}
    </section>
  );
}

/** Grey lines in place of content, shown only when loading takes longer than a moment. */
export function Skeleton({ rows = 5 }: { rows?: number }) {
  return (
    <div class="skeleton" aria-hidden="true">
      {Array.from({ length: rows }, (_, row) => (
        <div key={row} class="skeleton-row" />
      ))}
    </div>
  );
}
