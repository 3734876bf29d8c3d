import { groupId, principalId, principalIdOf } from '../../identity/index.ts';
import { type Key, keyFromRecord, type KeyName, keyName } from '../../keys/index.ts';
import { parsePolicy, PolicyError, type PolicyDocument, type PolicyKind } from '../../policy/index.ts';
import { OperationError } from '../errors.ts';
import { storedGroup, storedPolicy, storedPrincipal } from '../principal.ts';
import type { Replica } from '../replica.ts';
import { findKeyByName } from '../find-key.ts';
import { type Replacements, StateView } from './state-view.ts';

/** What a policy is for. Parsed from a text such as `key:ID`; see `spec/access-analysis.md`, "targets". */
export type Target = KeyTarget | OtherTarget;

interface KeyTarget {
  readonly kind: 'key';
  readonly id: KeyName;
  readonly policyName?: undefined;
}

interface OtherTarget {
  readonly kind: 'user' | 'role' | 'group' | 'trust' | 'policy' | 'guardrail';
  /** A principal's or group's id, a policy's ARN, an account; empty for the organization. */
  readonly id: string;
  /** For a user, role or group: the inline policy; absent means all of them. */
  readonly policyName?: string | undefined;
}

/** The inline policy that a proposal becomes when none is named. */
const PROPOSED = 'proposed';

/**
 * Reads what a policy is for. Names without an ARN are looked up in `account`.
 *
 * @throws OperationError `Validation` or `NotFound`.
 */
export function readTarget(replica: Replica, account: string, text: string): Target {
  const colon = text.indexOf(':');
  const kind = colon < 0 ? text : text.slice(0, colon);
  const name = colon < 0 ? '' : text.slice(colon + 1);
  switch (kind) {
    case 'key':
      return { kind, id: keyName(findKeyByName(replica, account, name).record) };
    case 'user':
    case 'role':
      return { kind, ...holderOf(replica, account, kind, name) };
    case 'trust':
      return { kind, id: holderOf(replica, account, 'role', name).id };
    case 'group':
      return { kind, ...groupOf(replica, account, name) };
    case 'policy':
      if (!replica.policies.has(name)) throw notFound(`policy \`${name}\``);
      return { kind, id: name };
    case 'guardrail':
      if (name !== '' && !replica.accounts.has(name)) throw notFound(`account \`${name}\``);
      return { kind, id: name };
    default:
      throw new OperationError('Validation', `\`${text.slice(0, 64)}\` does not say what a policy is for`);
  }
}

/** How the document of a target is to be read. */
function policyKindOf({ kind }: Target): PolicyKind {
  if (kind === 'key') return 'key';
  return kind === 'trust' ? 'trust' : 'identity';
}

/** Reads a proposed document. @throws OperationError `MalformedPolicy`. */
export function readDocument(target: Target, text: string): PolicyDocument {
  try {
    return parsePolicy(text, policyKindOf(target));
  } catch (error) {
    if (!(error instanceof PolicyError)) throw error;
    throw new OperationError('MalformedPolicy', error.message, { cause: error });
  }
}

/** The state with a document in the place of a policy. @throws OperationError `MalformedPolicy` or `NotFound`. */
export function proposedState(replica: Replica, target: Target, text: string): StateView {
  readDocument(target, text);
  return new StateView(replica, replacementsFor(replica, target, text));
}

/** The text of the policy in force, when there is exactly one. */
export function policyInForce(replica: Replica, { kind, id, policyName }: Target): string | undefined {
  switch (kind) {
    case 'key':
      return replica.key(id)?.record.policy;
    case 'trust': {
      const record = replica.principals.get(id)?.record;
      return record?.type === 'role' ? record.trustPolicy : undefined;
    }
    case 'policy': {
      const record = replica.policies.get(id)?.record;
      return record?.versions.find((version) => version.id === record.defaultVersionId)?.document;
    }
    case 'user':
    case 'role':
      return onlyOne(replica.principals.get(id)?.record.policies, policyName);
    case 'group':
      return onlyOne(replica.groups.get(id)?.record.policies, policyName);
    case 'guardrail':
      return onlyOne(
        id === '' ? replica.organization?.guardrails : replica.accounts.get(id)?.guardrails,
        undefined,
      );
  }
}

type Inline = readonly { readonly name: string; readonly document: string }[];

function onlyOne(policies: Inline | undefined, name: string | undefined): string | undefined {
  const named = (policies ?? []).filter((policy) => name === undefined || policy.name === name);
  return named.length === 1 ? named[0]?.document : undefined;
}

function replacementsFor(replica: Replica, { kind, id, policyName }: Target, document: string): Replacements {
  const inline = (policies: Inline): Inline => replaced(policies, policyName, document);
  switch (kind) {
    case 'key': {
      const key = required(replica.key(id), id);
      const next: Key = keyFromRecord({ ...key.record, policy: document });
      return { keys: new Map([[id, next]]) };
    }
    case 'user':
    case 'role': {
      const { record } = required(replica.principals.get(id), id);
      return { principals: one(id, storedPrincipal({ ...record, policies: inline(record.policies) })) };
    }
    case 'trust': {
      const { record } = required(replica.principals.get(id), id);
      if (record.type !== 'role') throw notFound(`role \`${id}\``);
      return { principals: one(id, storedPrincipal({ ...record, trustPolicy: document })) };
    }
    case 'group': {
      const { record } = required(replica.groups.get(id), id);
      return { groups: one(id, storedGroup({ ...record, policies: inline(record.policies) })) };
    }
    case 'policy': {
      const { record } = required(replica.policies.get(id), id);
      const versions = record.versions.map((version) =>
        version.id === record.defaultVersionId ? { ...version, document } : version,
      );
      return { policies: one(id, storedPolicy({ ...record, versions })) };
    }
    case 'guardrail': {
      const guardrails = [{ name: PROPOSED, document }];
      if (id !== '') {
        return { accounts: one(id, { ...required(replica.accounts.get(id), id), guardrails }) };
      }
      return { organization: { ...required(replica.organization, 'organization'), guardrails } };
    }
  }
}

function one<Value>(id: string, value: Value): ReadonlyMap<string, Value> {
  return new Map([[id, value]]);
}

/** Without a name the document takes the place of all inline policies. */
function replaced(policies: Inline, name: string | undefined, document: string): Inline {
  if (name === undefined) return [{ name: PROPOSED, document }];
  if (!policies.some((policy) => policy.name === name)) return [...policies, { name, document }];
  return policies.map((policy) => (policy.name === name ? { name, document } : policy));
}

function holderOf(
  replica: Replica,
  account: string,
  kind: 'user' | 'role',
  text: string,
): { readonly id: string; readonly policyName?: string | undefined } {
  if (text.startsWith('arn:')) {
    const id = principalIdOf(text);
    if (id === undefined || !replica.principals.has(id)) throw notFound(`principal \`${text}\``);
    return { id };
  }
  const { name, policyName } = split(text);
  const id = principalId(account, kind, name);
  if (!replica.principals.has(id)) throw notFound(`${kind} \`${name}\``);
  return { id, policyName };
}

function groupOf(
  replica: Replica,
  account: string,
  text: string,
): { readonly id: string; readonly policyName?: string | undefined } {
  const { name, policyName } = split(text);
  const id = groupId(account, name);
  if (!replica.groups.has(id)) throw notFound(`group \`${name}\``);
  return { id, policyName };
}

/** `name/policy`: names have no slash. */
function split(text: string): { readonly name: string; readonly policyName?: string | undefined } {
  const slash = text.indexOf('/');
  return slash < 0 ? { name: text } : { name: text.slice(0, slash), policyName: text.slice(slash + 1) };
}

function required<Value>(value: Value | undefined, id: string): Value {
  if (value === undefined) throw notFound(`\`${id}\``);
  return value;
}

function notFound(what: string): OperationError {
  return new OperationError('NotFound', `there is no ${what}`);
}
