import type { ReactElement } from 'react';
import { EmptyState, Page } from '../../components/index.ts';

/** Every access to an asset, and the proof that there are no others. */
export function AccessPage(): ReactElement {
  return (
    <Page title="Who accessed">
      <EmptyState title="Who accessed">
        Every access to an asset, and the proof that there are no others.
      </EmptyState>
    </Page>
  );
}
