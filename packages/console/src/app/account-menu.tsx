import { ChevronDown, LogOut, UserRound } from 'lucide-react';
import { type ReactElement, useState } from 'react';
import { useLocation } from 'wouter';
import {
  Arn,
  Badge,
  Button,
  Dialog,
  ErrorState,
  Facts,
  Menu,
  Time,
  useIsNarrow,
  useNow,
} from '../components/index.ts';
import { durationText } from '../formats/index.ts';
import { placeOfArn, places } from '../places/index.ts';
import { useSession, useSessionAccess } from '../session/index.ts';
import './account-menu.css';

/** From then on the end of the session is in sight. */
const soonMs = 10 * 60_000;
const stepMs = 10_000;

/** Who is signed in and for how long, and the way out. */
export function AccountMenu(): ReactElement {
  const session = useSession();
  const { end } = useSessionAccess();
  const [error, setError] = useState<unknown>();
  const [, navigate] = useLocation();
  const isNarrow = useIsNarrow();
  const now = useNow(stepMs);
  const signOut = (): void => {
    end().catch(setError);
  };
  const leftMs = Date.parse(session.expiresAt) - now.getTime();
  return (
    <>
      {leftMs < soonMs && leftMs > 0 && <Badge tone="attention">{`${durationText(leftMs)} left`}</Badge>}
      <Menu
        button={
          <Button look="quiet" icon={UserRound} aria-label={`Account: ${session.name}`}>
            <span className="account-name">
              {!isNarrow && session.name} <ChevronDown size={13} aria-hidden="true" />
            </span>
          </Button>
        }
        head={<AccountFacts />}
        groups={[
          [
            {
              label: 'What I can do, and did',
              icon: UserRound,
              onSelect: () => navigate(placeOfArn(session.principalArn) ?? places.identities),
            },
          ],
          [{ label: 'Sign out', icon: LogOut, onSelect: signOut }],
        ]}
      />
      <Dialog title="Not signed out" isOpen={error !== undefined} onClose={() => setError(undefined)}>
        <ErrorState error={error} />
      </Dialog>
    </>
  );
}

function AccountFacts(): ReactElement {
  const session = useSession();
  return (
    <Facts
      facts={[
        ['Signed in as', <Arn key="arn" arn={session.principalArn} isLink={false} />],
        ['Account', session.accountId],
        ['Session ends', <Time key="end" at={session.expiresAt} show="relative" />],
      ]}
    />
  );
}
