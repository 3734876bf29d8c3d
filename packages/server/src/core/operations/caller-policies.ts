import type { AccountRecord, OrganizationRecord } from '../identity/index.ts';
import { type ApplicablePolicies, type CompiledPolicy, compileStoredPolicy } from '../policy/index.ts';
import { builtInPolicy } from './built-in-policies.ts';
import { compileInline, type Principal } from './principal.ts';
import { quarantineOf } from './quarantine.ts';
import type { View } from './replica.ts';

/** The policies that go with a caller, whatever it asks for. */
export type CallerPolicies = Pick<
  ApplicablePolicies,
  'quarantine' | 'identity' | 'boundary' | 'session' | 'organization'
>;

/** A policy that is named and cannot be found: nobody knows what it would have denied. */
const MISSING: CompiledPolicy = compileStoredPolicy('', 'identity', { name: 'missing policy' });

/**
 * Collects the policies of a caller from the state: its own and those of its groups, its permissions boundary, its
 * session's and its organization's. Every policy that is not in the caller's own record is looked up through the view,
 * so that a change of any of them makes the decision stale (G5).
 *
 * @param managementAccount the account that guardrails do not limit
 * @param nowMs when: a quarantine ends by itself; absent where only policies are asked about, and no quarantine counts
 */
export function callerPolicies(
  view: View,
  principal: Principal,
  managementAccount: string,
  nowMs?: number,
): CallerPolicies {
  const { account, federatedBy, record, session } = principal;
  // Whom an identity provider knows belongs to no account, and what it assumes is limited as soon as it acts.
  const isUnlimited = account === managementAccount || federatedBy !== undefined;
  return {
    quarantine: nowMs === undefined ? undefined : quarantineOf(view, principal, nowMs),
    identity: identityPolicies(view, principal),
    boundary: record.boundary === undefined ? undefined : managedPolicy(view, record.boundary),
    session: session === undefined ? undefined : sessionPolicies(view, session),
    organization: isUnlimited ? undefined : guardrails(view, account),
  };
}

/** A managed policy, the customer's or one that comes with the service. One that is not there denies everything. */
function managedPolicy(view: View, arn: string): CompiledPolicy {
  return builtInPolicy(arn)?.policy() ?? view.policy(arn)?.policy() ?? MISSING;
}

function identityPolicies(view: View, { record, stored }: Principal): readonly CompiledPolicy[] {
  const groups = record.type === 'role' ? undefined : record.groups;
  // Most principals have inline policies alone, and then nothing is put together.
  if (record.attached === undefined && groups === undefined) return stored.policies();
  const policies = [...stored.policies()];
  for (const arn of record.attached ?? []) policies.push(managedPolicy(view, arn));
  for (const name of groups ?? []) {
    const group = view.group(`${record.account}/${name}`);
    if (group === undefined) {
      policies.push(MISSING);
      continue;
    }
    policies.push(...group.policies());
    for (const arn of group.record.attached) policies.push(managedPolicy(view, arn));
  }
  return policies;
}

/** Sessions are kept for as long as their tokens are in use, and their policies with them. */
const compiledSessions = new WeakMap<object, readonly CompiledPolicy[]>();

function sessionPolicies(
  view: View,
  session: NonNullable<Principal['session']>,
): readonly CompiledPolicy[] | undefined {
  if (session.policies.length === 0 && session.policyArns.length === 0) return undefined;
  let inline = compiledSessions.get(session);
  if (inline === undefined) {
    inline = compileInline(session.policies.map((document) => ({ name: 'session policy', document })));
    compiledSessions.set(session, inline);
  }
  return session.policyArns.length === 0
    ? inline
    : [...inline, ...session.policyArns.map((arn) => managedPolicy(view, arn))];
}

/** Guardrails of the organization and of the account, compiled once per revision of their records. */
const compiledGuardrails = new WeakMap<object, readonly CompiledPolicy[]>();

function guardrails(view: View, account: string): readonly (readonly CompiledPolicy[])[] {
  return [compiledOnce(view.organization()), compiledOnce(view.account(account))];
}

function compiledOnce(record: OrganizationRecord | AccountRecord | undefined): readonly CompiledPolicy[] {
  if (record === undefined || record.guardrails.length === 0) return [];
  let compiled = compiledGuardrails.get(record);
  if (compiled === undefined) compiledGuardrails.set(record, (compiled = compileInline(record.guardrails)));
  return compiled;
}
