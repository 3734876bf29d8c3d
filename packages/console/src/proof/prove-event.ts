import type { ApiClient } from '@keywitness/api';
import { checkEvent } from './check-event.ts';
import { asksWitnesses, witnessStep } from './check-witnesses.ts';
import { knownLog } from './known-log.ts';
import { historyStep } from './seen-checkpoint.ts';
import { type ProofState, type ProofStep, stateOf } from './steps.ts';

/** What came of checking an event. */
export interface EventProof {
  readonly state: ProofState;
  readonly steps: readonly ProofStep[];
  /** Which entry of the log the event is; only if that was shown. */
  readonly index?: number;
  /** Entries of the log at the checkpoint. */
  readonly size?: number;
  /** RFC 3339. */
  readonly signedAt?: string;
  /** To be kept; checks offline with the bytes. */
  readonly proofText: string;
}

/**
 * Fetches the proof of an event and checks it against the pinned keys of the log (`spec/log.md`), with a step for each
 * thing that is shown.
 *
 * @throws ApiError when the proof cannot be had
 */
export async function proveEvent(
  client: Pick<ApiClient, 'getProof' | 'logFetch'>,
  event: { readonly eventId: string; readonly leaf: Uint8Array },
): Promise<EventProof> {
  const now = new Date();
  const proofText = await client.getProof(event.eventId);
  const known = await knownLog(client, now);
  if (known.trust === undefined) return { state: 'open', steps: [known.step], proofText };
  const { steps, checkpoint, index } = await checkEvent({ ...event, proofText }, known.trust);
  const { trust } = known;
  // Under keys that are in doubt nothing is remembered.
  const isSure = checkpoint !== undefined && known.step.state !== 'failed';
  const others = isSure
    ? [
        await witnessStep(checkpoint, trust, client.logFetch),
        await historyStep(checkpoint, client.logFetch, now),
      ]
    : [];
  const all = [known.step, ...steps, ...others];
  const needed = ['key', 'event', 'path', 'signature'] as const;
  return {
    state: stateOf(all, asksWitnesses(trust) ? [...needed, 'witnesses'] : needed),
    steps: all,
    proofText,
    ...(index === undefined ? {} : { index }),
    ...(checkpoint === undefined ? {} : { size: checkpoint.size }),
    ...(checkpoint?.signedAt === undefined ? {} : { signedAt: checkpoint.signedAt }),
  };
}
