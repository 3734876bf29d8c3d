import type { AccessDecision, AccessStatement } from '@keywitness/api';
import type { CompiledPolicy, DecidingStatement, Decision } from '../../policy/index.ts';
import type { Principal } from '../principal.ts';
import type { StateView } from './state-view.ts';

/** What names a policy in a decision. */
type PolicyName = Pick<DecidingStatement, 'policyKind' | 'policyName' | 'policySha256'>;

/** Tells a decision about a principal in the words of the API. */
export function tellDecision(
  { by, effect, missing, via }: Decision,
  principal: Principal,
  view: StateView,
): AccessDecision {
  const tell = (statement: DecidingStatement | undefined): AccessStatement | undefined =>
    statement === undefined ? undefined : tellStatement(statement, principal, view);
  return { effect, by: tell(by), via: tell(via), missing };
}

function tellStatement(deciding: DecidingStatement, principal: Principal, view: StateView): AccessStatement {
  const { policyKind, policyName, policySha256, sid, statementIndex } = deciding;
  return {
    policyKind,
    policy: policyName,
    policySha256,
    statement: sid ?? `#${statementIndex}`,
    origin: originOf(deciding, principal, view),
  };
}

/** Where a policy that has a say about a principal hangs, in words. */
export function originOf(
  policy: PolicyName,
  { record, stored }: Principal,
  view: StateView,
): string | undefined {
  if (policy.policyKind !== 'identity-based') return undefined;
  const { policyName } = policy;
  const isManaged = policyName.startsWith('arn:');
  if (isManaged ? record.attached?.includes(policyName) === true : has(stored.policies(), policy)) {
    return `${record.type} \`${record.name}\``;
  }
  for (const name of record.type === 'role' ? [] : (record.groups ?? [])) {
    const group = view.group(`${record.account}/${name}`);
    if (group === undefined) continue;
    const isHere = isManaged ? group.record.attached.includes(policyName) : has(group.policies(), policy);
    if (isHere) return `group \`${group.record.name}\``;
  }
  return undefined;
}

function has(policies: readonly CompiledPolicy[], { policyName, policySha256 }: PolicyName): boolean {
  return policies.some(({ name, sha256 }) => name === policyName && sha256 === policySha256);
}
