import { OperationError } from '../errors.ts';
import { loosenedBy } from '../loosened.ts';
import type { Operation } from '../operation.ts';
import type { Params, Result } from '../params.ts';
import { type Conditions, noteParameters, requireEntity } from './entities.ts';
import { boundaryCondition, type Holder, type HolderKind } from './holders.ts';
import { pageOfItems } from './item-pages.ts';
import { ATTACHED_POLICIES_MAX } from './limits.ts';
import { defaultDocument, holdPolicy, policies } from './policies.ts';

/** `Attach…Policy`, `Detach…Policy` and `ListAttached…Policies` of one kind of holders. */
export function attachmentOperations<Kept extends Holder>(kind: HolderKind<Kept>): readonly Operation[] {
  const { member, title, word } = kind;
  return [
    {
      name: `Attach${title}Policy`,
      action: `${word}.attach-policy`,
      run(attempt, params) {
        const policyArn = params.text('policyArn');
        noteParameters(attempt, { policy: policyArn });
        const record = requireEntity(attempt, kind, params.text(member), `Attach${title}Policy`, (known) =>
          attachmentConditions(known, policyArn),
        );
        const policy = holdPolicy(attempt, policyArn);
        const before = record.attached ?? [];
        const attached = before.includes(policyArn) ? before : [...before, policyArn];
        if (attached.length > ATTACHED_POLICIES_MAX) {
          const message = `Cannot exceed quota for PoliciesPer${title}: ${ATTACHED_POLICIES_MAX}`;
          throw new OperationError('LimitExceeded', message);
        }
        kind.write(attempt, { ...record, attached });
        const change = before.includes(policyArn) ? {} : { after: defaultDocument(policy) };
        attempt.note.change = {
          before: { attached: before },
          after: { attached, loosened: loosenedBy(change, 'identity', attempt.account) },
        };
        return {};
      },
    },
    {
      name: `Detach${title}Policy`,
      action: `${word}.detach-policy`,
      run(attempt, params) {
        const policyArn = params.text('policyArn');
        noteParameters(attempt, { policy: policyArn });
        const record = requireEntity(attempt, kind, params.text(member), `Detach${title}Policy`, (known) =>
          attachmentConditions(known, policyArn),
        );
        const before = record.attached ?? [];
        if (!before.includes(policyArn)) throw new OperationError('NotFound', policies.missing(policyArn));
        const attached = before.filter((arn) => arn !== policyArn);
        kind.write(attempt, { ...record, attached });
        const change = { before: defaultDocument(policies.find(attempt, policyArn)) };
        attempt.note.change = {
          before: { attached: before },
          after: { attached, loosened: loosenedBy(change, 'identity', attempt.account) },
        };
        return {};
      },
    },
    {
      name: `ListAttached${title}Policies`,
      action: `${word}.list-attached-policies`,
      run(attempt, params) {
        const record = requireEntity(attempt, kind, params.text(member), `ListAttached${title}Policies`);
        const arns = (record.attached ?? []).filter((arn) => isUnderPath(arn, params));
        const { items, isTruncated, marker } = pageOfItems(arns, params, policyNameOf);
        return { attachedPolicies: items.map(describeAttached), isTruncated, marker };
      },
    },
  ];
}

function attachmentConditions(record: Holder | undefined, policyArn: string): Conditions {
  return { ...boundaryCondition(record), 'iam:policyarn': [policyArn] };
}

/** A managed policy as it is listed where it is attached. */
export function describeAttached(arn: string): Result {
  return { policyArn: arn, policyName: policyNameOf(arn) };
}

/** Names are unique in their account, and nobody attaches policies of two accounts. */
function policyNameOf(arn: string): string {
  return arn.slice(arn.lastIndexOf('/') + 1);
}

function isUnderPath(arn: string, params: Params): boolean {
  const path = arn.slice(arn.indexOf('/'), arn.lastIndexOf('/') + 1);
  return path.startsWith(params.optionalText('pathPrefix') ?? '/');
}
