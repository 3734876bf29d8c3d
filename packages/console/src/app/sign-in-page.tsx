import { type SubmitEvent, type ReactElement, useEffect, useState } from 'react';
import { useLocation } from 'wouter';
import { type ConsoleSignIn, signInErrors } from '@keywitness/api';
import { readSignIn, signIn, singleSignOnAddress } from '../api/index.ts';
import { Button, CopyButton, ErrorState, Loading, SelectField, TextField } from '../components/index.ts';
import { useSessionAccess } from '../session/index.ts';
import { Mark } from './mark.tsx';
import './sign-in-page.css';

/** Where people say who they are; it takes the place of whichever page they came to. */
export function SignInPage({ hasEnded }: { readonly hasEnded: boolean }): ReactElement {
  const [ways, setWays] = useState<ConsoleSignIn>();
  const [error, setError] = useState<unknown>();
  useEffect(() => {
    document.title = 'Sign in · Keywitness';
    readSignIn().then(setWays, setError);
  }, []);
  return (
    <main className="sign-in">
      <div className="sign-in-panel">
        <Mark size={34} />
        <h1>Sign in to Keywitness</h1>
        <p className="sign-in-host">{globalThis.location.host}</p>
        {hasEnded && (
          <p className="sign-in-note" role="status">
            Your session has ended. Sign in to go on where you were.
          </p>
        )}
        <Refusal />
        {error !== undefined && <ErrorState error={error} onRetry={() => globalThis.location.reload()} />}
        {ways === undefined && error === undefined && <Loading lines={3} />}
        {ways?.issuer !== undefined && <SingleSignOn issuer={ways.issuer} roles={ways.roles} />}
        {ways !== undefined && <AccessKeyForm region={ways.region} isSecond={ways.issuer !== undefined} />}
      </div>
    </main>
  );
}

function SingleSignOn({
  issuer,
  roles,
}: { readonly issuer: string } & Pick<ConsoleSignIn, 'roles'>): ReactElement {
  const [location] = useLocation();
  const [role, setRole] = useState(roles[0]?.arn ?? '');
  const { search } = globalThis.location;
  const asked = new URLSearchParams(search).get('to') ?? '/console/';
  const to = location === '/sign-in' ? asked : `/console${location}${search}`;
  return (
    <div className="sign-in-form">
      {roles.length > 1 && (
        <SelectField
          label="Role"
          value={role}
          options={roles.map(({ arn, name }) => ({ value: arn, label: name }))}
          onChange={setRole}
        />
      )}
      <a className="button button-primary" href={singleSignOnAddress(role, to)}>
        Continue with {hostOf(issuer)}
      </a>
    </div>
  );
}

function AccessKeyForm({
  region,
  isSecond,
}: {
  readonly region: string;
  readonly isSecond: boolean;
}): ReactElement {
  const { begin } = useSessionAccess();
  const [accessKeyId, setAccessKeyId] = useState('');
  const [secretAccessKey, setSecret] = useState('');
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    setBusy(true);
    setError(undefined);
    signIn({ accessKeyId: accessKeyId.trim(), secretAccessKey: secretAccessKey.trim() }, region).then(
      begin,
      (failure: unknown) => {
        setBusy(false);
        setError(failure);
      },
    );
  };
  return (
    <>
      {isSecond && <div className="sign-in-or">or with an access key</div>}
      <form className="sign-in-form" onSubmit={submit}>
        <TextField
          label="Access key ID"
          value={accessKeyId}
          onChange={setAccessKeyId}
          autoComplete="username"
          isMono
          isRequired
        />
        <TextField
          label="Secret access key"
          type="password"
          value={secretAccessKey}
          onChange={setSecret}
          autoComplete="current-password"
          isMono
          isRequired
        />
        {error !== undefined && <ErrorState error={error} isInline />}
        <Button type="submit" look={isSecond ? 'plain' : 'primary'} isBusy={isBusy}>
          Sign in
        </Button>
        <p className="sign-in-hint">
          The secret signs one request in this page; it is neither sent nor kept. Every attempt is recorded.
        </p>
      </form>
    </>
  );
}

/** Why the issuer's way in failed, when somebody comes back from it. */
function Refusal(): ReactElement | null {
  const query = new URLSearchParams(globalThis.location.search);
  const [code, event] = [query.get('error'), query.get('event')];
  if (code === null) return null;
  return (
    <div className="sign-in-note" role="alert">
      <p>{refusalText(code)}</p>
      {event !== null && (
        <p className="sign-in-event">
          Event <code>{event}</code>
          <CopyButton text={event} what="the event’s id" />
        </p>
      )}
    </div>
  );
}

function refusalText(code: string): string {
  const found = Object.entries(signInErrors).find(([name]) => name === code);
  return found?.[1] ?? 'The sign-in failed. Try again, or ask an administrator to look at the record.';
}

function hostOf(issuer: string): string {
  return URL.canParse(issuer) ? new URL(issuer).host : issuer;
}
