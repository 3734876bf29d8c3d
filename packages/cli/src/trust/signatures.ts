import { keyTypes, parseVerifierKey, type TrustedKeys, type VerifiedSignature } from '@keywitness/log';

const algorithms = {
  [keyTypes.ed25519]: 'Ed25519',
  [keyTypes.ed25519Cosignature]: 'Ed25519 with a time',
  [keyTypes.mlDsa44Cosignature]: 'ML-DSA-44 with a time',
} as const;

/** Who signed a checkpoint, how, and when where the signature says so. */
export function describeSignatures(
  signatures: readonly VerifiedSignature[],
  { origin, logKeys, witnessKeys }: TrustedKeys,
): readonly string[] {
  const keys = [...logKeys, ...(witnessKeys ?? [])].map(parseVerifierKey);
  return signatures.map(({ name, keyId, timestamp }) => {
    const key = keys.find((candidate) => candidate.name === name && candidate.keyId === keyId);
    const algorithm = key === undefined ? '' : `, ${algorithms[key.type]}`;
    const id = keyId.toString(16).padStart(8, '0');
    const when = timestamp === undefined ? '' : `: ${new Date(timestamp * 1000).toISOString()}`;
    const verb = name === origin ? 'signed  ' : 'cosigned';
    return `${verb}    ${name}, key ${id}${algorithm}${when}`;
  });
}

/** Bytes as lower-case hexadecimal digits. */
export function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
