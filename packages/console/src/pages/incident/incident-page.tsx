import type { ReactElement } from 'react';
import { EmptyState, Page } from '../../components/index.ts';

/** One incident, from the first event to its end. */
export function IncidentPage(): ReactElement {
  return (
    <Page title="Incident">
      <EmptyState title="Incident">One incident, from the first event to its end.</EmptyState>
    </Page>
  );
}
