import type { ConditionLookup } from '../policy/index.ts';
import type { AccessQuestion, Attempt } from './attempt.ts';

const ENCRYPTION_CONTEXT_PREFIX = 'kms:encryptioncontext:';
const RESOURCE_TAG_PREFIX = 'aws:resourcetag/';

/**
 * Answers condition keys for one question (`spec/policy.md`, "condition keys"). Nothing is computed unless a policy
 * asks for it.
 */
export function conditionLookup(attempt: Attempt, question: AccessQuestion): ConditionLookup {
  return (name, original) => {
    const asked = question.conditions?.[name];
    if (asked !== undefined) return asked;
    const transport = attempt.request.conditions?.[name];
    if (transport !== undefined) return transport;
    return (
      fromCaller(attempt, name) ??
      fromKey(question, name, original ?? name) ??
      fromEncryptionContext(question, name, original ?? name) ??
      fromClock(attempt, name)
    );
  };
}

function fromCaller(attempt: Attempt, name: string): readonly string[] | undefined {
  const { record } = attempt.principal;
  switch (name) {
    case 'aws:principalarn':
      return [record.arn];
    case 'aws:principalaccount':
    case 'kms:calleraccount':
      return [record.account];
    case 'aws:username':
      return [record.name];
    case 'aws:userid':
      return [record.uniqueId];
    case 'aws:principaltype':
      return ['User'];
    case 'aws:requestedregion':
      return [attempt.place.region];
    case 'aws:sourceip':
      return [attempt.request.client.address];
    case 'aws:useragent':
      return attempt.request.client.userAgent === undefined ? undefined : [attempt.request.client.userAgent];
    case 'aws:securetransport':
      return [attempt.request.client.tlsVersion === undefined ? 'false' : 'true'];
    default:
      return undefined;
  }
}

function fromKey(question: AccessQuestion, name: string, original: string): readonly string[] | undefined {
  const record = question.key?.record;
  if (record === undefined) return undefined;
  switch (name) {
    case 'kms:keyspec':
    case 'kms:customermasterkeyspec':
      return [record.spec];
    case 'kms:keyusage':
    case 'kms:customermasterkeyusage':
      return [record.usage];
    case 'kms:keyorigin':
      return [record.origin];
    case 'kms:multiregion':
      return ['false'];
    default:
      break;
  }
  if (!name.startsWith(RESOURCE_TAG_PREFIX)) return undefined;
  const tagKey = original.slice(RESOURCE_TAG_PREFIX.length);
  const tag = record.tags.find((candidate) => candidate.key === tagKey);
  return tag === undefined ? undefined : [tag.value];
}

function fromEncryptionContext(
  question: AccessQuestion,
  name: string,
  original: string,
): readonly string[] | undefined {
  const context = question.encryptionContext;
  if (context === undefined) return undefined;
  if (name === 'kms:encryptioncontextkeys') return Object.keys(context);
  if (!name.startsWith(ENCRYPTION_CONTEXT_PREFIX)) return undefined;
  const pair = original.slice(ENCRYPTION_CONTEXT_PREFIX.length);
  return Object.hasOwn(context, pair) ? [context[pair] ?? ''] : undefined;
}

function fromClock(attempt: Attempt, name: string): readonly string[] | undefined {
  if (name === 'aws:currenttime') return [new Date(attempt.nowMs).toISOString()];
  if (name === 'aws:epochtime') return [String(Math.floor(attempt.nowMs / 1000))];
  return undefined;
}
