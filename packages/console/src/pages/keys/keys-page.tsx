import type { ReactElement } from 'react';
import { EmptyState, Page } from '../../components/index.ts';

/** All keys, and which of them need somebody. */
export function KeysPage(): ReactElement {
  return (
    <Page title="Keys">
      <EmptyState title="Keys">All keys, and which of them need somebody.</EmptyState>
    </Page>
  );
}
