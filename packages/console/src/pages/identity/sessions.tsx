import type { LiveSession, PrincipalConsequences } from '@keywitness/api';
import { type ReactElement, useState } from 'react';
import { Link } from 'wouter';
import { type ApiState, useAction } from '../../api/index.ts';
import { Answer, Button, ConfirmDialog, Section, Time } from '../../components/index.ts';
import { shortArn } from '../../formats/index.ts';
import { places } from '../../places/index.ts';
import { useSession } from '../../session/index.ts';
import type { Whose } from './whose.ts';

interface SessionsProps {
  readonly whose: Whose;
  /** Where sessions are listed; nobody lists those of roles. */
  readonly consequences?: ApiState<PrincipalConsequences>;
}

/** Sessions that have not ended, and how to end them. */
export function Sessions({ whose, consequences }: SessionsProps): ReactElement {
  const [isAsked, setAsked] = useState(false);
  const revokeAll = useAction(async ({ client }) => {
    await client.sessions.revokeAll(whose.arn);
    await consequences?.refresh();
  });
  return (
    <Section
      title="Live sessions"
      actions={
        <Button
          onClick={() => {
            revokeAll.clear();
            setAsked(true);
          }}
        >
          End all
        </Button>
      }
    >
      {consequences === undefined ? (
        <p className="identity-note">
          Sessions of roles are not listed. They are found in the record, and can be ended all at once.
        </p>
      ) : (
        <Answer state={consequences} isPart>
          {({ sessions }) =>
            sessions.length === 0 ? (
              <p className="identity-note">None: nobody acts by a session that it was given.</p>
            ) : (
              <ul className="identity-items">
                {sessions.map((session) => (
                  <Session key={session.accessKeyId} session={session} onEnded={consequences.refresh} />
                ))}
              </ul>
            )
          }
        </Answer>
      )}
      <ConfirmDialog
        title="End all sessions"
        isOpen={isAsked}
        onClose={() => setAsked(false)}
        confirm="End all sessions"
        onConfirm={() => revokeAll.run(undefined)}
        isBusy={revokeAll.isRunning}
        error={revokeAll.error}
      >
        <p>
          All sessions of {whose.name} that were issued until now end, and those that were got with them.
          Whoever may get a session can get a new one at once: disable what they get it with first.
        </p>
      </ConfirmDialog>
    </Section>
  );
}

interface SessionProps {
  readonly session: LiveSession;
  readonly onEnded: () => Promise<void>;
}

function Session({ session, onEnded }: SessionProps): ReactElement {
  const { accessKeyId, expiresAt, issuedAt, principalArn } = session;
  const own = useSession();
  const [isAsked, setAsked] = useState(false);
  const revoke = useAction(async ({ client }) => {
    await client.sessions.revoke(accessKeyId, { principalArn });
    await onEnded();
  });
  return (
    <li className="identity-item" aria-label={accessKeyId}>
      <div className="identity-item-head">
        <Link href={places.audit({ credential: accessKeyId })} className="mono">
          {accessKeyId}
        </Link>
        {own.accessKeyId === accessKeyId && <span className="identity-note">this one is yours</span>}
      </div>
      <p className="identity-note">
        As {shortArn(principalArn)}, since <Time at={issuedAt} />, until <Time at={expiresAt} />
      </p>
      <div className="identity-item-acts">
        <Button onClick={() => setAsked(true)}>End</Button>
      </div>
      <ConfirmDialog
        title="End the session"
        isOpen={isAsked}
        onClose={() => setAsked(false)}
        confirm="End the session"
        onConfirm={() => revoke.run(undefined)}
        isBusy={revoke.isRunning}
        error={revoke.error}
      >
        <p>
          Nothing that it signs is done any more, nor what sessions sign that were got with it.
          {own.accessKeyId === accessKeyId && ' It is the one that you are signed in with.'}
        </p>
      </ConfirmDialog>
    </li>
  );
}
