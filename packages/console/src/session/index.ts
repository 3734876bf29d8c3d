export { SessionProvider, type SessionState, useSession, useSessionAccess } from './session.tsx';
