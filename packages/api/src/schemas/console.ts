import * as v from 'valibot';
import type { Schema } from './reading.ts';
import { instantSchema } from './text.ts';

/** Who has signed in to the console, and until when. */
export interface ConsoleSession {
  /** The ARN that requests act under. */
  readonly principalArn: string;
  /** Of the user, or of the role's session: usually the person's. */
  readonly name: string;
  readonly accountId: string;
  /** RFC 3339. */
  readonly expiresAt: string;
  /** Names the session in the record, and to who revokes it. */
  readonly accessKeyId: string;
  /** What requests that change something have in the header `x-keywitness-csrf`. */
  readonly csrfToken: string;
  /** The Region that is asked unless `x-keywitness-region` names another one. */
  readonly region: string;
  /** All Regions that may be asked, the first one first. */
  readonly regions: readonly string[];
}

export const consoleSessionSchema: Schema<ConsoleSession> = v.object({
  principalArn: v.string(),
  name: v.string(),
  accountId: v.string(),
  expiresAt: instantSchema,
  accessKeyId: v.string(),
  csrfToken: v.string(),
  region: v.string(),
  regions: v.array(v.string()),
});

/** How people sign in to the console with their organization's account. */
export interface ConsoleSignIn {
  /** The Region that a sign-in with an access key is signed for. */
  readonly region: string;
  /** Absent where nobody can. */
  readonly issuer?: string;
  readonly roles: readonly ConsoleRole[];
}

/** A role that people may sign in to. */
export interface ConsoleRole {
  readonly arn: string;
  readonly name: string;
}

export const consoleSignInSchema: Schema<ConsoleSignIn> = v.object({
  region: v.string(),
  issuer: v.exactOptional(v.string()),
  roles: v.array(v.object({ arn: v.string(), name: v.string() })),
});

/** Why a sign-in by the organization's account failed, as `/console/sign-in?error=…` says it. */
export type SignInError = keyof typeof signInErrors;

/** What to tell people for each of them. */
export const signInErrors = {
  'access-denied':
    'The role does not trust this account, or what the issuer says of it. Ask an administrator.',
  'cross-site': 'The sign-in was begun by another site. Begin it here.',
  expired: 'The sign-in took too long, or was begun in another browser. Try again.',
  'issuer-refused': 'The issuer refused the sign-in. Try again, or ask its administrators.',
  'issuer-unreachable': 'The issuer does not answer. Try again in a minute.',
  'invalid-answer': "The issuer's answer does not belong to this sign-in, so it was not used. Try again.",
  'invalid-token': 'The identity token was not accepted. Ask an administrator to look at the record.',
  'not-recorded': 'The sign-in could not be recorded, so it was refused. Try again in a minute.',
  'unknown-role': 'There is no such role to sign in to.',
} as const;
