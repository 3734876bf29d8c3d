import type { ReactElement } from 'react';
import { SWRConfig } from 'swr';
import { Redirect, Router, useLocation } from 'wouter';
import { ErrorState } from '../components/index.ts';
import { SessionProvider, useSessionAccess } from '../session/index.ts';
import './app.css';
import { ErrorBoundary } from './error-boundary.tsx';
import { Shell } from './shell.tsx';
import { SignInPage } from './sign-in-page.tsx';

/** Reading is recorded, so nothing is asked for that nobody wants to see. */
const questions = {
  revalidateOnFocus: false,
  revalidateOnReconnect: false,
  shouldRetryOnError: false,
  dedupingInterval: 2000,
} as const;

/** The console. Whoever is not signed in signs in where they are, and goes on from there. */
export function App(): ReactElement {
  return (
    <ErrorBoundary>
      <Router base="/console">
        <SessionProvider>
          <Screen />
        </SessionProvider>
      </Router>
    </ErrorBoundary>
  );
}

function Screen(): ReactElement {
  const { state, askAgain } = useSessionAccess();
  const [location] = useLocation();
  switch (state.kind) {
    case 'unknown':
      return <div className="app-wait" role="status" aria-label="Loading" />;
    case 'unreachable':
      return (
        <main className="app-failure">
          <ErrorState error={state.error} onRetry={askAgain} />
        </main>
      );
    case 'signed-out':
      return <SignInPage hasEnded={state.hasEnded} />;
    case 'signed-in':
      return (
        // What one person was shown is not another one's.
        <SWRConfig key={state.session.accessKeyId} value={{ ...questions, provider: () => new Map() }}>
          {location === '/sign-in' ? <Redirect to={placeAfterSignIn()} replace /> : <Shell />}
        </SWRConfig>
      );
  }
}

/** Where the sign-in page was asked to lead; only to a page of the console. */
function placeAfterSignIn(): string {
  const to = new URLSearchParams(globalThis.location.search).get('to') ?? '';
  return to.startsWith('/console/') ? to.slice('/console'.length) : '/';
}
