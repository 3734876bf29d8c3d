import { type SubmitEvent, type ReactElement, useEffect, useState } from 'react';
import { useLocation } from 'wouter';
import { type ConsoleSignIn, signInErrors } from '@keywitness/api';
import { readSignIn, signIn, singleSignOnAddress } from '../api/index.ts';
import { Button, ErrorState, Loading, SelectField, TextField } from '../components/index.ts';
import { useSessionAccess } from '../session/index.ts';
import { Mark } from './mark.tsx';
import './sign-in-page.css';

/** That of the service, unless it was set up with another one. */
const regionDefault = 'us-east-1';

/** Where people say who they are; it takes the place of whichever page they came to. */
export function SignInPage({ hasEnded }: { readonly hasEnded: boolean }): ReactElement {
  const [ways, setWays] = useState<ConsoleSignIn>();
  const [error, setError] = useState<unknown>();
  const refused = new URLSearchParams(globalThis.location.search).get('error');
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
        {refused !== null && (
          <p className="sign-in-note" role="alert">
            {refusalText(refused)}
          </p>
        )}
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
  const to = location === '/sign-in' ? '/console/' : `/console${location}${globalThis.location.search}`;
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
  readonly region: string | undefined;
  readonly isSecond: boolean;
}): ReactElement {
  const { begin } = useSessionAccess();
  const [accessKeyId, setAccessKeyId] = useState('');
  const [secretAccessKey, setSecret] = useState('');
  const [typedRegion, setTypedRegion] = useState(regionDefault);
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    setBusy(true);
    setError(undefined);
    signIn(
      { accessKeyId: accessKeyId.trim(), secretAccessKey: secretAccessKey.trim() },
      region ?? typedRegion,
    ).then(begin, (failure: unknown) => {
      setBusy(false);
      setError(failure);
    });
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
        {region === undefined && (
          <TextField label="Region" value={typedRegion} onChange={setTypedRegion} isMono isRequired />
        )}
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

function refusalText(code: string): string {
  const found = Object.entries(signInErrors).find(([name]) => name === code);
  return found?.[1] ?? 'The sign-in failed. Try again, or ask an administrator to look at the record.';
}

function hostOf(issuer: string): string {
  return URL.canParse(issuer) ? new URL(issuer).host : issuer;
}
