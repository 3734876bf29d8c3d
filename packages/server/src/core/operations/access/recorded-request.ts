import type { Actor, ActorSession, AuditEvent, EventDecision, EventKey } from '../../audit/index.ts';
import { principalId, principalIdOf, type Session } from '../../identity/index.ts';
import { type Key, keyName } from '../../keys/index.ts';
import { grantsReaching } from '../access-case.ts';
import type { AccessQuestion, Asker, Place } from '../access-question.ts';
import type { AttemptRequest } from '../attempt-request.ts';
import { isWithin, recordedTerms, retirementsOf } from '../kms/index.ts';
import { federatedPrincipal, type Principal, principalFrom, principalInSession } from '../principal.ts';
import type { Replica } from '../replica.ts';
import { placeIn } from '../regions.ts';
import { findKeyByArn, keyIdOf } from '../find-key.ts';
import type { StateView } from './state-view.ts';

/** Why a recorded question cannot be asked again (`spec/access-analysis.md`, "recorded requests"). */
export type NotAskable =
  | 'counted'
  | 'clipped'
  | 'principal-gone'
  | 'resource-gone'
  | 'session-policy-gone'
  | 'value-not-recorded';

/** What it takes to ask again. */
export interface RecordedSources {
  readonly place: Place;
  /** When quarantines are looked at; absent where only policies are compared. */
  readonly nowMs?: number;
  /** A policy's text by its SHA-256, if it is kept. */
  readonly document: (sha256: string) => string | undefined;
}

const ASSUMED_ROLE = /^arn:aws:sts::([0-9]{12}):assumed-role\/([^/]+)\/(.+)$/;
const KEY_ARN = /^arn:aws:kms:[^:]*:[0-9]{12}:key\/(.+)$/;
const ROLE_ASSUMPTION: ReadonlySet<string> = new Set([
  'sts:AssumeRole',
  'sts:AssumeRoleWithWebIdentity',
  'sts:SetSourceIdentity',
  'sts:TagSession',
]);
const RE_ENCRYPT: ReadonlySet<string> = new Set(['kms:ReEncryptFrom', 'kms:ReEncryptTo']);
/** What grants can allow, by permission: KMS's name of the operation stands behind the colon. */
const SERVICE = 'kms:';
const ALGORITHMS_MAX = 100;
const RESOURCE_TAG = 'aws:resourcetag/';

/** Why nothing of an event can be asked again; `undefined` when it can. */
export function wholeEventProblem({ clipped, count }: AuditEvent): NotAskable | undefined {
  if (count !== undefined && count > 1) return 'counted';
  return clipped === true ? 'clipped' : undefined;
}

/**
 * What is the same for all questions of one actor about one permission and resource, as the state has it. `principalOf`
 * takes the actor of one event: sessions differ.
 */
export interface RecordedSubject {
  readonly view: StateView;
  readonly place: Place;
  readonly principalOf: (actor: Actor) => Principal;
  readonly about: Partial<AccessQuestion>;
}

/** A question as it was asked, ready to be asked again by the code that live requests are judged by. */
export interface RecordedCase {
  readonly asker: Asker;
  readonly question: AccessQuestion;
}

/** Finds whom and what a recorded decision was about. */
export function recordedSubject(
  actor: Actor,
  decision: EventDecision,
  view: StateView,
  sources: RecordedSources,
): RecordedSubject | NotAskable {
  const principalOf = principalOfActors(actor, view, sources);
  if (typeof principalOf === 'string') return principalOf;
  const { permission, resource } = decision;
  const key = findKeyByArn(view, resource);
  // Of a key of another account that there was not, policy was asked without a key.
  const isForeign = decision.conditions?.['aws:resourceaccount'] !== undefined;
  if (KEY_ARN.test(resource) && key === undefined && !isForeign) return 'resource-gone';
  const grantOperation = permission.startsWith(SERVICE) ? permission.slice(SERVICE.length) : undefined;
  const about = key === undefined ? resourceOf(decision, view) : { key, grantOperation };
  return about === undefined ? 'resource-gone' : { view, place: sources.place, principalOf, about };
}

/** Rebuilds the question of one recorded decision. */
export function recordedCase(
  event: AuditEvent,
  decision: EventDecision,
  { about, place, principalOf, view }: RecordedSubject,
): RecordedCase | NotAskable {
  const { permission, resource } = decision;
  const principal = principalOf(event.actor);
  const grants = grantsAsked(event, decision, about.key, principal, view);
  if (grants === 'resource-gone') return grants;
  return {
    asker: new RecordedAsker(event, principal, view.peek, place),
    question: {
      permission,
      resource,
      key: about.key,
      resourceAccount: about.resourceAccount,
      resourcePolicy: about.resourcePolicy,
      resourceTags: about.key === undefined ? tagsToldBy(decision) : undefined,
      grantOperation: about.grantOperation,
      grants,
      encryptionContext: permission === 'kms:ReEncryptFrom' ? event.sourceContext : event.context,
      // What the event tells of its keys is about decisions on keys alone.
      conditions: about.key === undefined ? decision.conditions : conditionsOf(event, decision, view),
    },
  };
}

/** The same question put to another state. */
export function sameCase(
  { question }: RecordedCase,
  event: AuditEvent,
  { about, place, principalOf, view }: RecordedSubject,
): RecordedCase {
  return {
    asker: new RecordedAsker(event, principalOf(event.actor), view.peek, place),
    question: { ...question, key: about.key, resourcePolicy: about.resourcePolicy },
  };
}

/** Who asked, when and from where. The time is read when a policy asks for it. */
class RecordedAsker implements Asker {
  readonly principal: Principal;
  readonly request: AttemptRequest;
  readonly place: Place;
  readonly state: Replica;
  readonly #time: string;
  #nowMs: number | undefined;

  constructor(event: AuditEvent, principal: Principal, state: Replica, place: Place) {
    const { client, justification, protocol, requestId } = event;
    this.principal = principal;
    this.request = { requestId, client, protocol, startedMs: 0, justification };
    this.place = placeIn(place, event.protocol.region);
    this.state = state;
    this.#time = event.time;
  }

  get nowMs(): number {
    this.#nowMs ??= Date.parse(this.#time);
    return this.#nowMs;
  }
}

function principalOfActors(
  actor: Actor,
  view: StateView,
  sources: RecordedSources,
): RecordedSubject['principalOf'] | NotAskable {
  const { arn = '', session } = actor;
  if (actor.type === 'web-identity') return webIdentity;
  const [, account, role] = ASSUMED_ROLE.exec(arn) ?? [];
  const id =
    account === undefined || role === undefined ? principalIdOf(arn) : principalId(account, 'role', role);
  const stored = id === undefined ? undefined : view.principal(id);
  if (id === undefined || stored === undefined) return 'principal-gone';
  if (session === undefined) {
    const principal = principalFrom(stored);
    return () => principal;
  }
  const policies = sessionPolicies(session, sources);
  if (policies === undefined) return 'session-policy-gone';
  return (acting) => principalInSession(stored, sessionOf(acting, acting.session ?? session, id, policies));
}

/** Condition keys whose values the event does not tell for sure. */
export function untoldKeys({ client }: AuditEvent): ReadonlySet<string> {
  // A proxy may have said otherwise than the connection to it shows.
  return client.proxies === undefined ? NOTHING : BEHIND_PROXIES;
}

const NOTHING: ReadonlySet<string> = new Set();
const BEHIND_PROXIES: ReadonlySet<string> = new Set(['aws:securetransport']);

/** The grants that had a say, where these are not simply those that reach the caller. */
function grantsAsked(
  { parameters }: AuditEvent,
  { permission, policyKind }: EventDecision,
  key: Key | undefined,
  principal: Principal,
  view: StateView,
): AccessQuestion['grants'] | 'resource-gone' {
  if (key === undefined) return undefined;
  const { grants } = view.peek;
  if (permission === 'kms:RetireGrant') {
    const wanted = parameters?.['grantId'];
    const grant = typeof wanted === 'string' ? grants.get(`${keyName(key.record)}/${wanted}`) : undefined;
    if (grant !== undefined) return retirementsOf({ principal }, grant.record);
    return policyKind === 'grant' ? 'resource-gone' : [];
  }
  if (permission !== 'kms:CreateGrant') return undefined;
  const terms = recordedTerms(parameters);
  return grantsReaching(view.peek, principal, key).filter(({ record }) => isWithin(terms, record));
}

/** Of what is no key: its owner, and for a role its trust policy. */
function resourceOf(decision: EventDecision, view: StateView): Partial<AccessQuestion> | undefined {
  const { conditions, permission, resource } = decision;
  const resourceAccount = conditions?.['aws:resourceaccount']?.[0];
  const id = principalIdOf(resource);
  const principal = id === undefined ? undefined : view.principal(id);
  const isAssumption = ROLE_ASSUMPTION.has(permission);
  const trust = isAssumption ? principal?.trust() : undefined;
  if (isAssumption && trust === undefined) return undefined;
  return { resourceAccount, resourcePolicy: trust };
}

/** The tags of what is no key, as they were. */
function tagsToldBy({ conditions }: EventDecision): AccessQuestion['resourceTags'] {
  return Object.entries(conditions ?? {}).flatMap(([name, values]) =>
    name.startsWith(RESOURCE_TAG)
      ? values.map((value) => ({ key: name.slice(RESOURCE_TAG.length), value }))
      : [],
  );
}

/** Most uses of keys tell nothing but their algorithm. */
const ALGORITHMS = new Map<string, Readonly<Record<string, readonly string[]>>>();

/** What the event and its decision tell: the inverse of `describeDecision`. */
function conditionsOf(
  event: AuditEvent,
  { conditions, permission, resource }: EventDecision,
  view: StateView,
): AccessQuestion['conditions'] {
  const alias = aliasOf(permission === 'kms:ReEncryptFrom' ? event.sourceKey : event.key);
  const isReEncrypt = RE_ENCRYPT.has(permission);
  const algorithm = algorithmOf(event, permission);
  if (alias === undefined && !isReEncrypt && conditions === undefined) return algorithm;
  const told: Record<string, readonly string[]> = { ...conditions, ...algorithm };
  if (alias !== undefined) told['kms:requestalias'] = [alias];
  if (isReEncrypt) {
    const other = permission === 'kms:ReEncryptFrom' ? event.key : event.sourceKey;
    const account = event.actor.account ?? '';
    const otherId = other?.id ?? keyIdOf(view.peek, account, other?.requested ?? '');
    told['kms:reencryptonsamekey'] = [String(otherId !== undefined && resource.endsWith(`/${otherId}`))];
  }
  return told;
}

/** The condition keys that a use of a key tells by the members of its event, other than encryption's. */
const ALGORITHM_KEYS: Readonly<Record<string, string>> = {
  'kms:DeriveSharedSecret': 'kms:keyagreementalgorithm',
  'kms:GenerateMac': 'kms:macalgorithm',
  'kms:Sign': 'kms:signingalgorithm',
  'kms:Verify': 'kms:signingalgorithm',
  'kms:VerifyMac': 'kms:macalgorithm',
};
/** Nothing that policy can ask about is told of these. */
const WITHOUT_ALGORITHM: ReadonlySet<string> = new Set(['kms:Decapsulate', 'kms:Encapsulate']);

function algorithmOf(
  { algorithm, parameters }: AuditEvent,
  permission: string,
): AccessQuestion['conditions'] {
  if (algorithm === undefined || WITHOUT_ALGORITHM.has(permission)) return undefined;
  const source = permission === 'kms:ReEncryptFrom' ? parameters?.['sourceEncryptionAlgorithm'] : undefined;
  const asked = textOf(source) ?? algorithm;
  const name = ALGORITHM_KEYS[permission] ?? 'kms:encryptionalgorithm';
  const keyPairSpec = textOf(parameters?.['keyPairSpec']);
  const messageType = textOf(parameters?.['messageType']);
  const told = [name, asked, keyPairSpec, messageType].join(' ');
  let known = ALGORITHMS.get(told);
  if (known === undefined) {
    known = {
      [name]: [asked],
      ...(keyPairSpec === undefined ? {} : { 'kms:datakeypairspec': [keyPairSpec] }),
      ...(messageType === undefined ? {} : { 'kms:messagetype': [messageType] }),
    };
    if (ALGORITHMS.size < ALGORITHMS_MAX) ALGORITHMS.set(told, known);
  }
  return known;
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function aliasOf(key: EventKey | undefined): string | undefined {
  const requested = key?.requested;
  if (requested === undefined) return undefined;
  if (requested.startsWith('alias/')) return requested;
  const start = requested.startsWith('arn:') ? requested.indexOf(':alias/') : -1;
  return start < 0 ? undefined : requested.slice(start + 1);
}

function webIdentity({ arn = '', session }: Actor): Principal {
  return federatedPrincipal({
    providerArn: arn,
    issuer: session?.issuer ?? '',
    subject: session?.subject ?? '',
    audience: session?.audience ?? '',
    claims: {},
    issuedAtMs: 0,
    expiresAtMs: 0,
    mfa: session?.mfa === true,
  });
}

interface SessionPolicies {
  readonly policies: readonly string[];
  readonly policyArns: readonly string[];
}

const NO_POLICIES: SessionPolicies = { policies: [], policyArns: [] };
const DIGEST = 'sha256:';

function sessionPolicies(session: ActorSession, sources: RecordedSources): SessionPolicies | undefined {
  if (session.policies === undefined) return NO_POLICIES;
  const policyArns = session.policies.filter((name) => !name.startsWith(DIGEST));
  const policies: string[] = [];
  for (const name of session.policies) {
    if (!name.startsWith(DIGEST)) continue;
    const document = sources.document(name.slice(DIGEST.length));
    if (document === undefined) return undefined;
    policies.push(document);
  }
  return { policies, policyArns };
}

function sessionOf(
  { credentialId = '' }: Actor,
  session: ActorSession,
  principalArn: string,
  { policies, policyArns }: SessionPolicies,
): Session {
  const {
    audience = '',
    issuedAt,
    issuer,
    mfa,
    mfaAt,
    name,
    provider = '',
    sourceIdentity,
    subject = '',
  } = session;
  return {
    version: 1,
    accessKeyId: credentialId,
    principalArn,
    principalUniqueId: '',
    name,
    issuedAtMs: Date.parse(issuedAt ?? ''),
    expiresAtMs: Number.MAX_SAFE_INTEGER,
    policies,
    policyArns,
    tags: (session.tags ?? []).map(tagOf),
    transitiveTagKeys: [],
    sourceIdentity,
    mfa,
    mfaAtMs: mfaAt === undefined ? undefined : Date.parse(mfaAt),
    federation: issuer === undefined ? undefined : { provider, issuer, subject, audience },
    parents: [],
  };
}

function tagOf(text: string): Session['tags'][number] {
  const equals = text.indexOf('=');
  return { key: text.slice(0, equals), value: text.slice(equals + 1) };
}
