import type { EncryptionContext } from '../keys/index.ts';
import type { ConditionLookup } from '../policy/index.ts';
import type { AccessQuestion, Asker } from './access-question.ts';

const ENCRYPTION_CONTEXT_PREFIX = 'kms:encryptioncontext:';
const RESOURCE_TAG_PREFIX = 'aws:resourcetag/';

/**
 * Answers condition keys for one question (`spec/policy.md`, "condition keys"). Nothing is computed unless a policy
 * asks for it.
 */
export function conditionLookup(asker: Asker, question: AccessQuestion): ConditionLookup {
  const fromEncryptionContext = encryptionContextLookup(question.encryptionContext);
  return (name) => {
    const asked = question.conditions?.[name];
    if (asked !== undefined) return asked;
    const transport = asker.request.conditions?.[name];
    if (transport !== undefined) return transport;
    return (
      fromCaller(asker, name) ??
      fromResource(asker, question, name) ??
      fromKey(question, name) ??
      fromEncryptionContext(name) ??
      fromClock(asker, name)
    );
  };
}

function fromCaller(asker: Asker, name: string): readonly string[] | undefined {
  const { record } = asker.principal;
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
    case 'aws:principalisawsservice':
    case 'aws:viaawsservice':
      return ['false'];
    case 'aws:requestedregion':
      return [asker.place.region];
    case 'aws:sourceip':
      return [asker.request.client.address];
    case 'aws:useragent':
      return asker.request.client.userAgent === undefined ? undefined : [asker.request.client.userAgent];
    case 'aws:securetransport':
      return [asker.request.client.tlsVersion === undefined ? 'false' : 'true'];
    default:
      return undefined;
  }
}

/** What is no key belongs to the account of the service. */
function fromResource(asker: Asker, { key }: AccessQuestion, name: string): readonly string[] | undefined {
  return name === 'aws:resourceaccount' ? [key?.record.account ?? asker.place.account] : undefined;
}

function fromKey(question: AccessQuestion, name: string): readonly string[] | undefined {
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
  const tagKey = name.slice(RESOURCE_TAG_PREFIX.length);
  return record.tags.filter(({ key }) => key.toLowerCase() === tagKey).map(({ value }) => value);
}

/**
 * Condition keys know no upper and lower case, the names of pairs do: where several pairs answer to one key, all of
 * their values are handed out, and policy takes the one that is worst for the caller. A policy may ask for hundreds of
 * pairs of a context that has hundreds, so the names are put in order once.
 */
function encryptionContextLookup(context: EncryptionContext | undefined): ConditionLookup {
  if (context === undefined) return () => undefined;
  let byName: ReadonlyMap<string, readonly string[]> | undefined;
  return (name) => {
    if (name === 'kms:encryptioncontextkeys') return Object.keys(context);
    if (!name.startsWith(ENCRYPTION_CONTEXT_PREFIX)) return undefined;
    byName ??= valuesByName(context);
    return byName.get(name.slice(ENCRYPTION_CONTEXT_PREFIX.length)) ?? [];
  };
}

function valuesByName(context: EncryptionContext): ReadonlyMap<string, readonly string[]> {
  const byName = new Map<string, string[]>();
  for (const [name, value] of Object.entries(context)) {
    const values = byName.get(name.toLowerCase());
    if (values === undefined) byName.set(name.toLowerCase(), [value]);
    else values.push(value);
  }
  return byName;
}

function fromClock(asker: Asker, name: string): readonly string[] | undefined {
  if (name === 'aws:currenttime') return [new Date(asker.nowMs).toISOString()];
  if (name === 'aws:epochtime') return [String(Math.floor(asker.nowMs / 1000))];
  return undefined;
}
