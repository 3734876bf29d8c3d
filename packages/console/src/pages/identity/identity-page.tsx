import type { ReactElement } from 'react';
import { EmptyState, Page } from '../../components/index.ts';

/** One identity: what it can do, and what it did. */
export function IdentityPage(): ReactElement {
  return (
    <Page title="Identity">
      <EmptyState title="Identity">One identity: what it can do, and what it did.</EmptyState>
    </Page>
  );
}
