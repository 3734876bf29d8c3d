import type { Keyring } from '../../keys/index.ts';
import type { Attempt } from '../attempt.ts';
import { OperationError } from '../errors.ts';

/** Turns that an account can save up, and how long one takes to come back. */
const TURNS_MAX = 3;
const TURN_MS = 2000;
/** Accounts that are remembered; beyond, all begin anew. */
const ACCOUNTS_MAX = 10_000;

interface Turns {
  readonly left: number;
  readonly atMs: number;
}

/** By thread, which is to say by keyring, and account. */
const turnsOf = new WeakMap<Keyring, Map<string, Turns>>();

/**
 * Takes one of the caller's account's turns at work that holds up a whole thread for tenths of a second: at most one in
 * two seconds, three at once.
 *
 * @throws OperationError `Throttled`.
 */
export function takeSlowTurn({ account, keyring, nowMs }: Attempt): void {
  const turns = turnsOf.get(keyring) ?? new Map<string, Turns>();
  turnsOf.set(keyring, turns);
  const { atMs, left } = turns.get(account) ?? { left: TURNS_MAX, atMs: nowMs };
  const available = Math.min(TURNS_MAX, left + Math.max(0, nowMs - atMs) / TURN_MS);
  if (available < 1) {
    const message =
      'You have exceeded the rate at which you may call KMS. Reduce the frequency of your calls.';
    throw new OperationError('Throttled', message);
  }
  if (turns.size >= ACCOUNTS_MAX) turns.clear();
  turns.set(account, { left: available - 1, atMs: nowMs });
}
