import type { ReactElement } from 'react';
import { EmptyState, Page } from '../../components/index.ts';

/** What the rules found. */
export function IncidentsPage(): ReactElement {
  return (
    <Page title="Incidents">
      <EmptyState title="Incidents">What the rules found.</EmptyState>
    </Page>
  );
}
