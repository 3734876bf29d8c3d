import { ApiError, type CallOptions, sendOrExplain } from '@keywitness/api';
import type {
  CancelKeyDeletionCommandInput,
  CancelKeyDeletionCommandOutput,
  CreateAliasCommandInput,
  CreateAliasCommandOutput,
  CreateGrantCommandInput,
  CreateGrantCommandOutput,
  CreateKeyCommandInput,
  CreateKeyCommandOutput,
  DeleteAliasCommandInput,
  DeleteAliasCommandOutput,
  DescribeKeyCommandInput,
  DescribeKeyCommandOutput,
  DisableKeyCommandInput,
  DisableKeyCommandOutput,
  DisableKeyRotationCommandInput,
  DisableKeyRotationCommandOutput,
  EnableKeyCommandInput,
  EnableKeyCommandOutput,
  EnableKeyRotationCommandInput,
  EnableKeyRotationCommandOutput,
  GetKeyLastUsageCommandInput,
  GetKeyLastUsageCommandOutput,
  GetKeyPolicyCommandInput,
  GetKeyPolicyCommandOutput,
  GetKeyRotationStatusCommandInput,
  GetKeyRotationStatusCommandOutput,
  GetPublicKeyCommandInput,
  GetPublicKeyCommandOutput,
  ListAliasesCommandInput,
  ListAliasesCommandOutput,
  ListGrantsCommandInput,
  ListGrantsCommandOutput,
  ListKeyRotationsCommandInput,
  ListKeyRotationsCommandOutput,
  ListResourceTagsCommandInput,
  ListResourceTagsCommandOutput,
  PutKeyPolicyCommandInput,
  PutKeyPolicyCommandOutput,
  RevokeGrantCommandInput,
  RevokeGrantCommandOutput,
  RotateKeyOnDemandCommandInput,
  RotateKeyOnDemandCommandOutput,
  ScheduleKeyDeletionCommandInput,
  ScheduleKeyDeletionCommandOutput,
  TagResourceCommandInput,
  TagResourceCommandOutput,
  UntagResourceCommandInput,
  UntagResourceCommandOutput,
  UpdateAliasCommandInput,
  UpdateAliasCommandOutput,
  UpdateKeyDescriptionCommandInput,
  UpdateKeyDescriptionCommandOutput,
} from '@aws-sdk/client-kms';
import { timeLimit } from './time-limit.ts';

/** The operations that pages call, by their names, with what they take and answer. Add a line for another one. */
interface KmsOperations {
  readonly CancelKeyDeletion: [CancelKeyDeletionCommandInput, CancelKeyDeletionCommandOutput];
  readonly CreateAlias: [CreateAliasCommandInput, CreateAliasCommandOutput];
  readonly CreateGrant: [CreateGrantCommandInput, CreateGrantCommandOutput];
  readonly CreateKey: [CreateKeyCommandInput, CreateKeyCommandOutput];
  readonly DeleteAlias: [DeleteAliasCommandInput, DeleteAliasCommandOutput];
  readonly DescribeKey: [DescribeKeyCommandInput, DescribeKeyCommandOutput];
  readonly DisableKey: [DisableKeyCommandInput, DisableKeyCommandOutput];
  readonly DisableKeyRotation: [DisableKeyRotationCommandInput, DisableKeyRotationCommandOutput];
  readonly EnableKey: [EnableKeyCommandInput, EnableKeyCommandOutput];
  readonly EnableKeyRotation: [EnableKeyRotationCommandInput, EnableKeyRotationCommandOutput];
  readonly GetKeyLastUsage: [GetKeyLastUsageCommandInput, GetKeyLastUsageCommandOutput];
  readonly GetKeyPolicy: [GetKeyPolicyCommandInput, GetKeyPolicyCommandOutput];
  readonly GetKeyRotationStatus: [GetKeyRotationStatusCommandInput, GetKeyRotationStatusCommandOutput];
  readonly GetPublicKey: [GetPublicKeyCommandInput, GetPublicKeyCommandOutput];
  readonly ListAliases: [ListAliasesCommandInput, ListAliasesCommandOutput];
  readonly ListGrants: [ListGrantsCommandInput, ListGrantsCommandOutput];
  readonly ListKeyRotations: [ListKeyRotationsCommandInput, ListKeyRotationsCommandOutput];
  readonly ListResourceTags: [ListResourceTagsCommandInput, ListResourceTagsCommandOutput];
  readonly PutKeyPolicy: [PutKeyPolicyCommandInput, PutKeyPolicyCommandOutput];
  readonly RevokeGrant: [RevokeGrantCommandInput, RevokeGrantCommandOutput];
  readonly RotateKeyOnDemand: [RotateKeyOnDemandCommandInput, RotateKeyOnDemandCommandOutput];
  readonly ScheduleKeyDeletion: [ScheduleKeyDeletionCommandInput, ScheduleKeyDeletionCommandOutput];
  readonly TagResource: [TagResourceCommandInput, TagResourceCommandOutput];
  readonly UntagResource: [UntagResourceCommandInput, UntagResourceCommandOutput];
  readonly UpdateAlias: [UpdateAliasCommandInput, UpdateAliasCommandOutput];
  readonly UpdateKeyDescription: [UpdateKeyDescriptionCommandInput, UpdateKeyDescriptionCommandOutput];
}

/** A shape of the SDK as it is on the wire: instants are seconds since the epoch, bytes are base64. */
export type Wire<Shape> = Shape extends Date
  ? number
  : Shape extends Uint8Array
    ? string
    : Shape extends readonly (infer Item)[]
      ? readonly Wire<Item>[]
      : Shape extends object
        ? { readonly [Member in keyof Shape as Exclude<Member, '$metadata'>]: Wire<Shape[Member]> }
        : Shape;

interface KmsCallOptions extends CallOptions {
  /** Where there are several: the one that is asked; the first one unless set. */
  readonly region?: string | undefined;
}

/** Calls an operation of AWS KMS. Rejects with `ApiError`, whose code is KMS's own, such as `AccessDeniedException`. */
export type KmsCaller = <Name extends keyof KmsOperations>(
  name: Name,
  input: Wire<KmsOperations[Name][0]>,
  options?: KmsCallOptions,
) => Promise<Wire<KmsOperations[Name][1]>>;

interface KmsCallerOptions {
  readonly endpoint: string;
  readonly csrfToken: () => string | undefined;
  readonly fetch: typeof fetch;
}

/** Calls AWS KMS (JSON 1.1) by the session's cookie. */
export function kmsCaller({ endpoint, csrfToken, fetch: send }: KmsCallerOptions): KmsCaller {
  return async <Name extends keyof KmsOperations>(
    name: Name,
    input: Wire<KmsOperations[Name][0]>,
    options?: KmsCallOptions,
  ) => {
    const response = await sendOrExplain(send, endpoint, `${endpoint}/`, {
      method: 'POST',
      credentials: 'same-origin',
      headers: {
        'content-type': 'application/x-amz-json-1.1',
        'x-amz-target': `TrentService.${name}`,
        'x-keywitness-csrf': csrfToken() ?? '',
        ...(options?.region === undefined ? {} : { 'x-keywitness-region': options.region }),
      },
      body: JSON.stringify(input),
      signal: timeLimit(options?.signal),
    });
    const value = readJson(await response.text());
    if (!response.ok) throw errorOf(response, value);
    // Operations that say nothing answer with nothing.
    const answer = value ?? {};
    if (isAnswer<Wire<KmsOperations[Name][1]>>(answer)) return answer;
    throw new ApiError('UnexpectedAnswer', `\`${name}\` was answered with something else than JSON`, {
      status: response.status,
    });
  };
}

/** The service that is asked is the one that served this page: its answers have the shape of their operation. */
function isAnswer<Answer>(value: unknown): value is Answer {
  return isRecord(value);
}

function errorOf(response: Response, value: unknown): ApiError {
  const body = isRecord(value) ? value : {};
  const type = textOf(body['__type']) ?? 'UnexpectedAnswer';
  const message = textOf(body['message']) ?? textOf(body['Message']);
  const requestId = response.headers.get('x-amzn-requestid');
  const eventId = response.headers.get('x-keywitness-event-id');
  return new ApiError(
    type.slice(type.lastIndexOf('#') + 1),
    message ?? `the service answered with status \`${response.status}\``,
    {
      status: response.status,
      ...(requestId === null ? {} : { requestId }),
      ...(eventId === null ? {} : { eventId }),
    },
  );
}

function readJson(text: string): unknown {
  try {
    return text === '' ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
