import type { ReactElement } from 'react';
import { EmptyState, Page } from '../../components/index.ts';

/** Who can use keys, and who did. */
export function IdentitiesPage(): ReactElement {
  return (
    <Page title="Identities">
      <EmptyState title="Identities">Who can use keys, and who did.</EmptyState>
    </Page>
  );
}
