import type { RoleRecord } from '../../identity/index.ts';
import type { Attempt } from '../attempt.ts';
import { OperationError } from '../errors.ts';
import type { Params } from '../params.ts';

const SECONDS_MIN = 900;
const HOUR_SECONDS = 3600;

/** The longest that any session lasts: of those that users get for themselves. */
export const SESSION_SECONDS_MAX = 129_600;

/**
 * How long a session is asked to last, if the request says so.
 *
 * @throws OperationError `Validation`.
 */
export function readDuration(params: Params, secondsMax: number): number | undefined {
  const seconds = params.optionalNumber('durationSeconds');
  if (seconds === undefined) return undefined;
  if (!Number.isSafeInteger(seconds) || seconds < SECONDS_MIN || seconds > secondsMax) {
    throw invalid(`DurationSeconds is a whole number from ${SECONDS_MIN} to ${secondsMax}.`);
  }
  return seconds;
}

/**
 * How long a session of a role lasts: as long as the role allows, and for somebody who acts in a session of a role, at
 * most an hour.
 *
 * @throws OperationError `Validation`.
 */
export function roleSessionSeconds(
  { principal }: Attempt,
  { maxSessionSeconds }: RoleRecord,
  requested: number | undefined,
): number {
  const isChained = principal.record.type === 'role';
  if (requested === undefined) return Math.min(HOUR_SECONDS, maxSessionSeconds);
  if (requested > maxSessionSeconds) {
    throw invalid('The requested DurationSeconds exceeds the MaxSessionDuration set for this role.');
  }
  if (isChained && requested > HOUR_SECONDS) {
    throw invalid(
      'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.',
    );
  }
  return requested;
}

function invalid(message: string): OperationError {
  return new OperationError('Validation', message);
}
