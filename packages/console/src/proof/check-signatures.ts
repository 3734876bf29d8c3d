import {
  type Checkpoint,
  type CheckpointVerdict,
  type KeyType,
  keyTypes,
  type LogCrypto,
  openCheckpoint,
  parseVerifierKey,
  type TrustedKeys,
} from '@keywitness/log';
import type { Trust } from '../verify/index.ts';
import { hexOf } from './bytes.ts';
import type { ProofStep } from './steps.ts';

/** A checkpoint whose signatures are good. */
export interface SignedCheckpoint extends Pick<Checkpoint, 'origin' | 'size' | 'root'> {
  /** To the letter, with its signatures. */
  readonly note: string;
  /** When it was signed, as far as a signature says so; RFC 3339. */
  readonly signedAt?: string;
}

interface CheckedSignatures {
  readonly step: ProofStep;
  readonly checkpoint?: SignedCheckpoint;
}

/** The keys of the log alone; the witnesses that are asked for come a little later, and are checked by themselves. */
export function logKeysOf({ trustedKeys }: Trust): TrustedKeys {
  const { origin, logKeys, logKeysNeeded } = trustedKeys;
  return { origin, logKeys, ...(logKeysNeeded === undefined ? {} : { logKeysNeeded }) };
}

/** That the log has signed a checkpoint. */
export function checkSignatures(note: string, trust: Trust, crypto: LogCrypto): CheckedSignatures {
  const keys = logKeysOf(trust);
  const verdict = openCheckpoint(note, keys, crypto);
  const step = logStep(note, keys, verdict, crypto);
  if (!verdict.ok) return { step };
  const signedAt = timeOf(verdict);
  return {
    step,
    checkpoint: { ...verdict.checkpoint, note, ...(signedAt === undefined ? {} : { signedAt }) },
  };
}

function logStep(note: string, keys: TrustedKeys, verdict: CheckpointVerdict, crypto: LogCrypto): ProofStep {
  const signatures = keys.logKeys.map((vkey): readonly [string, string] => {
    const { type, keyId } = parseVerifierKey(vkey);
    const one = openCheckpoint(note, { origin: keys.origin, logKeys: [vkey] }, crypto);
    const id = keyId.toString(16).padStart(8, '0');
    return [`${algorithmOf(type)} ${id}`, one.ok ? 'good signature' : 'no good signature'];
  });
  const title = 'The log has signed this root';
  if (!verdict.ok) {
    const words = `The pinned key of the log does not confirm the checkpoint: ${verdict.reasons.join('; ')}. Nothing that hangs on it is proven.`;
    return { id: 'signature', title, state: 'failed', words, values: signatures };
  }
  const { size, root, origin } = verdict.checkpoint;
  const signedAt = timeOf(verdict);
  return {
    id: 'signature',
    title,
    state: 'passed',
    words: `The checkpoint of ${size} entries carries good signatures of every pinned key of the log${signedAt === undefined ? '' : `, made at ${signedAt}`}.`,
    values: [['Log', origin], ['Size', String(size)], ['Root', hexOf(root)], ...signatures],
  };
}

function algorithmOf(type: KeyType): string {
  return type === keyTypes.mlDsa44Cosignature ? 'ML-DSA-44' : 'Ed25519';
}

/** When the log signed, by a signature that has a time in it. */
function timeOf({ checkpoint, signatures }: Extract<CheckpointVerdict, { ok: true }>): string | undefined {
  const own = signatures.find(({ name, timestamp }) => name === checkpoint.origin && timestamp !== undefined);
  return own?.timestamp === undefined ? undefined : instant(own.timestamp);
}

function instant(seconds: number): string {
  return new Date(seconds * 1000).toISOString();
}
