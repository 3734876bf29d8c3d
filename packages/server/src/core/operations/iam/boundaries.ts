import type { RoleRecord, UserRecord } from '../../identity/index.ts';
import { OperationError } from '../errors.ts';
import type { Operation } from '../operation.ts';
import { noteParameters, requireEntity } from './entities.ts';
import { boundaryCondition, type HolderKind } from './holders.ts';
import { holdPolicy } from './policies.ts';

/** `Put…PermissionsBoundary` and `Delete…PermissionsBoundary` of users or roles. */
export function boundaryOperations<Kept extends UserRecord | RoleRecord>(
  kind: HolderKind<Kept>,
): readonly Operation[] {
  const { member, title, word } = kind;
  return [
    {
      name: `Put${title}PermissionsBoundary`,
      action: `${word}.put-boundary`,
      run(attempt, params) {
        const boundary = params.text('permissionsBoundary');
        noteParameters(attempt, { boundary });
        // Asked with the boundary that is to be: who may give one boundary alone cannot exchange it for another.
        const conditions = { 'iam:permissionsboundary': [boundary] };
        const permission = `Put${title}PermissionsBoundary`;
        const record = requireEntity(attempt, kind, params.text(member), permission, () => conditions);
        holdPolicy(attempt, boundary);
        kind.write(attempt, { ...record, boundary });
        attempt.note.change = { before: { boundary: record.boundary }, after: { boundary } };
        return {};
      },
    },
    {
      name: `Delete${title}PermissionsBoundary`,
      action: `${word}.delete-boundary`,
      run(attempt, params) {
        const permission = `Delete${title}PermissionsBoundary`;
        const record = requireEntity(attempt, kind, params.text(member), permission, boundaryCondition);
        if (record.boundary === undefined) {
          const message = `The ${word} with name ${record.name} does not have a permissions boundary.`;
          throw new OperationError('NotFound', message);
        }
        kind.write(attempt, { ...record, boundary: undefined });
        attempt.note.change = {
          before: { boundary: record.boundary },
          after: { loosened: ['boundary-removed'] },
        };
        return {};
      },
    },
  ];
}
