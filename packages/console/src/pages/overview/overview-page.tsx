import type { ReactElement } from 'react';
import { EmptyState, Page } from '../../components/index.ts';

/** What happens now, and what needs somebody. */
export function OverviewPage(): ReactElement {
  return (
    <Page title="Overview">
      <EmptyState title="Overview">What happens now, and what needs somebody.</EmptyState>
    </Page>
  );
}
