import type { ReactElement } from 'react';
import { EmptyState, Page } from '../../components/index.ts';

/** One key: its state, policy, versions and users. */
export function KeyPage(): ReactElement {
  return (
    <Page title="Key">
      <EmptyState title="Key">One key: its state, policy, versions and users.</EmptyState>
    </Page>
  );
}
