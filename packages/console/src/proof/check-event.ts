import {
  type LogCrypto,
  leafHash,
  LogError,
  parseCheckpoint,
  parseNote,
  parseProof,
  type TlogProof,
  verifyInclusion,
  verifyProof,
} from '@keywitness/log';
import { type Trust, withWebCrypto } from '../verify/index.ts';
import { hexOf } from './bytes.ts';
import { checkSignatures, logKeysOf, type SignedCheckpoint } from './check-signatures.ts';
import type { ProofStep } from './steps.ts';

/** What was answered about an event. */
export interface EventClaim {
  /** Of the event that was asked for. */
  readonly eventId: string;
  /** The bytes that the event is shown from. */
  readonly leaf: Uint8Array;
  /** The C2SP tlog-proof. */
  readonly proofText: string;
}

/** The steps of a check, and the checkpoint if it held. */
export interface CheckedEvent {
  readonly steps: readonly ProofStep[];
  readonly checkpoint?: SignedCheckpoint;
  /** Which entry it is; only if the check held. */
  readonly index?: number;
}

/** Checks that a log has an event, step by step: each is taken whatever came of the others. */
export async function checkEvent(claim: EventClaim, trust: Trust): Promise<CheckedEvent> {
  const { value } = await withWebCrypto((crypto) => stepsOf(claim, trust, crypto));
  return value;
}

function stepsOf(claim: EventClaim, trust: Trust, crypto: LogCrypto): CheckedEvent {
  const event = eventStep(claim, crypto);
  const proof = readProof(claim.proofText);
  if (proof instanceof LogError) {
    const words = `The service’s proof cannot be read: ${proof.message}.`;
    return { steps: [event, { id: 'path', title: pathTitle, state: 'failed', words, values: [] }] };
  }
  const path = pathStep(claim, proof, crypto);
  const signed = checkSignatures(proof.checkpoint, trust, crypto);
  const steps = [event, path, signed.step];
  const hasFailed = steps.some(({ state }) => state === 'failed');
  const { proofText, leaf } = claim;
  const verdict = verifyProof({ proofText, entry: leaf, trustedKeys: logKeysOf(trust), crypto });
  // The steps are for people. What counts is the verdict of the one check that everybody uses.
  if (!verdict.ok && !hasFailed) return { steps: [...steps, refusal(verdict.reasons)] };
  return verdict.ok && !hasFailed && signed.checkpoint !== undefined
    ? { steps, checkpoint: signed.checkpoint, index: verdict.index }
    : { steps };
}

const pathTitle = 'The log has exactly these bytes';

/** That the bytes are of the event that was asked for: a good proof of another one proves nothing about this one. */
function eventStep({ eventId, leaf }: EventClaim, crypto: LogCrypto): ProofStep {
  const title = 'What is shown is the event that was asked for';
  const found = idIn(leaf);
  const values: ProofStep['values'] = [
    ['Event', found ?? 'none'],
    ['Bytes', String(leaf.length)],
    ['Leaf hash', hexOf(leafHash(leaf, crypto))],
  ];
  return found === eventId
    ? {
        id: 'event',
        title,
        state: 'passed',
        words:
          'All that this page says of the event is read from these bytes, and their hash is checked next.',
        values,
      }
    : {
        id: 'event',
        title,
        state: 'failed',
        words:
          found === undefined
            ? 'The bytes that the service answered with are no event.'
            : 'The service answered with another event than the one that was asked for.',
        values: [['Asked for', eventId], ...values],
      };
}

function pathStep(
  { leaf }: EventClaim,
  { index, hashes, checkpoint }: TlogProof,
  crypto: LogCrypto,
): ProofStep {
  const signed = readCheckpoint(checkpoint);
  if (signed instanceof LogError) {
    return { id: 'path', title: pathTitle, state: 'failed', words: `${signed.message}.`, values: [] };
  }
  const { size, root } = signed;
  const claim = { index, size, root, leafHash: leafHash(leaf, crypto), proof: hashes };
  const verdict = verifyInclusion(claim, crypto);
  return {
    id: 'path',
    title: pathTitle,
    state: verdict.ok ? 'passed' : 'failed',
    words: verdict.ok
      ? `The hash of the bytes, joined with ${hashes.length} others, gives the root of the log: entry ${index} of ${size} is these bytes and no others.`
      : `The hash of these bytes does not lead to the root of the log (${verdict.reason}). They are not what the log has as entry ${index}: they were changed after they had been recorded, or on their way here.`,
    values: [
      ['Entry', `${index} of ${size}`],
      ['Root', hexOf(root)],
      ...hashes.map((hash, level) => [`Sibling ${level}`, hexOf(hash)] as const),
    ],
  };
}

function refusal(reasons: readonly string[]): ProofStep {
  return {
    id: 'path',
    title: 'The proof as a whole',
    state: 'failed',
    words: `${reasons.join('; ')}.`,
    values: [],
  };
}

function idIn(leaf: Uint8Array): string | undefined {
  try {
    const event: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(leaf));
    const hasId = typeof event === 'object' && event !== null && 'id' in event;
    return hasId && typeof event.id === 'string' ? event.id : undefined;
  } catch {
    // What is neither UTF-8 nor JSON is no event; that is the answer here.
    return undefined;
  }
}

function readProof(text: string): TlogProof | LogError {
  return read(() => parseProof(text));
}

function readCheckpoint(note: string): ReturnType<typeof parseCheckpoint> | LogError {
  return read(() => parseCheckpoint(parseNote(note).text));
}

function read<Value>(work: () => Value): Value | LogError {
  try {
    return work();
  } catch (error) {
    if (error instanceof LogError) return error;
    throw error;
  }
}
