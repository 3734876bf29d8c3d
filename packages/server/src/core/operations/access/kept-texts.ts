import { sha256Hex } from '../../crypto/index.ts';
import type { Key } from '../../keys/index.ts';
import { builtInPolicies, builtInPolicy } from '../built-in-policies.ts';
import type { Principal } from '../principal.ts';
import type { Replica } from '../replica.ts';
import { shippedRules } from '../rules/index.ts';
import type { StateView } from './state-view.ts';

/**
 * The text of a policy by its SHA-256: out of the documents that are kept, and else out of the policies that have a say
 * about a principal and a key now.
 */
export function policyText(
  sha256: string,
  document: (digest: string) => string | undefined,
  about: {
    readonly principal: Principal | undefined;
    readonly key: Key | undefined;
    readonly view: StateView;
  },
): string | undefined {
  return document(sha256) ?? textsInForce(about).find((text) => sha256Hex(text) === sha256);
}

/**
 * A policy that decides now and was put by nobody, such as those that come with the service, by its SHA-256; or a rule
 * that comes with it.
 */
export function textInForce(sha256: string, replica: Replica): string | undefined {
  const { organization, accounts, groups, principals } = replica;
  const owners = [...groups.values(), ...principals.values()];
  const texts = [
    ...builtInPolicies().flatMap(({ record }) => record.versions.map(({ document }) => document)),
    ...[...shippedRules.builtIn.values()].map(({ text }) => text),
    ...(organization?.guardrails ?? []).map(({ document }) => document),
    ...[...accounts.values()].flatMap(({ guardrails }) => guardrails.map(({ document }) => document)),
    ...owners.flatMap(({ record }) => record.policies.map(({ document }) => document)),
  ];
  return texts.find((text) => sha256Hex(text) === sha256);
}

function textsInForce({
  key,
  principal,
  view,
}: {
  readonly principal: Principal | undefined;
  readonly key: Key | undefined;
  readonly view: StateView;
}): readonly string[] {
  const record = principal?.record;
  const groups = (record === undefined || record.type === 'role' ? [] : (record.groups ?? []))
    .map((name) => view.group(`${record?.account ?? ''}/${name}`)?.record)
    .filter((group) => group !== undefined);
  const managed = [
    ...(record?.attached ?? []),
    ...(record?.boundary === undefined ? [] : [record.boundary]),
    ...groups.flatMap(({ attached }) => attached),
  ];
  const guardrails = [
    ...(view.organization()?.guardrails ?? []),
    ...(view.account(record?.account ?? '')?.guardrails ?? []),
  ];
  const inline = [...(record?.policies ?? []), ...groups.flatMap(({ policies }) => policies), ...guardrails];
  return [
    ...(key === undefined ? [] : [key.record.policy]),
    ...inline.map(({ document }) => document),
    ...managed.flatMap((arn) => managedText(arn, view)),
  ];
}

function managedText(arn: string, view: StateView): readonly string[] {
  const record = (builtInPolicy(arn) ?? view.policy(arn))?.record;
  const version = record?.versions.find(({ id }) => id === record.defaultVersionId);
  return version === undefined ? [] : [version.document];
}
