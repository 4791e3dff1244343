// SPDX-License-Identifier: Apache-2.0

import { Component, type ComponentChildren } from 'preact';
import { asApiError, type ApiError } from '../api/client.ts';
import { ErrorCard } from '../ui/error_card.tsx';

/** Shows a broken screen as an error card, so that the rest of the page keeps working. */
export class ErrorBoundary extends Component<
  { children: ComponentChildren },
  { error: ApiError | null }
> {
  override state: { error: ApiError | null } = { error: null };

  static override getDerivedStateFromError(error: unknown) {
    return { error: asApiError(error) };
  }

  override render() {
    if (!this.state.error) return this.props.children;
    return (
      <ErrorCard
        what="This page ran into a mistake of ours"
        error={this.state.error}
        onRetry={() => this.setState({ error: null })}
      />
    );
  }
}
