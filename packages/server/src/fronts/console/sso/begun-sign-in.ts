import type { SingleSignOn } from '../single-sign-on.ts';

/** A sign-in that a browser has begun. It is sealed into a cookie of that browser, and stands nowhere else. */
export interface BegunSignIn {
  readonly state: string;
  readonly nonce: string;
  /** The secret behind the code challenge (RFC 7636, section 4.1). */
  readonly verifier: string;
  readonly role: string;
  /** Where to go afterwards. */
  readonly to: string;
  readonly begunAtMs: number;
}

/** How long a person may take at the issuer. */
export const SIGN_IN_SECONDS_MAX = 600;
export const SIGN_IN_COOKIE = 'keywitness-sign-in';

const TEXTS = ['nonce', 'role', 'state', 'to', 'verifier'] as const;

/** Seals a sign-in for its browser. */
export function sealSignIn({ seal }: Pick<SingleSignOn, 'seal'>, begun: BegunSignIn): string {
  return seal(Buffer.from(JSON.stringify(begun), 'utf8'));
}

/** Opens the cookie of a browser that comes back: `undefined` when it is none of ours, or too old. */
export function openSignIn(
  { open }: Pick<SingleSignOn, 'open'>,
  sealed: string,
  nowMs: number,
): BegunSignIn | undefined {
  const bytes = open(sealed);
  if (bytes === undefined) return undefined;
  const value: unknown = JSON.parse(Buffer.from(bytes).toString('utf8'));
  bytes.fill(0);
  if (!isBegun(value)) return undefined;
  const ageMs = nowMs - value.begunAtMs;
  return ageMs >= 0 && ageMs <= SIGN_IN_SECONDS_MAX * 1000 ? value : undefined;
}

function isBegun(value: unknown): value is BegunSignIn {
  if (typeof value !== 'object' || value === null) return false;
  const members = new Map<string, unknown>(Object.entries(value));
  return (
    TEXTS.every((name) => typeof members.get(name) === 'string') && Number.isFinite(members.get('begunAtMs'))
  );
}
