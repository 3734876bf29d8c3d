import type { KeySpec, KeyUsage } from '../../crypto/index.ts';
import type { KeyOrigin } from '../../keys/index.ts';
import { OperationError } from '../errors.ts';
import type { Params } from '../params.ts';
import { isUsageOf } from './algorithm-lists.ts';
import { readKeySpec } from './key-spec-members.ts';

/** What a key is made of, what it is for, and where its material comes from: all of it for good. */
export interface KeyKind {
  readonly spec: KeySpec;
  readonly usage: KeyUsage;
  readonly origin: KeyOrigin;
  readonly multiRegion: boolean;
}

/** The kind of key that a request asks for, in its own words, or by default. */
export interface AskedKind {
  readonly keySpec: string;
  readonly keyUsage: string;
  readonly multiRegion: boolean;
  readonly origin: string;
}

/** Reads which kind of key a request asks for. Nothing is checked yet: see {@link requireKind}. */
export function askedKind(params: Params): AskedKind {
  return {
    keySpec:
      params.optionalText('keySpec') ?? params.optionalText('customerMasterKeySpec') ?? 'SYMMETRIC_DEFAULT',
    keyUsage: params.optionalText('keyUsage') ?? 'ENCRYPT_DECRYPT',
    multiRegion: params.flag('multiRegion'),
    origin: params.optionalText('origin') ?? 'AWS_KMS',
  };
}

/**
 * The kind of key that a request asks for.
 *
 * @throws OperationError `Validation` for what does not go together, `Unsupported` for what this version does not have.
 */
export function requireKind(params: Params): KeyKind {
  if (params.has('keySpec') && params.has('customerMasterKeySpec')) {
    const message =
      'You cannot specify KeySpec and CustomerMasterKeySpec in the same request. CustomerMasterKeySpec is deprecated.';
    throw new OperationError('Validation', message);
  }
  const asked = askedKind(params);
  const spec = readKeySpec(asked.keySpec);
  const usage = usageFor(params, spec, asked.keyUsage);
  return { spec, usage, origin: originOf(params, asked), multiRegion: asked.multiRegion };
}

function usageFor(params: Params, spec: KeySpec, usage: string): KeyUsage {
  if (!params.has('keyUsage') && spec !== 'SYMMETRIC_DEFAULT') {
    throw new OperationError(
      'Validation',
      'You must specify a KeyUsage value for all KMS keys except for symmetric encryption keys.',
    );
  }
  if (isUsageOf(spec, usage)) return usage;
  if (spec === 'SYMMETRIC_DEFAULT') {
    throw new OperationError(
      'Validation',
      `The operation failed because the KeyUsage value of the CMK is ${usage}. To perform this operation, the KeyUsage value must be ENCRYPT_DECRYPT.`,
    );
  }
  throw new OperationError('Validation', `KeyUsage ${usage} is not compatible with KeySpec ${spec}`);
}

function originOf(params: Params, { origin }: AskedKind): KeyOrigin {
  if (params.has('customKeyStoreId') || params.has('xksKeyId')) {
    throw new OperationError('Unsupported', 'Custom key stores are not supported.');
  }
  if (origin === 'AWS_KMS' || origin === 'EXTERNAL') return origin;
  throw new OperationError('Unsupported', `${origin} is not supported.`);
}
