import type { Actor } from '../audit/index.ts';
import type { Caller } from './caller.ts';
import { type Principal, principalFrom, storedPrincipal } from './principal.ts';
import type { Place } from './regions.ts';

/** The service itself, as the record names it. */
export const SYSTEM: Actor = { type: 'system', name: 'keywitness' };

/**
 * The service itself as a caller, for its own scheduled acts. Compared by identity: no front can make another one,
 * and its principal has no policies, so it may do only what asks nobody.
 */
export const systemCaller: Caller = { principalArn: 'keywitness', credentialId: 'internal' };

/** The service itself as a principal: one without policies. */
export function systemPrincipal(place: Place): Principal {
  return principalFrom(
    storedPrincipal({
      arn: `arn:aws:iam::${place.account}:service/keywitness`,
      account: place.account,
      name: 'keywitness',
      type: 'service',
      uniqueId: 'KEYWITNESS',
      createdAtMs: 0,
      disabled: false,
      policies: [],
    }),
  );
}
