import { findWitnessed } from '@keywitness/api';
import {
  type CheckpointVerdict,
  type LogCrypto,
  type LogFetch,
  openCheckpoint,
  sha256,
  verifyConsistency,
} from '@keywitness/log';
import { type Trust, withWebCrypto } from '../verify/index.ts';
import type { SignedCheckpoint } from './check-signatures.ts';
import type { ProofStep } from './steps.ts';

const title = 'Witnesses have seen the same log';

/** Whether the pinned policy asks for any. */
export function asksWitnesses({ trustedKeys }: Trust): boolean {
  const { witnessQuorum = 0, witnessRule = { kind: 'none' } } = trustedKeys;
  return witnessQuorum > 0 || witnessRule.kind !== 'none';
}

/**
 * That the witnesses which are asked for have cosigned a checkpoint, or one that goes on from it: they come to a checkpoint
 * some seconds after the log has signed it.
 */
export async function witnessStep(
  checkpoint: SignedCheckpoint,
  trust: Trust,
  fetch: LogFetch,
): Promise<ProofStep> {
  if (!asksWitnesses(trust)) {
    return stepOf(
      'skipped',
      'None is asked for: the log alone says that everybody is shown the same log. To ask witnesses, pin a trust policy instead of a key.',
    );
  }
  const own = await open(checkpoint.note, trust);
  if (own.ok) return passed(own, trust);
  try {
    const found = await findWitnessed(fetch, checkpoint.note, { sha256 });
    if (found === 'none') {
      return stepOf('failed', 'The pinned policy asks for witnesses, and the log has none.');
    }
    if (found === 'late') {
      return stepOf(
        'failed',
        'No quorum of witnesses has cosigned what the log has signed. Try again in a minute.',
      );
    }
    const later = await open(found.checkpoint, trust);
    if (!later.ok) return stepOf('failed', `${refusal} ${later.reasons.join('; ')}.`);
    const { size, root } = later.checkpoint;
    const history = verifyConsistency(
      {
        oldSize: checkpoint.size,
        oldRoot: checkpoint.root,
        newSize: size,
        newRoot: root,
        proof: found.consistency,
      },
      { sha256 },
    );
    return history.ok
      ? passed(later, trust)
      : stepOf(
          'failed',
          `The witnesses have seen another history than the one that is shown here: ${history.reason}.`,
        );
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return stepOf('skipped', `What the witnesses have cosigned could not be read: ${why}.`);
  }
}

const refusal = 'The witnesses that the pinned policy asks for have not all cosigned:';

async function open(note: string, { trustedKeys }: Trust): Promise<CheckpointVerdict> {
  const work = (crypto: LogCrypto): CheckpointVerdict => openCheckpoint(note, trustedKeys, crypto);
  return (await withWebCrypto(work)).value;
}

function passed(
  { checkpoint, signatures }: Extract<CheckpointVerdict, { ok: true }>,
  { trustedKeys }: Trust,
): ProofStep {
  const witnesses = signatures.filter(({ name }) => name !== trustedKeys.origin);
  return {
    id: 'witnesses',
    title,
    state: 'passed',
    words: `The witnesses that the pinned policy asks for have cosigned the log of ${checkpoint.size} entries: they have seen no other history.`,
    values: witnesses.map(({ name, timestamp = 0 }) => [name, new Date(timestamp * 1000).toISOString()]),
  };
}

function stepOf(state: ProofStep['state'], words: string): ProofStep {
  return { id: 'witnesses', title, state, words, values: [] };
}
