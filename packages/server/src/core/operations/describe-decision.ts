import type { EventDecision } from '../audit/index.ts';
import type { EncryptionContext } from '../keys/index.ts';
import type { Decision } from '../policy/index.ts';
import type { AccessQuestion } from './access-question.ts';

/** Condition keys of questions that are told by other members of the event: its keys, its algorithm, its parameters. */
const TOLD_ELSEWHERE: ReadonlySet<string> = new Set([
  'kms:datakeypairspec',
  'kms:encryptionalgorithm',
  'kms:keyagreementalgorithm',
  'kms:macalgorithm',
  'kms:messagetype',
  'kms:reencryptonsamekey',
  'kms:requestalias',
  'kms:signingalgorithm',
]);
/** Names of claims that identities are told by; of a person's other claims nothing is recorded. */
const TOLD_CLAIMS = /:(?:aud|sub)$/;
const OWN_KEYS = /^(?:aws|iam|keywitness|kms|sts):/;
/** What a decision may say of conditions, in UTF-16 units as JSON. */
const CONDITIONS_MAX = 4096;

/** What an event says besides its decisions. */
interface Told {
  readonly context?: EncryptionContext | undefined;
  readonly sourceContext?: EncryptionContext | undefined;
}

/**
 * How the record shows a decision, so that the question can be asked again from the event alone. Members stand in
 * canonical order: see `eventOf`. For the use of a key everything is told elsewhere, and nothing is repeated here.
 */
export function describeDecision(decision: Decision, question: AccessQuestion, told: Told): EventDecision {
  const { by, effect, missing, via } = decision;
  const conditions = conditionsToTell(question, told);
  const isClipped = conditions !== undefined && JSON.stringify(conditions).length > CONDITIONS_MAX;
  return {
    conditions: isClipped ? undefined : conditions,
    conditionsClipped: isClipped ? true : undefined,
    effect,
    grant: via?.policyKind === 'grant' ? via.policyName : undefined,
    permission: question.permission,
    policy: by?.policyName,
    policyKind: by?.policyKind ?? missing,
    policySha256: by?.policySha256,
    resource: question.resource,
    statement: by === undefined ? undefined : (by.sid ?? `#${by.statementIndex}`),
  };
}

function conditionsToTell(question: AccessQuestion, told: Told): EventDecision['conditions'] {
  const { conditions, encryptionContext: context, key, resourceAccount, resourceTags = [] } = question;
  const names = Object.keys(conditions ?? {}).filter(isUntold);
  const isContextTold = context === undefined || context === told.context || context === told.sourceContext;
  const isOwnerTold = key !== undefined || resourceAccount === undefined;
  const tags = key === undefined ? resourceTags : [];
  if (names.length === 0 && isContextTold && isOwnerTold && tags.length === 0) return undefined;
  const values: Record<string, readonly string[]> = {};
  if (!isOwnerTold) values['aws:resourceaccount'] = [resourceAccount];
  for (const { key: name, value } of tags) {
    const lower = `aws:resourcetag/${name.toLowerCase()}`;
    values[lower] = [...(values[lower] ?? []), value];
  }
  if (!isContextTold) {
    values['kms:encryptioncontextkeys'] = Object.keys(context);
    for (const [name, value] of Object.entries(context)) {
      const lower = `kms:encryptioncontext:${name.toLowerCase()}`;
      values[lower] = [...(values[lower] ?? []), value];
    }
  }
  for (const name of names) values[name] = conditions?.[name] ?? [];
  return Object.fromEntries(Object.entries(values).sort(([left], [right]) => (left < right ? -1 : 1)));
}

function isUntold(name: string): boolean {
  return !TOLD_ELSEWHERE.has(name) && (OWN_KEYS.test(name) || TOLD_CLAIMS.test(name));
}
