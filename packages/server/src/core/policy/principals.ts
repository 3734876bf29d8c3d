import { parseArn } from '../identity/index.ts';
import type { AccessPrincipal } from './access-request.ts';
import type { PrincipalElement, Statement } from './document.ts';
import { Interned } from './interned.ts';

/**
 * How a statement reaches a caller, if at all: through the account that it leaves the decision to; through the role
 * whose session the caller is; by the caller's own name; or as a service or the user of an identity provider, which
 * belong to no account.
 */
export type Reach = 'none' | 'account' | 'role' | 'direct' | 'outside';

/** Says how a statement's principals reach a caller. */
export type ReachOf = (principal: AccessPrincipal) => Reach;

const interned = new Interned<ReachOf>();

/** Compiles the principals of a statement. Without any, it speaks of whom its policy is attached to. */
export function compileReach(statement: Statement): ReachOf {
  const { effect, principal, notPrincipal } = statement;
  const key = JSON.stringify([effect, principal ?? null, notPrincipal ?? null]);
  return interned.of(key, () => compileOnce(statement));
}

function compileOnce({ effect, principal, notPrincipal }: Statement): ReachOf {
  if (principal !== undefined) return compilePrincipal(principal, effect === 'Deny');
  if (notPrincipal === undefined) return () => 'direct';
  return effect === 'Allow' ? compileAllowedBut(notPrincipal) : compileDeniedBut(notPrincipal);
}

function compilePrincipal(
  { everybody, aws, services, federated }: PrincipalElement,
  isDenied: boolean,
): ReachOf {
  const accounts = new Set(aws.map(accountOf).filter((account) => account !== undefined));
  const arns = new Set([...aws, ...[...accounts].map((account) => `arn:aws:iam::${account}:root`)]);
  const serviceNames = new Set(services);
  const providers = new Set(federated);
  return (caller) => {
    // Everybody with an identity, that is: whom any identity provider knows must be let in by the provider's name.
    if (caller.federated !== undefined) {
      return providers.has(caller.federated) || (everybody && isDenied) ? 'outside' : 'none';
    }
    if (caller.service !== undefined && serviceNames.has(caller.service)) return 'outside';
    if (everybody || arns.has(caller.arn)) return 'direct';
    if (caller.roleArn !== undefined && arns.has(caller.roleArn)) return 'role';
    return accounts.has(caller.account) ? 'account' : 'none';
  };
}

/** Whom the element reaches in any way is not meant, nor whoever belongs to no account. */
function compileAllowedBut(excluded: PrincipalElement): ReachOf {
  const reachOf = compilePrincipal(excluded, true);
  return (caller) => (caller.federated === undefined && reachOf(caller) === 'none' ? 'direct' : 'none');
}

/**
 * As AWS asks for, only who is named together with the account, and for a session also with the role, is exempt. An
 * account alone exempts its root.
 */
function compileDeniedBut(excluded: PrincipalElement): ReachOf {
  const reachOf = compilePrincipal(excluded, true);
  const accounts = new Set(excluded.aws.map(accountOf));
  const arns = new Set(excluded.aws);
  return (caller) => {
    const reach = reachOf(caller);
    if (reach === 'outside') return 'none';
    if (reach !== 'direct') return 'direct';
    if (excluded.everybody) return 'none';
    const isRoleNamed = caller.roleArn === undefined || arns.has(caller.roleArn);
    return isRoleNamed && accounts.has(caller.account) ? 'none' : 'direct';
  };
}

const ACCOUNT_ID = /^[0-9]{12}$/;

/** The account that a principal stands for: its id, or the ARN of its root. */
export function accountOf(principal: string): string | undefined {
  if (ACCOUNT_ID.test(principal)) return principal;
  const arn = parseArn(principal);
  return arn?.service === 'iam' && arn.resource === 'root' ? arn.account : undefined;
}
