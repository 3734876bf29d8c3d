import type { IdentityTag } from '../identity/index.ts';
import { type EncryptionContext, keyName, multiRegionType } from '../keys/index.ts';
import type { ConditionLookup } from '../policy/index.ts';
import type { AccessQuestion, Asker } from './access-question.ts';
import { localHour, localWeekday } from './local-time.ts';

const ENCRYPTION_CONTEXT_PREFIX = 'kms:encryptioncontext:';
const RESOURCE_TAG_PREFIXES = ['aws:resourcetag/', 'iam:resourcetag/'] as const;
const PRINCIPAL_TAG_PREFIX = 'aws:principaltag/';
const HOUR_PREFIX = 'keywitness:hourofday/';
const WEEKDAY_PREFIX = 'keywitness:dayofweek/';
/** A session that carries this tag has a reason for all that it does. */
const JUSTIFICATION_TAG = 'justification';
const DAY_MS = 86_400_000;

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
      fromSession(asker, name) ??
      fromResource(asker, question, name) ??
      fromKey(asker, question, name) ??
      fromEncryptionContext(name) ??
      fromClock(asker.nowMs, name)
    );
  };
}

function fromCaller(asker: Asker, name: string): readonly string[] | undefined {
  const { account, arn, federatedBy, record, userId } = asker.principal;
  const { client } = asker.request;
  switch (name) {
    case 'aws:principalarn':
      // As AWS has it: for a session of a role this is the role, so that a policy can name it once for all sessions.
      return [record.type === 'role' ? record.arn : arn];
    case 'aws:principalaccount':
    case 'kms:calleraccount':
      return account === '' ? undefined : [account];
    case 'aws:username':
      // What an identity provider calls somebody is no name of a user here.
      return record.type === 'role' || federatedBy !== undefined ? undefined : [record.name];
    case 'aws:userid':
      return [userId];
    case 'aws:principaltype':
      return federatedBy !== undefined ? undefined : [record.type === 'role' ? 'AssumedRole' : 'User'];
    case 'aws:principalisawsservice':
    case 'aws:viaawsservice':
      return ['false'];
    case 'aws:requestedregion':
      return [asker.place.region];
    case 'aws:sourceip':
      return [client.address];
    case 'aws:useragent':
      return client.userAgent === undefined ? undefined : [client.userAgent];
    case 'aws:securetransport':
      return [client.tlsVersion === undefined ? 'false' : 'true'];
    case 'aws:principalorgid':
      return account === '' ? undefined : listOf(asker.state.organization?.id);
    case 'keywitness:approvalpresent':
      // Approvals by a second person come here; until there are any, none is present.
      return ['false'];
    case 'keywitness:justification':
      return listOf(asker.request.justification ?? sessionTag(asker, JUSTIFICATION_TAG));
    default:
      return name.startsWith(PRINCIPAL_TAG_PREFIX)
        ? listOf(principalTag(asker, name.slice(PRINCIPAL_TAG_PREFIX.length)))
        : undefined;
  }
}

/** Long-lived credentials have none of these, as in AWS. */
function fromSession({ principal, nowMs }: Asker, name: string): readonly string[] | undefined {
  const { session } = principal;
  if (session === undefined) return undefined;
  const { federation, issuedAtMs, mfa, mfaAtMs, sourceIdentity } = session;
  switch (name) {
    case 'aws:tokenissuetime':
      return [new Date(issuedAtMs).toISOString()];
    case 'aws:multifactorauthpresent':
      return [String(mfa === true)];
    case 'aws:multifactorauthage':
      return mfaAtMs === undefined ? undefined : [String(Math.max(0, Math.floor((nowMs - mfaAtMs) / 1000)))];
    case 'aws:sourceidentity':
      return listOf(sourceIdentity);
    case 'aws:federatedprovider':
      return listOf(federation?.provider);
    default:
      break;
  }
  if (federation === undefined) return undefined;
  const prefix = federation.issuer
    .replace(/^https?:\/\//, '')
    .replace(/\/$/, '')
    .toLowerCase();
  if (name === `${prefix}:sub`) return [federation.subject];
  return name === `${prefix}:aud` ? [federation.audience] : undefined;
}

/** A session's own tags come before those of its role. */
function principalTag(asker: Asker, wanted: string): string | undefined {
  return sessionTag(asker, wanted) ?? tagOf(asker.principal.record.tags, wanted);
}

function sessionTag({ principal }: Asker, wanted: string): string | undefined {
  return tagOf(principal.session?.tags, wanted);
}

function tagOf(tags: readonly IdentityTag[] | undefined, wanted: string): string | undefined {
  return tags?.find(({ key }) => key.toLowerCase() === wanted)?.value;
}

function fromResource(asker: Asker, question: AccessQuestion, name: string): readonly string[] | undefined {
  if (name === 'aws:resourceaccount') return [ownerOf(asker, question)];
  if (name === 'aws:resourceorgid') return listOf(asker.state.organization?.id);
  const tags = question.key?.record.tags ?? question.resourceTags;
  if (tags === undefined) return undefined;
  const prefix = RESOURCE_TAG_PREFIXES.find((candidate) => name.startsWith(candidate));
  if (prefix === undefined) return undefined;
  const wanted = name.slice(prefix.length);
  return tags.filter(({ key }) => key.toLowerCase() === wanted).map(({ value }) => value);
}

/** The account that owns what a question is about: what is no key belongs to the caller's account unless said. */
export function ownerOf({ principal }: Asker, { key, resourceAccount }: AccessQuestion): string {
  return key?.record.account ?? resourceAccount ?? principal.account;
}

function fromKey(
  { nowMs, request, state }: Asker,
  question: AccessQuestion,
  name: string,
): readonly string[] | undefined {
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
      return [String(record.multiRegion !== undefined)];
    case 'kms:multiregionkeytype':
      return listOf(multiRegionType(record));
    case 'kms:trailingdayswithoutkeyusage': {
      if (request.keyUse === undefined || question.permission === 'kms:GetKeyLastUsage') return undefined;
      // Whoever looks at a key that was never used counts from its creation.
      const sinceMs = request.keyUse.lastMs ?? record.createdAtMs;
      return [String(Math.max(0, Math.floor((nowMs - sinceMs) / DAY_MS)))];
    }
    case 'kms:resourcealiases':
      // INVARIANT: whatever changes a key's aliases writes the key, so that decisions on it are judged again (G5).
      return state.aliasNames.ofKey(keyName(record));
    default:
      return undefined;
  }
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

function fromClock(nowMs: number, name: string): readonly string[] | undefined {
  if (name === 'aws:currenttime') return [new Date(nowMs).toISOString()];
  if (name === 'aws:epochtime') return [String(Math.floor(nowMs / 1000))];
  if (name.startsWith(HOUR_PREFIX)) return listOf(localHour(nowMs, name.slice(HOUR_PREFIX.length)));
  if (name.startsWith(WEEKDAY_PREFIX)) return listOf(localWeekday(nowMs, name.slice(WEEKDAY_PREFIX.length)));
  return undefined;
}

function listOf(value: string | undefined): readonly string[] | undefined {
  return value === undefined ? undefined : [value];
}
