import type { PrincipalAccess } from '@keywitness/api';
import { principalId, type Session } from '../../identity/index.ts';
import { type Key, keyName } from '../../keys/index.ts';
import { principalsNamedBy } from '../../policy/index.ts';
import type { AccessQuestion } from '../access-question.ts';
import {
  federatedPrincipal,
  type Principal,
  principalFrom,
  principalInSession,
  type StoredPrincipal,
} from '../principal.ts';
import type { OpenAnswer, OpenAsking } from './ask-openly.ts';
import type { StateView } from './state-view.ts';
import { tellDecision } from './tell-decision.ts';

/** The name that stands for any session of a role. */
const ANY_SESSION = '*';

const SESSION_ARN = /^arn:aws:sts::([0-9]{12}):assumed-role\/([^/]+)\/(.+)$/;
const ACCOUNT = /^(?:arn:aws:iam::)?([0-9]{12})(?::root)?$/;

/** The principal that acts for a stored one: a user itself, a role in a session without session policies. */
export function actingAs(stored: StoredPrincipal, id: string, sessionName: string = ANY_SESSION): Principal {
  const { record } = stored;
  if (record.type !== 'role') return principalFrom(stored);
  const session: Session = {
    version: 1,
    accessKeyId: '',
    principalArn: id,
    principalUniqueId: record.uniqueId,
    name: sessionName,
    issuedAtMs: 0,
    expiresAtMs: Number.MAX_SAFE_INTEGER,
    policies: [],
    policyArns: [],
    tags: [],
    transitiveTagKeys: [],
    parents: [],
  };
  return principalInSession(stored, session);
}

/** Everybody who may act now: disabled principals may not. */
export function enabledPrincipals(view: StateView): readonly Principal[] {
  return view
    .principalIds()
    .toSorted()
    .map((id) => ({ id, stored: view.principal(id) }))
    .flatMap(({ id, stored }) =>
      stored === undefined || stored.record.disabled ? [] : [actingAs(stored, id)],
    );
}

/** The ARN that people know a principal by: a role's own, unless one session is meant. */
export function shownArn({ arn, record, session }: Principal): string {
  return record.type === 'role' && session?.name === ANY_SESSION ? record.arn : arn;
}

/** Sessions of roles that a key's policy or grants name one by one. */
export function namedSessions(key: Key, view: StateView): readonly Principal[] {
  return namedBy(key, view).flatMap((arn) => {
    const [, account, role, session] = SESSION_ARN.exec(arn) ?? [];
    if (account === undefined || role === undefined || session === undefined) return [];
    const id = principalId(account, 'role', role);
    const stored = view.principal(id);
    return stored === undefined || stored.record.disabled ? [] : [actingAs(stored, id, session)];
  });
}

/** Whom a key's policy or grants name, and nobody here is. */
export function unknownPrincipals(key: Key, view: StateView): readonly string[] {
  const { federated, services } = principalsNamedBy(key.policy().document);
  const names = namedBy(key, view).filter((name) => !isKnown(name, view));
  return [...new Set([...names, ...services, ...federated])];
}

/** Whether somebody or some account here has this name. */
function isKnown(name: string, view: StateView): boolean {
  const account = ACCOUNT.exec(name)?.[1];
  if (account !== undefined) return view.account(account) !== undefined;
  const [, sessionAccount, role] = SESSION_ARN.exec(name) ?? [];
  if (sessionAccount !== undefined && role !== undefined) {
    return view.principal(principalId(sessionAccount, 'role', role)) !== undefined;
  }
  // As policy compares them: by the ARN that is shown.
  for (const { record } of view.peek.principals.values()) if (record.arn === name) return true;
  return false;
}

function namedBy(key: Key, view: StateView): readonly string[] {
  const { grants } = view.peek;
  const grantees = grants.idsOn(keyName(key.record)).flatMap((id) => grants.get(id)?.record.grantee ?? []);
  return [...new Set([...principalsNamedBy(key.policy().document).aws, ...grantees])];
}

/** Tells an answer about a principal. */
export function tellAccess(
  principal: Principal,
  { conditions, decision, possibility }: OpenAnswer,
  view: StateView,
): PrincipalAccess {
  return {
    principal: shownArn(principal),
    type: principal.federatedBy === undefined ? principal.record.type : 'web-identity',
    possibility,
    conditions,
    ...tellDecision(decision, principal, view),
  };
}

/** Identities of the providers that an account has registered, each as anybody whom the provider vouches for. */
export function federatedIdentities(view: StateView, account: string): readonly Principal[] {
  return [...view.peek.identityProviders.values()]
    .filter((provider) => provider.account === account)
    .map(({ arn, url }) =>
      federatedPrincipal({
        providerArn: arn,
        issuer: url,
        subject: ANY_SESSION,
        audience: '',
        claims: {},
        issuedAtMs: 0,
        expiresAtMs: 0,
        mfa: false,
      }),
    );
}

/** Whether a principal may assume a role, in one step. */
export function askAssumption(asking: OpenAsking, principal: Principal, role: StoredPrincipal): OpenAnswer {
  const isFederated = principal.federatedBy !== undefined;
  const question: AccessQuestion = {
    permission: isFederated ? 'sts:AssumeRoleWithWebIdentity' : 'sts:AssumeRole',
    resource: role.record.arn,
    resourceAccount: role.record.account,
    resourcePolicy: role.trust(),
    resourceTags: role.record.tags,
  };
  return asking.ask(principal, question);
}
