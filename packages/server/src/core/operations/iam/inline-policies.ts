import { sha256Hex } from '../../crypto/index.ts';
import type { InlinePolicy } from '../../identity/index.ts';
import type { Attempt } from '../attempt.ts';
import { OperationError } from '../errors.ts';
import { loosenedBy, loosening } from '../loosened.ts';
import type { Operation } from '../operation.ts';
import type { Params } from '../params.ts';
import { writePolicyDocument } from '../principal-records.ts';
import { noteParameters, requireEntity } from './entities.ts';
import { boundaryCondition, type Holder, type HolderKind } from './holders.ts';
import { pageOfItems } from './item-pages.ts';
import { charactersOf, checkPolicyText } from './policy-texts.ts';

/** `Put…Policy`, `Get…Policy`, `Delete…Policy` and `List…Policies` of one kind of holders. */
export function inlinePolicyOperations<Kept extends Holder>(kind: HolderKind<Kept>): readonly Operation[] {
  const { member, title, word } = kind;
  return [
    putPolicyOperation(kind),
    {
      name: `Get${title}Policy`,
      action: `${word}.read-policy`,
      run(attempt, params) {
        const name = notePolicyName(attempt, params);
        const record = requireEntity(attempt, kind, params.text(member), `Get${title}Policy`);
        const policy = requirePolicy(kind, record, name);
        return { policyDocument: policy.document, policyName: policy.name, [member]: record.name };
      },
    },
    {
      name: `Delete${title}Policy`,
      action: `${word}.delete-policy`,
      run(attempt, params) {
        const name = notePolicyName(attempt, params);
        const record = requireEntity(
          attempt,
          kind,
          params.text(member),
          `Delete${title}Policy`,
          boundaryCondition,
        );
        const policy = requirePolicy(kind, record, name);
        kind.write(attempt, { ...record, policies: record.policies.filter((one) => one !== policy) });
        attempt.note.change = {
          before: { policySha256: sha256Hex(policy.document) },
          ...loosening(loosenedBy({ before: policy.document }, 'identity', attempt.account)),
        };
        return {};
      },
    },
    {
      name: `List${title}Policies`,
      action: `${word}.list-policies`,
      run(attempt, params) {
        const record = requireEntity(attempt, kind, params.text(member), `List${title}Policies`);
        const names = record.policies.map(({ name }) => name);
        const { items: policyNames, isTruncated, marker } = pageOfItems(names, params, (name) => name);
        return { isTruncated, marker, policyNames };
      },
    },
  ];
}

function putPolicyOperation<Kept extends Holder>(kind: HolderKind<Kept>): Operation {
  const { member, title, word } = kind;
  return {
    name: `Put${title}Policy`,
    action: `${word}.put-policy`,
    run(attempt, params) {
      const name = notePolicyName(attempt, params);
      const text = params.text('policyDocument');
      const record = requireEntity(
        attempt,
        kind,
        params.text(member),
        `Put${title}Policy`,
        boundaryCondition,
      );
      checkPolicyText(attempt, text, 'identity');
      const policies = withPolicy(record.policies, { name, document: text });
      limitCharacters(kind, record, policies);
      const before = policyNamed(record, name);
      kind.write(attempt, { ...record, policies });
      attempt.note.change = {
        before: before === undefined ? undefined : { policySha256: sha256Hex(before.document) },
        after: {
          loosened: loosenedBy({ before: before?.document, after: text }, 'identity', attempt.account),
          policySha256: writePolicyDocument(attempt, text),
        },
      };
      return {};
    },
  };
}

/** What does not depend on how the kind's records look. */
type NamedKind = Pick<HolderKind<Holder>, 'policyCharactersMax' | 'word'>;

function notePolicyName(attempt: Attempt, params: Params): string {
  const policyName = params.text('policyName');
  noteParameters(attempt, { policyName });
  return policyName;
}

function policyNamed({ policies }: Holder, wanted: string): InlinePolicy | undefined {
  return policies.find(({ name }) => name === wanted);
}

function requirePolicy(kind: NamedKind, record: Holder, name: string): InlinePolicy {
  const policy = policyNamed(record, name);
  if (policy !== undefined) return policy;
  throw new OperationError('NotFound', `The ${kind.word} policy with name ${name} cannot be found.`);
}

/** The policy takes the place of the one with its name, or comes behind the others. */
function withPolicy(policies: readonly InlinePolicy[], added: InlinePolicy): readonly InlinePolicy[] {
  const isReplaced = policies.some(({ name }) => name === added.name);
  if (!isReplaced) return [...policies, added];
  return policies.map((policy) => (policy.name === added.name ? added : policy));
}

/** @throws OperationError `LimitExceeded`. */
function limitCharacters(
  { policyCharactersMax, word }: NamedKind,
  record: Holder,
  policies: readonly InlinePolicy[],
): void {
  const characters = policies.reduce((sum, { document }) => sum + charactersOf(document), 0);
  if (characters <= policyCharactersMax) return;
  const message = `Maximum policy size of ${policyCharactersMax} bytes exceeded for ${word} ${record.name}`;
  throw new OperationError('LimitExceeded', message);
}
