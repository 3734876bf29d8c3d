import type { InlinePolicy } from '../../identity/index.ts';
import type { Attempt } from '../attempt.ts';
import { OperationError } from '../errors.ts';
import type { Params, Result } from '../params.ts';
import { describeAccount, requireAccount, writeAccount } from './accounts.ts';
import { requireOrganization } from './organization-access.ts';
import { describeOrganization } from './organizations.ts';

/** AWS's quota. */
const GUARDRAILS_MAX = 5;

/** Where a guardrail is put: over all accounts, or over one. */
export interface GuardrailLevel {
  readonly guardrails: readonly InlinePolicy[];
  /** Declares the new guardrails as an effect; answers the level as it is shown. */
  write(guardrails: readonly InlinePolicy[]): Result;
}

/**
 * The level that the request is about.
 *
 * @throws OperationError `InvalidInput` for the management account, which no guardrail limits; `NotFound`.
 */
export function requireLevel(attempt: Attempt, params: Params): GuardrailLevel {
  const id = params.optionalText('accountId');
  if (id === undefined) {
    const record = requireOrganization(attempt);
    return {
      guardrails: record.guardrails,
      write(guardrails) {
        attempt.write('organization:main', { ...record, guardrails });
        return describeOrganization({ ...record, guardrails });
      },
    };
  }
  if (id === attempt.place.account) {
    throw new OperationError('InvalidInput', 'no guardrail limits the management account');
  }
  const record = requireAccount(attempt, id);
  return {
    guardrails: record.guardrails,
    write(guardrails) {
      writeAccount(attempt, { ...record, guardrails });
      return describeAccount({ ...record, guardrails });
    },
  };
}

/**
 * Puts a guardrail in the place of the one with its name, or behind the others.
 *
 * @throws OperationError `LimitExceeded`.
 */
export function withGuardrail(
  guardrails: readonly InlinePolicy[],
  added: InlinePolicy,
): readonly InlinePolicy[] {
  const isReplaced = guardrails.some(({ name }) => name === added.name);
  if (isReplaced) return guardrails.map((one) => (one.name === added.name ? added : one));
  if (guardrails.length < GUARDRAILS_MAX) return [...guardrails, added];
  throw new OperationError('LimitExceeded', `a level has at most ${GUARDRAILS_MAX} guardrails`);
}
