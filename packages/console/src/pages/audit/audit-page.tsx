import type { ReactElement } from 'react';
import { EmptyState, Page } from '../../components/index.ts';

/** Every attempt, allowed or not. */
export function AuditPage(): ReactElement {
  return (
    <Page title="Audit">
      <EmptyState title="Audit">Every attempt, allowed or not.</EmptyState>
    </Page>
  );
}
