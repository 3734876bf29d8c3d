import { sha256Hex } from '../../crypto/index.ts';
import type { InlinePolicy } from '../../identity/index.ts';
import { lintPolicy, parsePolicy, type PolicyDocument, PolicyError } from '../../policy/index.ts';
import { OperationError } from '../errors.ts';
import { loosenedBy } from '../loosened.ts';
import type { Operation } from '../operation.ts';
import type { Params } from '../params.ts';
import { writePolicyDocument } from '../principal-records.ts';
import { warningNotes } from '../warning-notes.ts';
import { requireLevel, withGuardrail } from './guardrails.ts';
import { authorizeForOrganization } from './organization-access.ts';

/** `PutGuardrail`: limits what policies of an account, or of all but the management account, can allow (G5). */
export const putGuardrail: Operation = {
  name: 'PutGuardrail',
  action: 'guardrail.put',
  run(attempt, params) {
    const name = params.text('guardrailName');
    const accountId = params.optionalText('accountId');
    attempt.note.parameters = { accountId, force: params.flag('force'), guardrail: name };
    authorizeForOrganization(attempt, 'keywitness:PutGuardrail');
    const level = requireLevel(attempt, params);
    const document = params.text('document');
    const warnings = lintPolicy(readGuardrail(document), { use: 'guardrail' });
    const guardrails = withGuardrail(level.guardrails, { name, document });
    refuseDenyingAll(guardrails, params);
    const before = level.guardrails.find((one) => one.name === name);
    attempt.note.change = {
      ...(before === undefined ? {} : { before: { policySha256: sha256Hex(before.document) } }),
      after: {
        loosened: loosenedBy({ before: before?.document, after: document }, 'identity', attempt.account),
        policySha256: writePolicyDocument(attempt, document),
        warnings: warningNotes(warnings),
      },
    };
    return { ...level.write(guardrails), warnings };
  },
};

/** Guardrails allow nothing by themselves, but what none of a level allows is denied: one that only denies denies all. */
function refuseDenyingAll(guardrails: readonly InlinePolicy[], params: Params): void {
  if (params.flag('force')) return;
  const statements = guardrails.flatMap(({ document }) => readGuardrail(document).statements);
  if (statements.some(({ effect }) => effect === 'Allow')) return;
  const message =
    'this would deny everything: a level with guardrails needs one that allows; pass `force` to do it';
  throw new OperationError('InvalidState', message);
}

function readGuardrail(document: string): PolicyDocument {
  try {
    return parsePolicy(document, 'identity');
  } catch (error) {
    if (!(error instanceof PolicyError)) throw error;
    throw new OperationError('MalformedPolicy', error.message, { cause: error });
  }
}
