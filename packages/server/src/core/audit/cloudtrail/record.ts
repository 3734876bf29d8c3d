import type { Actor, AuditEvent, EventKey, EventParameters } from '../event.ts';
import { errorCodeOf, eventSourceOf, isReadOnly } from './event-words.ts';
import { INTERNAL, type UserIdentity, userIdentityOf } from './user-identity.ts';

/** What every record says of the installation. */
export interface TrailPlace {
  /** The management account, which the trail is in. */
  readonly account: string;
  /** The Region that the trail, and every event without another one, is in. */
  readonly region: string;
  /** All Regions, that of the trail first; absent when it is the one. */
  readonly regions?: readonly string[] | undefined;
}

/** What an event was about, as CloudTrail names it. */
export interface CloudTrailResource {
  readonly accountId?: string | undefined;
  readonly type: string;
  readonly ARN: string;
}

type Elements = Readonly<Record<string, unknown>>;

/** A record of CloudTrail, version 1.11. Members that are `undefined` are left out of its JSON. */
export interface CloudTrailRecord {
  readonly eventVersion: '1.11';
  readonly userIdentity: UserIdentity;
  readonly eventTime: string;
  readonly eventSource: string;
  readonly eventName: string;
  readonly awsRegion: string;
  readonly sourceIPAddress: string;
  readonly userAgent: string | undefined;
  readonly errorCode: string | undefined;
  readonly errorMessage: string | undefined;
  readonly requestParameters: Elements | null;
  readonly responseElements: Elements | null;
  readonly additionalEventData: Elements | undefined;
  readonly requestID: string | undefined;
  readonly eventID: string;
  readonly readOnly: boolean;
  readonly resources: readonly CloudTrailResource[] | undefined;
  readonly eventType: 'AwsApiCall' | 'AwsServiceEvent';
  readonly managementEvent: true;
  readonly recipientAccountId: string;
  readonly serviceEventDetails: Elements | undefined;
  readonly eventCategory: 'Management';
  readonly tlsDetails: { readonly tlsVersion: string } | undefined;
}

/** Decisions about resources of IAM name these kinds in their ARNs. */
const IAM_TYPES: Readonly<Record<string, string>> = {
  group: 'AWS::IAM::Group',
  'oidc-provider': 'AWS::IAM::OIDCProvider',
  policy: 'AWS::IAM::ManagedPolicy',
  role: 'AWS::IAM::Role',
  user: 'AWS::IAM::User',
};

/** Operations whose request CloudTrail shows nothing of. */
const WITHOUT_PARAMETERS: ReadonlySet<string> = new Set([
  'DeleteExpiredKeyMaterial',
  'DeleteKey',
  'GenerateRandom',
  'RetireGrant',
  'RotateKey',
]);

/** Our own acts that are KMS's: whoever looks for them looks there. */
const KMS_ACTS: ReadonlySet<string> = new Set(['key.delete-expired-material', 'key.destroy', 'key.rotate']);

/** What the algorithm of a use of a key is called, also where it is a default that the caller left out. */
const ALGORITHM_MEMBERS: Readonly<Record<string, string>> = {
  Decapsulate: 'encapsulationAlgorithm',
  Decrypt: 'encryptionAlgorithm',
  DeriveSharedSecret: 'keyAgreementAlgorithm',
  Encapsulate: 'encapsulationAlgorithm',
  Encrypt: 'encryptionAlgorithm',
  GenerateMac: 'macAlgorithm',
  Sign: 'signingAlgorithm',
  Verify: 'signingAlgorithm',
  VerifyMac: 'macAlgorithm',
};

/**
 * The event as CloudTrail would have recorded it (`spec/cloudtrail.md`). A function of the event and the place alone:
 * whoever has the log renders the same record. What CloudTrail has no place for is in `additionalEventData`.
 */
export function cloudTrailRecord(event: AuditEvent, { account, region }: TrailPlace): CloudTrailRecord {
  const { client, error, id, protocol, time } = event;
  const actor = actorOf(event);
  const isOwnAct = actor.type === 'system';
  return {
    eventVersion: '1.11',
    userIdentity: userIdentityOf(actor),
    eventTime: `${time.slice(0, 19)}Z`,
    eventSource: KMS_ACTS.has(event.action) ? 'kms.amazonaws.com' : eventSourceOf(protocol),
    eventName: protocol.operation,
    awsRegion: protocol.region ?? region,
    sourceIPAddress: isOwnAct ? INTERNAL : client.address,
    userAgent: isOwnAct ? INTERNAL : client.userAgent,
    errorCode: errorCodeOf(event),
    errorMessage: error === undefined || error.message === '' ? undefined : error.message,
    requestParameters: requestParametersOf(event),
    responseElements: responseElementsOf(event),
    additionalEventData: additionalDataOf(event),
    requestID: isOwnAct ? undefined : event.requestId,
    eventID: id,
    readOnly: isReadOnly(protocol),
    resources: resourcesOf(event),
    eventType: isOwnAct ? 'AwsServiceEvent' : 'AwsApiCall',
    managementEvent: true,
    recipientAccountId: actor.account ?? account,
    serviceEventDetails: serviceDetailsOf(event),
    eventCategory: 'Management',
    tlsDetails: client.tlsVersion === undefined ? undefined : { tlsVersion: client.tlsVersion },
  };
}

/** KMS's own acts are in the name of the account that has the key. */
function actorOf({ action, actor, key }: AuditEvent): Actor {
  const owner = KMS_ACTS.has(action) ? key?.arn?.split(':')[4] : undefined;
  return owner === undefined ? actor : { account: owner, ...actor };
}

function requestParametersOf(event: AuditEvent): Elements | null {
  const { algorithm, context, key, parameters, protocol, sourceContext, sourceKey } = event;
  if (WITHOUT_PARAMETERS.has(protocol.operation)) return null;
  if (protocol.operation === 'CreateKey') return createKeyParametersOf(event);
  const isReEncrypt = protocol.operation === 'ReEncrypt';
  const algorithmMember = ALGORITHM_MEMBERS[protocol.operation];
  // A grant's id is what KMS answers; of requests it is only in those that name one.
  const { grantId, ...asked } = parameters ?? {};
  const isAnswered = protocol.operation === 'CreateGrant';
  return presentOnly(
    isReEncrypt
      ? {
          ...asked,
          sourceKeyId: sourceKey?.requested,
          sourceEncryptionContext: sourceContext,
          sourceEncryptionAlgorithm: asked['sourceEncryptionAlgorithm'] ?? algorithm,
          destinationKeyId: key?.requested,
          destinationEncryptionContext: context,
          destinationEncryptionAlgorithm: algorithm,
        }
      : {
          ...asked,
          // What we think of a policy was not asked.
          warnings: undefined,
          grantId: isAnswered ? undefined : grantId,
          keyId: asked['keyId'] ?? key?.requested,
          encryptionContext: context,
          ...(algorithmMember === undefined ? {} : { [algorithmMember]: algorithm }),
        },
  );
}

/** The request for a key; what it says of itself beyond its kind is known once it was made. */
function createKeyParametersOf({ change, parameters }: AuditEvent): Elements | null {
  const { description, policySha256, tags } = change?.after ?? {};
  return presentOnly({
    ...parameters,
    warnings: undefined,
    customerMasterKeySpec: parameters?.['keySpec'],
    description,
    policySha256,
    tags,
  });
}

/** What was made or changed; never anything that a key protects, nor what the protected thing is. */
function responseElementsOf({ change, key, outcome, parameters, protocol }: AuditEvent): Elements | null {
  if (outcome !== 'success') return null;
  const { operation, service } = protocol;
  const after = change?.after;
  if (service === 'kms') {
    switch (operation) {
      case 'CreateKey':
        return {
          keyMetadata: {
            aWSAccountId: key?.arn?.split(':')[4],
            keyId: key?.id,
            arn: key?.arn,
            ...after,
          },
        };
      case 'ReplicateKey':
        return { replicaKeyMetadata: replicaOf(key, after) };
      case 'CreateGrant':
        return presentOnly({ grantId: parameters?.['grantId'], keyId: key?.arn });
      case 'ScheduleKeyDeletion':
        return presentOnly({
          keyId: key?.arn,
          ...after,
          pendingWindowInDays: parameters?.['pendingWindowInDays'],
        });
      case 'CancelKeyDeletion':
        return presentOnly({ keyId: key?.arn });
      case 'DeleteImportedKeyMaterial':
      case 'ImportKeyMaterial':
        return presentOnly({ keyId: key?.arn, keyMaterialId: key?.materialId });
      default:
        return null;
    }
  }
  return after === undefined || !/^(?:Create|Assume|Get)/.test(operation) ? null : presentOnly(after);
}

/** What an act of the service was about: CloudTrail has it in this place alone. */
function serviceDetailsOf({ action, change, key, parameters }: AuditEvent): Elements | undefined {
  if (!KMS_ACTS.has(action)) return undefined;
  const rotation =
    action === 'key.rotate'
      ? {
          rotationType: parameters?.['rotationType'],
          keyOrigin: parameters?.['keyOrigin'],
          previousKeyMaterialId: change?.before?.['keyMaterialId'],
          currentKeyMaterialId: change?.after?.['keyMaterialId'],
        }
      : {};
  return presentOnly({ keyId: key?.id, ...rotation }) ?? undefined;
}

/** What KMS shows of a key that was made in another Region: as much of it as the event tells. */
function replicaOf(key: EventKey | undefined, after: EventParameters | undefined): Elements {
  return {
    aWSAccountId: key?.arn?.split(':')[4],
    keyId: key?.id,
    ...after,
    multiRegion: true,
  };
}

function additionalDataOf(event: AuditEvent): Elements | undefined {
  const { actor, change, count, firstTime, justification, key, parameters, protocol, traceId } = event;
  const isRetired = protocol.operation === 'RetireGrant';
  const decision = event.decisions?.at(-1);
  const data = presentOnly({
    keyMaterialId: key?.materialId,
    grantId: isRetired ? parameters?.['grantId'] : undefined,
    claimedAccessKeyId: actor.unverified === true ? actor.credentialId : undefined,
    justification,
    traceId,
    count,
    firstTime,
    change: change === undefined ? undefined : presentOnly({ before: change.before, after: change.after }),
    decidedBy:
      decision === undefined
        ? undefined
        : presentOnly({
            effect: decision.effect,
            policyKind: decision.policyKind,
            policy: decision.policy,
            statement: decision.statement,
          }),
    keywitnessAction: event.action,
  });
  return data ?? undefined;
}

function resourcesOf({
  decisions = [],
  key,
  sourceKey,
}: AuditEvent): readonly CloudTrailResource[] | undefined {
  const keys = [sourceKey, key].flatMap((one) => keyResource(one));
  const others = decisions.flatMap(({ resource }) => iamResource(resource));
  const byArn = new Map([...keys, ...others].map((resource) => [resource.ARN, resource]));
  return byArn.size === 0 ? undefined : [...byArn.values()];
}

function keyResource(key: EventKey | undefined): readonly CloudTrailResource[] {
  if (key?.arn === undefined) return [];
  return [{ accountId: key.arn.split(':')[4], type: 'AWS::KMS::Key', ARN: key.arn }];
}

function iamResource(arn: string): readonly CloudTrailResource[] {
  const [, accountId, kind = ''] = /^arn:aws:iam::([0-9]{12}):([a-z-]+)\//.exec(arn) ?? [];
  const type = IAM_TYPES[kind];
  return type === undefined || arn.includes('*') ? [] : [{ accountId, type, ARN: arn }];
}

type Value = EventParameters[string] | Elements | null;

/** The members that are there; `null`, as CloudTrail writes it, when there are none. */
function presentOnly(elements: Readonly<Record<string, Value>>): Elements | null {
  const present = Object.entries(elements).filter(([, value]) => value !== undefined);
  return present.length === 0 ? null : Object.fromEntries(present);
}
