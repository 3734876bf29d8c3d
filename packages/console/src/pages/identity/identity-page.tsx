import type { ReactElement } from 'react';
import { useParams } from 'wouter';
import { EmptyState, Page } from '../../components/index.ts';
import { places } from '../../places/index.ts';
import { useSession } from '../../session/index.ts';
import { Did } from './did.tsx';
import './identity.css';
import { PrincipalView } from './principal-view.tsx';
import { RoleView } from './role-view.tsx';
import { whoseOf } from './whose.ts';

/** One identity: what it can do, what it did, and what it acts with. */
export function IdentityPage(): ReactElement {
  const { name = '' } = useParams();
  const { accountId } = useSession();
  const whose = whoseOf(name, accountId);
  // Another one begins anew: dialogs, secrets and answers of the last one are gone.
  if (whose.kind === 'principal') return <PrincipalView key={whose.arn} whose={whose} />;
  if (whose.kind === 'role') return <RoleView key={whose.arn} whose={whose} />;
  return (
    <Page title={whose.name} trail={[{ label: 'Identities', href: places.identities }]} about={whose.arn}>
      <EmptyState title="It belongs to another account">
        Its policies and access keys are kept there. What it did with keys of yours is on your record.
      </EmptyState>
      <Did whose={whose} />
    </Page>
  );
}
