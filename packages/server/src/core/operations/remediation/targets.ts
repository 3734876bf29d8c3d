import { parseArn, principalId, principalIdOf, type PrincipalRecord } from '../../identity/index.ts';
import { type KeyName, keyName, parseKeyName } from '../../keys/index.ts';
import { findKeyByArn } from '../find-key.ts';
import type { Attempt } from '../attempt.ts';
import { grantId } from '../grant-book.ts';
import type { PlaybookStep, RemediationAction, RemediationRecord } from '../response-records.ts';

/** What is known of an incident, by the path of a member of an event: of its entity, and what its evidence agrees on. */
export type Fields = Readonly<Record<string, string>>;

/** What a step is done to. */
export interface Target {
  readonly name: string;
  readonly account: string;
  /** The principals it is about: the target, or whose it is. */
  readonly principals: readonly PrincipalRecord[];
  /** ARNs by which somebody may protect it. */
  readonly arns: readonly string[];
}

const SESSION_ARN = /^arn:aws:sts::([0-9]{12}):assumed-role\/([^/]+)\/.+$/;
const ROOT_ARN = /^arn:aws:iam::[0-9]{12}:root$/;
const KEY_ARN = /^arn:aws:kms:[^:]*:[0-9]{12}:key\/(.+)$/;

/** Finds what a step is to be done to; why there is nothing, in words, when there is not. */
export function findTarget(attempt: Attempt, step: PlaybookStep, fields: Fields): Target | string {
  const named = nameOf(attempt, step, fields);
  return named === undefined
    ? `neither the entity nor the evidence names one thing to ${step.action}`
    : targetNamed(attempt, step.action, named);
}

/** What the fields name for an action (`spec/remediation.md`, "targets"). */
function nameOf(
  attempt: Attempt,
  { action, functionName }: PlaybookStep,
  fields: Fields,
): string | undefined {
  switch (action) {
    case 'disable-credential':
      return fields['actor.credentialId'];
    case 'revoke-sessions':
    case 'quarantine-principal':
    case 'require-approval':
      return fields['actor.principal'] ?? fields['actor.arn'];
    case 'disable-key':
      return keyNameOf(attempt, fields);
    case 'revoke-grant': {
      const keyId = keyNameOf(attempt, fields);
      const grant = fields['grant'] ?? fields['parameters.grantId'];
      return keyId === undefined || grant === undefined ? undefined : grantId({ keyId, grantId: grant });
    }
    case 'call-function':
      return functionName;
  }
}

/** What the key of the evidence is stored under. Its ARN tells the Region, which its id does not. */
function keyNameOf({ view }: Attempt, fields: Fields): KeyName | undefined {
  const arn = fields['key.arn'] ?? '';
  const key = findKeyByArn(view, arn);
  if (key !== undefined) return keyName(key.record);
  const id = fields['key.id'] ?? KEY_ARN.exec(arn)?.[1] ?? '';
  return id === '' ? undefined : keyName({ id });
}

/** A target by its name, as it is kept in a remediation's record. */
function targetNamed(attempt: Attempt, action: RemediationAction, name: string): Target | string {
  switch (action) {
    case 'disable-credential':
      return credentialTarget(attempt, name);
    case 'revoke-sessions':
    case 'quarantine-principal':
    case 'require-approval':
      return principalTarget(attempt, name);
    case 'disable-key':
      return keyTarget(attempt, name);
    case 'revoke-grant':
      return grantTarget(attempt, name);
    case 'call-function': {
      const record = attempt.view.function(name);
      if (record === undefined) return `there is no function \`${name}\``;
      return { name, account: attempt.place.account, principals: [], arns: [] };
    }
  }
}

function credentialTarget(attempt: Attempt, name: string): Target | string {
  const credential = attempt.view.credential(name);
  if (credential === undefined) return `\`${name}\` is no long-lived credential that there is`;
  const holder = attempt.view.principal(credential.principalArn)?.record;
  if (holder === undefined) return `the credential \`${name}\` belongs to nobody`;
  return { name, account: holder.account, principals: [holder], arns: [holder.arn] };
}

/**
 * The target of a remediation that was proposed. Somebody who came after a principal, under its name, is not what people
 * were shown.
 */
export function targetOf(
  attempt: Attempt,
  { about, action, target: name }: Pick<RemediationRecord, 'about' | 'action' | 'target'>,
): Target | string {
  const target = targetNamed(attempt, action, name);
  // A grant is one whoever its grantee is now.
  if (typeof target === 'string' || action === 'revoke-grant') return target;
  return target.principals.every(({ uniqueId }) => about.includes(uniqueId))
    ? target
    : `\`${name}\` is somebody else now`;
}

/** A user, or the role whose session it was. */
function principalTarget(attempt: Attempt, name: string): Target | string {
  const record = principalNamed(attempt, name);
  if (record === undefined) return `\`${name}\` is no user and no role that there is`;
  return { name: record.arn, account: record.account, principals: [record], arns: [record.arn] };
}

/** The user or role behind an ARN that somebody acted under. */
export function principalNamed(attempt: Attempt, arn: string): PrincipalRecord | undefined {
  const [, account, role] = SESSION_ARN.exec(arn) ?? [];
  const id =
    account === undefined || role === undefined ? principalIdOf(arn) : principalId(account, 'role', role);
  return id === undefined ? undefined : attempt.view.principal(id)?.record;
}

function keyTarget(attempt: Attempt, name: string): Target | string {
  const key = attempt.view.key(parseKeyName(name))?.record;
  if (key === undefined) return `there is no key \`${name}\``;
  return { name, account: key.account, principals: [], arns: [key.arn] };
}

function grantTarget(attempt: Attempt, name: string): Target | string {
  const grant = attempt.view.grant(name)?.record;
  const key = grant === undefined ? undefined : attempt.view.key(grant.keyId)?.record;
  if (grant === undefined || key === undefined) return `there is no grant \`${name}\``;
  const grantee = principalNamed(attempt, grant.grantee);
  const principals = grantee === undefined ? [] : [grantee];
  return {
    name,
    account: key.account,
    principals,
    arns: [key.arn, grant.grantee, ...principals.map(({ arn }) => arn)],
  };
}

/** Whether a step could be about what has this ARN, so that protecting it means something. An alias is not its key. */
export function isTargetArn(arn: string): boolean {
  return SESSION_ARN.test(arn) || principalIdOf(arn) !== undefined || KEY_ARN.test(arn) || ROOT_ARN.test(arn);
}

/** One form for all ARNs of a principal, so that comparing them is comparing texts. */
export function comparable(arn: string): string {
  const [, account, role] = SESSION_ARN.exec(arn) ?? [];
  if (account !== undefined && role !== undefined) return principalId(account, 'role', role);
  return principalIdOf(arn) ?? (parseArn(arn) === undefined ? '' : arn);
}
