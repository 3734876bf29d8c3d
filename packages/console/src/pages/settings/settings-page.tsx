import type { ReactElement } from 'react';
import { EmptyState, Page } from '../../components/index.ts';

/** How the service is set up. */
export function SettingsPage(): ReactElement {
  return (
    <Page title="Settings">
      <EmptyState title="Settings">How the service is set up.</EmptyState>
    </Page>
  );
}
