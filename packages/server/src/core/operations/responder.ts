import { Attempt } from './attempt.ts';
import { CRYPTOGRAPHY } from './built-in-policies.ts';
import type { Caller } from './caller.ts';
import { type Principal, principalFrom, storedPrincipal } from './principal.ts';

/** The name under which remediation acts, in each account. */
export const RESPONDER_NAME = 'keywitness-responder';

/**
 * Remediation as a caller, for what it does by itself. Compared by identity: no front can make another one.
 */
export const responderCaller: Caller = { principalArn: RESPONDER_NAME, credentialId: 'internal' };

/** What it may do: take away, and give back what it took. It uses no key, and lets nobody use one. */
const POLICY: string = JSON.stringify({
  Version: '2012-10-17',
  Statement: [
    {
      Sid: 'TakeAway',
      Effect: 'Allow',
      Action: [
        'keywitness:DisableCredential',
        'keywitness:QuarantinePrincipal',
        'keywitness:RevokeSessions',
        'kms:DisableKey',
        'kms:RevokeGrant',
      ],
      Resource: '*',
    },
    {
      Sid: 'GiveBackWhatItTook',
      Effect: 'Allow',
      Action: 'keywitness:UndoRemediation',
      Resource: '*',
    },
    { Sid: 'CallFunctions', Effect: 'Allow', Action: 'keywitness:CallFunction', Resource: '*' },
    { Sid: 'NoCryptography', Effect: 'Deny', Action: [...CRYPTOGRAPHY, 'kms:CreateGrant'], Resource: '*' },
  ],
});

const known = new Map<string, Principal>();
const KNOWN_MAX = 1000;

/** The responder's principal in an account: what it does there, the account's guardrails and key policies have a say in. */
export function responderIn(account: string): Principal {
  const found = known.get(account);
  if (found !== undefined) return found;
  const made = principalFrom(
    storedPrincipal({
      arn: responderArn(account),
      account,
      name: RESPONDER_NAME,
      type: 'service',
      uniqueId: 'KEYWITNESSRESPONDER',
      createdAtMs: 0,
      disabled: false,
      policies: [{ name: 'Responder', document: POLICY }],
    }),
  );
  if (known.size < KNOWN_MAX) known.set(account, made);
  return made;
}

/** The ARN of the responder in an account. */
export function responderArn(account: string): string {
  return `arn:aws:iam::${account}:service/${RESPONDER_NAME}`;
}

/**
 * The part of an attempt that the responder does in an account: on the same state, at the same time, for the same event.
 *
 * @param region the one that it is done in; the first one without
 */
export function asResponder(attempt: Attempt, account: string, region?: string): Attempt {
  const { entropy, keyring, nowMs, place, quotas, view } = attempt;
  const request = { ...attempt.request, protocol: { ...attempt.request.protocol, region } };
  const principal = responderIn(account);
  const circumstances = { nowMs, entropy, keyring, place, quotas };
  return new Attempt({ view, request, caller: responderCaller, principal, ...circumstances });
}

/** Makes the effects of a part those of the attempt; what policy said about it is told in any case. */
export function adopt(attempt: Attempt, part: Attempt, effects: 'with effects' | 'without effects'): void {
  attempt.decisions.push(...part.decisions);
  if (part.note.key !== undefined) attempt.note.key = part.note.key;
  if (effects === 'with effects') attempt.writes.push(...part.writes);
}
