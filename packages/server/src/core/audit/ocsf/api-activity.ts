import type { AuditEvent, EventDecision, EventKey, EventOutcome } from '../event.ts';
import { OCSF_PRODUCT, OCSF_VERSION } from './schema-version.ts';

/** An account or the like, by its id. */
interface Named {
  readonly uid: string;
}

/** A decision of policy. */
export interface OcsfAuthorization {
  readonly decision: string;
  readonly policy?: { readonly name: string; readonly uid: string; readonly desc: string } | undefined;
}

/** What an event was about. */
export interface OcsfResource {
  readonly uid: string;
  readonly type: string;
  readonly name?: string | undefined;
  readonly region?: string | undefined;
  readonly owner?: { readonly account: Named } | undefined;
}

/** An API Activity of OCSF (class 6003, schema 1.5.0), with the profile `security_control`. */
export interface ApiActivity {
  readonly action?: 'Allowed' | 'Denied' | undefined;
  readonly action_id?: 1 | 2 | undefined;
  readonly activity_id: number;
  readonly activity_name: string;
  readonly actor: {
    readonly app_name?: string | undefined;
    readonly authorizations?: readonly OcsfAuthorization[] | undefined;
    readonly session?:
      | {
          readonly created_time?: number | undefined;
          readonly credential_uid?: string | undefined;
          readonly is_mfa?: boolean | undefined;
          readonly issuer?: string | undefined;
          readonly uid?: string | undefined;
        }
      | undefined;
    readonly user: {
      readonly account?: Named | undefined;
      readonly credential_uid?: string | undefined;
      readonly name: string;
      readonly type: string;
      readonly type_id: number;
      readonly uid?: string | undefined;
    };
  };
  readonly api: {
    readonly operation: string;
    readonly request: { readonly uid: string; readonly data?: unknown };
    readonly response?: { readonly error: string; readonly error_message: string } | undefined;
    readonly service: { readonly name: string };
  };
  readonly category_name: 'Application Activity';
  readonly category_uid: 6;
  readonly class_name: 'API Activity';
  readonly class_uid: 6003;
  readonly count?: number | undefined;
  readonly disposition?: 'Allowed' | 'Blocked' | undefined;
  readonly disposition_id?: 1 | 2 | undefined;
  readonly end_time?: number | undefined;
  readonly http_request?: { readonly user_agent: string } | undefined;
  readonly message: string;
  readonly metadata: {
    readonly correlation_uid?: string | undefined;
    readonly log_name: 'keywitness';
    readonly log_version: string;
    readonly original_time: string;
    readonly product: typeof OCSF_PRODUCT;
    readonly profiles: readonly string[];
    /** The event's id. */
    readonly uid: string;
    readonly version: typeof OCSF_VERSION;
  };
  readonly resources?: readonly OcsfResource[] | undefined;
  readonly severity: string;
  readonly severity_id: number;
  readonly src_endpoint: {
    readonly intermediate_ips?: readonly string[] | undefined;
    readonly ip?: string | undefined;
    readonly name?: string | undefined;
    readonly port?: number | undefined;
  };
  readonly start_time?: number | undefined;
  readonly status: 'Failure' | 'Success';
  readonly status_code: string;
  readonly status_detail?: string | undefined;
  readonly status_id: 1 | 2;
  /** Milliseconds since the epoch. */
  readonly time: number;
  readonly type_name: string;
  readonly type_uid: number;
  readonly unmapped: Readonly<Record<string, unknown>>;
}

const CLASS_UID = 6003;
const OTHER = 99;

const ACTIVITY_NAMES: ReadonlyMap<number, string> = new Map([
  [1, 'Create'],
  [2, 'Read'],
  [3, 'Update'],
  [4, 'Delete'],
]);

/**
 * First words of acts, by the activity that they are. What uses a key is none of the four: it is `Other`, by the name of the
 * operation.
 */
const ACTIVITIES: readonly (readonly [activityId: number, words: RegExp])[] = [
  [1, /^(?:create|import|open|raise|register|replicate)(?![a-z])/],
  [2, /^(?:backtest|describe|get|list|read|replay)(?![a-z])/],
  [
    3,
    /^(?:acknowledge|add|assign|attach|cancel|change|comment|detach|disable|enable|grow|put|remove|rename|reopen|resolve|rotate|schedule|set|tag|untag|update)(?![a-z])/,
  ],
  [4, /^(?:delete|destroy|expire|forget|retire|revoke)(?![a-z])/],
];

const READING = /^(?:audit|access|log|trail)\./;

const SEVERITIES: Readonly<Record<EventOutcome, readonly [id: number, name: string]>> = {
  success: [1, 'Informational'],
  error: [1, 'Informational'],
  throttled: [2, 'Low'],
  denied: [2, 'Low'],
};

const USER_TYPES: Readonly<Record<string, number>> = { root: 2, service: 4, system: 3, user: 1 };

/** Renders an event as an API Activity (`spec/ocsf.md`). A function of the event alone. */
export function apiActivity(event: AuditEvent): ApiActivity {
  const { action, count, error, firstTime, id, outcome, parameters, protocol, requestId, time } = event;
  const activityId = activityOf(action);
  const activityName = ACTIVITY_NAMES.get(activityId) ?? nameOf(event);
  const timeMs = Date.parse(time);
  const [severityId, severity] = SEVERITIES[outcome];
  const counted = count !== undefined && firstTime !== undefined;
  return {
    ...controlOf(event),
    activity_id: activityId,
    activity_name: activityName,
    actor: actorOf(event),
    api: {
      operation: nameOf(event),
      request: { uid: requestId, data: parameters },
      response: error === undefined ? undefined : { error: error.code, error_message: error.message },
      service: { name: protocol.service },
    },
    category_name: 'Application Activity',
    category_uid: 6,
    class_name: 'API Activity',
    class_uid: CLASS_UID,
    ...(counted ? { count, start_time: Date.parse(firstTime), end_time: timeMs } : {}),
    http_request: event.client.userAgent === undefined ? undefined : { user_agent: event.client.userAgent },
    message: `${action}: ${outcome}`,
    metadata: {
      correlation_uid: event.traceId,
      log_name: 'keywitness',
      log_version: event.schema,
      original_time: time,
      product: OCSF_PRODUCT,
      profiles: ['security_control'],
      uid: id,
      version: OCSF_VERSION,
    },
    resources: resourcesOf(event),
    severity,
    severity_id: severityId,
    src_endpoint: endpointOf(event),
    status: outcome === 'success' ? 'Success' : 'Failure',
    status_code: error?.code ?? outcome,
    status_detail: error === undefined || error.message === '' ? undefined : error.message,
    status_id: outcome === 'success' ? 1 : 2,
    time: timeMs,
    type_name: `API Activity: ${ACTIVITY_NAMES.get(activityId) ?? 'Other'}`,
    type_uid: CLASS_UID * 100 + activityId,
    unmapped: unmappedOf(event),
  };
}

function activityOf(action: string): number {
  if (READING.test(action)) return 2;
  const verb = action.slice(action.indexOf('.') + 1);
  return ACTIVITIES.find(([, words]) => words.test(verb))?.[0] ?? OTHER;
}

/** The operation as its protocol spells it; of what never became one, our own name. */
function nameOf({ action, protocol }: AuditEvent): string {
  return protocol.operation === '-' ? action : protocol.operation;
}

/** What policy made of it; nothing is said of attempts that it was not asked about. */
function controlOf({
  decisions,
  outcome,
}: AuditEvent): Pick<ApiActivity, 'action' | 'action_id' | 'disposition' | 'disposition_id'> {
  if (outcome === 'denied') {
    return { action: 'Denied', action_id: 2, disposition: 'Blocked', disposition_id: 2 };
  }
  return decisions === undefined
    ? {}
    : { action: 'Allowed', action_id: 1, disposition: 'Allowed', disposition_id: 1 };
}

function actorOf({ actor, decisions }: AuditEvent): ApiActivity['actor'] {
  const { account, arn, credentialId, name, session, type } = actor;
  return {
    app_name: type === 'system' ? 'keywitness' : undefined,
    authorizations: decisions?.map(authorizationOf),
    session:
      session === undefined
        ? undefined
        : {
            created_time: session.issuedAt === undefined ? undefined : Date.parse(session.issuedAt),
            credential_uid: credentialId,
            is_mfa: session.mfa,
            issuer: session.issuer,
            uid: session.name,
          },
    user: {
      account: account === undefined ? undefined : { uid: account },
      credential_uid: credentialId,
      name: name ?? type,
      type,
      type_id: USER_TYPES[type] ?? (type === 'anonymous' ? 0 : OTHER),
      uid: arn,
    },
  };
}

function authorizationOf({ effect, policy, policyKind, statement }: EventDecision): OcsfAuthorization {
  if (policy === undefined) return { decision: effect };
  const desc = [policyKind, statement].filter((part) => part !== undefined).join(' ');
  return { decision: effect, policy: { name: policy, uid: policy, desc } };
}

/** An address is one; what the record has instead, such as `internal`, is a name. */
function endpointOf({ client }: AuditEvent): ApiActivity['src_endpoint'] {
  const { address, port, proxies } = client;
  return ADDRESS.test(address)
    ? { ip: address, port, intermediate_ips: proxies }
    : { name: address, port, intermediate_ips: proxies };
}

const ADDRESS = /^(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9a-f:.]*:[0-9a-f:.]*)$/;

function resourcesOf({ key, sourceKey, context, sourceContext }: AuditEvent): ApiActivity['resources'] {
  const keys = [key, sourceKey].map(keyResource).filter((resource) => resource !== undefined);
  const pairs = new Map(
    [...Object.entries(context ?? {}), ...Object.entries(sourceContext ?? {})].map(pairOf),
  );
  const resources = [...keys, ...pairs.values()];
  return resources.length === 0 ? undefined : resources;
}

function keyResource(key: EventKey | undefined): OcsfResource | undefined {
  const uid = key?.arn ?? key?.id ?? key?.requested;
  if (uid === undefined) return undefined;
  const [, , , region, account] = key?.arn?.split(':') ?? [];
  return {
    uid,
    type: 'KMS Key',
    name: key?.requested,
    region,
    owner: account === undefined ? undefined : { account: { uid: account } },
  };
}

/** An asset, which OCSF has no kind of resource for. */
function pairOf([name, value]: readonly [string, string]): readonly [string, OcsfResource] {
  const uid = `${name}=${value}`;
  return [uid, { uid, type: 'Encryption Context', name }];
}

/** What the schema has no place for. */
function unmappedOf(event: AuditEvent): Readonly<Record<string, unknown>> {
  const { action, algorithm, change, client, justification, key, protocol, revision, sourceKey } = event;
  return {
    action,
    algorithm,
    change,
    certificate: client.certificate,
    decisions: event.decisions,
    front: protocol.front,
    justification,
    key,
    region: protocol.region,
    revision,
    sessionChain: event.actor.session?.chain,
    sourceKey,
    tlsVersion: client.tlsVersion,
    unverified: event.actor.unverified,
  };
}
