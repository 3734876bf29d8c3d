import type { Actor } from '../../core/audit/index.ts';
import {
  type AttemptRequest,
  type Caller,
  type FrontRefusal,
  type Operation,
  OperationError,
  type OperationErrorCode,
  type Params,
} from '../../core/operations/index.ts';
import type { QueryServiceName } from './error-names.ts';
import type { Proof, Refused } from './proof.ts';

/** An operation's name as a client spelt it is recorded up to this length; so is a claimed access key id. */
const NAME_MAX = 128;
/** A key's name as a client spelt it is recorded up to this length. */
const KEY_NAME_MAX = 1024;

/** The attempt in the protocol's own words. */
export function attemptOf(
  attempt: AttemptRequest,
  service: 'cloudtrail' | 'kms' | 's3' | QueryServiceName,
  operation: string,
  traceId: string | undefined,
): AttemptRequest {
  const { region } = attempt.protocol;
  return {
    ...attempt,
    // In canonical order, so that encoding the event need not sort.
    protocol: {
      front: 'aws',
      operation: operation === '' ? '-' : operation.slice(0, NAME_MAX),
      ...(region === undefined ? {} : { region }),
      service,
    },
    ...(traceId === undefined ? {} : { traceId }),
  };
}

/** Who an attempt that never became an operation comes from. */
export function actorOf(proof: Proof): Actor {
  if (proof.kind === 'verified') return actorOfCaller(proof.caller);
  if (proof.claimedAccessKeyId === undefined) return { type: 'anonymous' };
  return {
    type: 'anonymous',
    credentialId: proof.claimedAccessKeyId.slice(0, NAME_MAX),
    unverified: true,
  };
}

const ACTOR_TYPES = ['user', 'role', 'service', 'root'] as const;

/**
 * `arn:aws:iam::<account>:<type>/<path and name>`, or `arn:aws:sts::<account>:assumed-role/<name>/<session>`, says all
 * that the record wants of a caller.
 */
function actorOfCaller({ principalArn, credentialId }: Caller): Actor {
  const [, , , , account = '', resource = ''] = principalArn.split(':');
  const [kind, ...path] = resource.split('/');
  const assumed = kind === 'assumed-role';
  const name = assumed ? path[0] : path.at(-1);
  return {
    type: assumed ? 'role' : (ACTOR_TYPES.find((type) => type === kind) ?? 'user'),
    arn: principalArn,
    credentialId,
    ...(account === '' ? {} : { account }),
    ...(name === undefined ? {} : { name }),
  };
}

/** A refusal whose signature was not accepted. */
export function unauthenticated(refused: Refused, code: string): FrontRefusal {
  return {
    outcome: 'denied',
    action: 'request.unauthenticated',
    code,
    message: refused.message,
    actor: actorOf(refused),
  };
}

/**
 * Stands for an operation whose parameters violate the model, or that we do not have: asked like any other, it
 * refuses, so that the record names the caller, the operation and the key as for every other attempt (G2).
 */
export function refusing(name: string, action: string, code: OperationErrorCode, message: string): Operation {
  return {
    name,
    action,
    run(attempt, params): never {
      const requested = requestedKey(params);
      if (requested !== undefined) attempt.note.key = { requested: requested.slice(0, KEY_NAME_MAX) };
      throw new OperationError(code, message);
    },
  };
}

function requestedKey(params: Params): string | undefined {
  return (
    params.optionalText('keyId') ??
    params.optionalText('targetKeyId') ??
    params.optionalText('destinationKeyId')
  );
}
