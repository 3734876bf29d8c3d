import type { LedgerError } from '../audit/index.ts';
import { OperationError } from './errors.ts';

/** What was shown proves nothing, or not any more. */
export function credentialInvalid(): OperationError {
  return new OperationError('CredentialInvalid', 'The security token included in the request is invalid.');
}

/** Short-lived credentials are past their end. */
export function tokenExpired(): OperationError {
  return new OperationError('ExpiredToken', 'The security token included in the request is expired');
}

/** More than can be done now. */
export function throttled(cause?: LedgerError): OperationError {
  const message =
    'You have exceeded the rate at which you may call this service. Reduce the frequency of your calls.';
  return new OperationError('Throttled', message, { cause });
}

/** The attempt could not be recorded (G1). */
export function withheld(cause: LedgerError): OperationError {
  if (cause.code === 'Busy') return throttled(cause);
  return new OperationError('Unavailable', 'The attempt could not be recorded, so it was refused.', {
    cause,
  });
}
