import type { ReactElement } from 'react';
import { EmptyState, Page } from '../../components/index.ts';

/** One attempt, and why it ended as it did. */
export function EventPage(): ReactElement {
  return (
    <Page title="Event">
      <EmptyState title="Event">One attempt, and why it ended as it did.</EmptyState>
    </Page>
  );
}
