import * as v from 'valibot';
import type { Schema } from './reading.ts';
import { boundedText, instantSchema } from './text.ts';

const durationSecondsMin = 900;
const durationSecondsMax = 43_200;
const arnCharactersMax = 2048;

/** Asks for short-lived credentials of the caller's own. */
export interface NewSession {
  /** An hour unless given. */
  readonly durationSeconds?: number;
}

export const newSessionSchema: Schema<NewSession> = v.strictObject({
  durationSeconds: v.exactOptional(
    v.pipe(
      v.number(),
      v.integer('a duration is a whole number of seconds'),
      v.minValue(durationSecondsMin, `a session lasts at least ${durationSecondsMin} seconds`),
      v.maxValue(durationSecondsMax, `a session lasts at most ${durationSecondsMax} seconds`),
    ),
  ),
});

/** Short-lived credentials. This is the only time that they are shown. */
export interface SessionCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  /** RFC 3339. */
  readonly expiresAt: string;
  readonly principalArn: string;
}

export const sessionCredentialsSchema: Schema<SessionCredentials> = v.object({
  accessKeyId: v.string(),
  secretAccessKey: v.string(),
  sessionToken: v.string(),
  expiresAt: instantSchema,
  principalArn: v.string(),
});

/** Names the principal whose session it is that is to be revoked; without it, any of the account. */
export interface SessionRevocation {
  readonly principalArn?: string;
}

export const sessionRevocationSchema: Schema<SessionRevocation> = v.strictObject({
  principalArn: v.exactOptional(boundedText(arnCharactersMax)),
});

/** That a session is revoked. */
export interface RevokedSession {
  readonly accessKeyId: string;
  /** RFC 3339. */
  readonly revokedAt: string;
  /** When every session of that time has ended by itself. */
  readonly expiresAt: string;
}

export const revokedSessionSchema: Schema<RevokedSession> = v.object({
  accessKeyId: v.string(),
  revokedAt: instantSchema,
  expiresAt: instantSchema,
});

export const sessionsRevocationSchema: Schema<{ readonly principalArn: string }> = v.strictObject({
  principalArn: boundedText(arnCharactersMax),
});

/** That all sessions of a principal are revoked. */
export interface RevokedSessions {
  readonly principalArn: string;
  /** RFC 3339. */
  readonly revokedAt: string;
}

export const revokedSessionsSchema: Schema<RevokedSessions> = v.object({
  principalArn: v.string(),
  revokedAt: instantSchema,
});
