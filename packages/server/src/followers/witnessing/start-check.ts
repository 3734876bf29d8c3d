import { openCheckpoint } from '@keywitness/log';
import { nodeCrypto } from '@keywitness/log/node';
import { WitnessingError } from './errors.ts';
import type { WitnessPolicy } from './ports.ts';
import { WitnessClient } from './witness-client.ts';

/** What is asked before anything is signed. */
export interface StartCheckOptions {
  readonly policy: WitnessPolicy;
  /** The checkpoint in the store; `null` when nothing was ever signed. */
  readonly stored: string | null;
  readonly timeoutMs: number;
  /** So many witnesses must have answered. */
  readonly answersMin: number;
  /** Told what an operator should know. */
  readonly onTrouble: (message: string) => void;
}

/**
 * Asks every witness, all at once, whether it has cosigned more than the store knows, by sending it the stored
 * checkpoint again: what one has cosigned was in the store before. Witnesses that do not answer are told of, and do not
 * hold up the start unless so many answers are asked for.
 *
 * @throws WitnessingError `Rollback`, `Fork` or `Unwitnessed`.
 */
export async function checkWithWitnesses(options: StartCheckOptions): Promise<void> {
  const { policy, stored, onTrouble, answersMin, timeoutMs } = options;
  if (stored === null) return;
  const { origin, logKeys } = policy.trusted;
  const opened = openCheckpoint(stored, { origin, logKeys }, nodeCrypto);
  // What is wrong with it, the publisher says.
  if (!opened.ok) return;
  const { size } = opened.checkpoint;
  const replies = await Promise.all(
    policy.endpoints.map(async ({ url }) => {
      const reply = await new WitnessClient({ url, timeoutMs }).add({
        oldSize: size,
        proof: [],
        checkpoint: stored,
      });
      return { url, reply };
    }),
  );
  let answers = 0;
  for (const { url, reply } of replies) {
    if (reply.kind === 'size' && reply.size > size) throw rollback(url, reply.size, size);
    if (reply.kind === 'conflict') throw fork(url, size, reply.reason);
    if (reply.kind !== 'failed') answers += 1;
    else onTrouble(`the witness \`${url}\` could not be asked at the start: ${reply.reason}`);
  }
  if (answers < answersMin) {
    throw new WitnessingError(
      'Unwitnessed',
      `\`${answers}\` witnesses have answered at the start, and \`${answersMin}\` are asked for`,
    );
  }
}

/** Says what has happened and what to do: whoever reads it has just tried to start the service. */
export function rollback(url: string, witnessed: number, known: number): WitnessingError {
  return new WitnessingError(
    'Rollback',
    `the witness \`${url}\` has cosigned \`${witnessed}\` entries of this log, and the store knows \`${known}\`: ` +
      'the database is an older copy. Find the newer one, keep both and the published log, and see "Rollback" in ' +
      'docs/operations.md',
  );
}

/** The same, when the sizes do not tell. */
export function fork(url: string, size: number, reason: string): WitnessingError {
  return new WitnessingError(
    'Fork',
    `the witness \`${url}\` has cosigned another history than the \`${size}\` entries that the store knows: ` +
      `${reason}. Keep the database and the published log, and see "Fork" in docs/operations.md`,
  );
}
