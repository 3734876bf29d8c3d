import { type Actor, type AuditEvent, canonicalJson, type Client } from '../audit/index.ts';

/** What a refusal is counted by. */
export interface RefusalKind {
  /**
   * Whose limits it counts against: a proven actor's own, or those of everybody who has proven nothing together. So
   * nobody who floods takes the records, or the name, from what somebody else attempted.
   */
  readonly origin: string;
  readonly name: string;
  /** What it is counted by when its origin has too many kinds: few values, whatever clients send. */
  readonly mergedName: string;
}

const NOBODY = '';
/** Stands for several values of a member that an event must have. */
const MANY = 'many';

/**
 * What clients only claim, such as an access key id, and whatever they may make up without having proven who they are,
 * such as the name of an operation, tells no kinds apart.
 */
export function kindOf(event: AuditEvent): RefusalKind {
  const { action, actor, client, error, key, outcome, protocol } = event;
  const what = [protocol.front, protocol.service, protocol.region, outcome, action, error?.code];
  const who = provenActor(actor);
  const merged = [...what, who ?? NOBODY];
  const own = who === undefined ? [client.address] : [protocol.operation, key?.id ?? key?.requested];
  return {
    origin: who ?? NOBODY,
    name: [...merged, ...own].join('\0'),
    mergedName: merged.join('\0'),
  };
}

function provenActor({ type, arn, name, unverified }: Actor): string | undefined {
  return type === 'anonymous' || unverified === true ? undefined : (arn ?? name);
}

/** The event that stands for both: what is not true of both is not in it. Both are of one kind. */
export function inCommon(shared: AuditEvent, next: AuditEvent): AuditEvent {
  const { error, protocol } = shared;
  return {
    ...shared,
    actor: commonActor(shared.actor, next.actor),
    algorithm: common(shared.algorithm, next.algorithm),
    change: common(shared.change, next.change),
    ciphertextId: common(shared.ciphertextId, next.ciphertextId),
    client: commonClient(shared.client, next.client),
    context: common(shared.context, next.context),
    decisions: common(shared.decisions, next.decisions),
    error: error === undefined || error.message === next.error?.message ? error : { ...error, message: MANY },
    justification: common(shared.justification, next.justification),
    key: common(shared.key, next.key),
    parameters: common(shared.parameters, next.parameters),
    protocol: protocol.operation === next.protocol.operation ? protocol : { ...protocol, operation: '-' },
    sourceCiphertextId: common(shared.sourceCiphertextId, next.sourceCiphertextId),
    sourceContext: common(shared.sourceContext, next.sourceContext),
    sourceKey: common(shared.sourceKey, next.sourceKey),
    traceId: common(shared.traceId, next.traceId),
  };
}

function commonActor(shared: Actor, next: Actor): Actor {
  if (shared.credentialId === next.credentialId) return shared;
  const { account, arn, name, type } = shared;
  return {
    ...(account === undefined ? {} : { account }),
    arn,
    ...(name === undefined ? {} : { name }),
    type,
  };
}

function commonClient(shared: Client, next: Client): Client {
  if (shared.address !== next.address) return { address: MANY };
  return {
    address: shared.address,
    certificate: common(shared.certificate, next.certificate),
    certificateError: common(shared.certificateError, next.certificateError),
    port: common(shared.port, next.port),
    proxies: common(shared.proxies, next.proxies),
    tlsVersion: common(shared.tlsVersion, next.tlsVersion),
    userAgent: common(shared.userAgent, next.userAgent),
  };
}

function common<Value>(shared: Value | undefined, next: Value | undefined): Value | undefined {
  if (shared === undefined || shared === next) return shared;
  return next !== undefined && canonicalJson(shared) === canonicalJson(next) ? shared : undefined;
}
