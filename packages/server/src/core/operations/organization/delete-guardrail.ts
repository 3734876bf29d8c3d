import { sha256Hex } from '../../crypto/index.ts';
import { OperationError } from '../errors.ts';
import { loosenedBy, loosening } from '../loosened.ts';
import type { Operation } from '../operation.ts';
import { requireLevel } from './guardrails.ts';
import { authorizeForOrganization } from './organization-access.ts';

/** `DeleteGuardrail`: a level without guardrails has no limit. */
export const deleteGuardrail: Operation = {
  name: 'DeleteGuardrail',
  action: 'guardrail.delete',
  run(attempt, params) {
    const name = params.text('guardrailName');
    attempt.note.parameters = { accountId: params.optionalText('accountId'), guardrail: name };
    authorizeForOrganization(attempt, 'keywitness:DeleteGuardrail');
    const level = requireLevel(attempt, params);
    const before = level.guardrails.find((one) => one.name === name);
    if (before === undefined) throw new OperationError('NotFound', `there is no guardrail \`${name}\``);
    attempt.note.change = {
      before: { policySha256: sha256Hex(before.document) },
      ...loosening(loosenedBy({ before: before.document }, 'identity', attempt.account)),
    };
    return level.write(level.guardrails.filter((one) => one !== before));
  },
};
