import {
  type Context,
  createContext,
  type ReactElement,
  type ReactNode,
  useContext,
  useEffect,
  useMemo,
  useRef,
  useState,
} from 'react';
import type { ConsoleSession } from '@keywitness/api';
import { connect, ConnectionContext, readSession, signOut } from '../api/index.ts';

/** Who is signed in, as far as it is known. */
export type SessionState =
  | { readonly kind: 'unknown' }
  | { readonly kind: 'unreachable'; readonly error: unknown }
  | { readonly kind: 'signed-out'; readonly hasEnded: boolean }
  | { readonly kind: 'signed-in'; readonly session: ConsoleSession };

interface SessionAccess {
  readonly state: SessionState;
  readonly begin: (session: ConsoleSession) => void;
  readonly end: () => Promise<void>;
  readonly askAgain: () => void;
}

const SessionContext: Context<SessionAccess | undefined> = createContext<SessionAccess | undefined>(
  undefined,
);

/** `setTimeout` takes no more than 2^31 - 1 milliseconds. */
const timerMsMax = 2_147_483_647;

/** Knows who is signed in, and gives what is below it the connection of that person. */
export function SessionProvider({ children }: { readonly children: ReactNode }): ReactElement {
  const [state, setState] = useState<SessionState>({ kind: 'unknown' });
  const [attempt, setAttempt] = useState(0);
  useEffect(() => {
    let isCurrent = true;
    readSession().then(
      (session) => {
        if (!isCurrent) return;
        setState(
          session === undefined ? { kind: 'signed-out', hasEnded: false } : { kind: 'signed-in', session },
        );
      },
      (error: unknown) => {
        if (isCurrent) setState({ kind: 'unreachable', error });
      },
    );
    return () => {
      isCurrent = false;
    };
  }, [attempt]);
  const session = state.kind === 'signed-in' ? state.session : undefined;
  useEndAt(session, () => setState({ kind: 'signed-out', hasEnded: true }));
  const connection = useMemo(
    () =>
      session === undefined
        ? undefined
        : connect(session.csrfToken, () => setState({ kind: 'signed-out', hasEnded: true })),
    [session],
  );
  const access: SessionAccess = {
    state,
    begin: (begun) => setState({ kind: 'signed-in', session: begun }),
    async end() {
      if (session !== undefined) await signOut(session.csrfToken);
      setState({ kind: 'signed-out', hasEnded: false });
    },
    askAgain() {
      setState({ kind: 'unknown' });
      setAttempt((count) => count + 1);
    },
  };
  return (
    <SessionContext value={access}>
      <ConnectionContext value={connection}>{children}</ConnectionContext>
    </SessionContext>
  );
}

/** Ends the session when the service does, without waiting for a refusal. */
function useEndAt(session: ConsoleSession | undefined, end: () => void): void {
  const expiresAt = session?.expiresAt;
  const listener = useRef(end);
  useEffect(() => {
    listener.current = end;
  });
  useEffect(() => {
    if (expiresAt === undefined) return undefined;
    const leftMs = Date.parse(expiresAt) - Date.now();
    const timer = setTimeout(() => listener.current(), Math.min(leftMs, timerMsMax));
    return () => clearTimeout(timer);
  }, [expiresAt]);
}

/** Who is signed in, and how that begins and ends. */
export function useSessionAccess(): SessionAccess {
  const access = useContext(SessionContext);
  if (access === undefined) throw new TypeError('this is shown only below the session’s provider');
  return access;
}

/** Who is signed in. For what is shown to them only. */
export function useSession(): ConsoleSession {
  const { state } = useSessionAccess();
  if (state.kind !== 'signed-in') throw new TypeError('this is shown only to somebody who is signed in');
  return state.session;
}
