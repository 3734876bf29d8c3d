import { type GrantRecord, KeyringError } from '../../keys/index.ts';
import type { Attempt } from '../attempt.ts';
import { OperationError } from '../errors.ts';
import { grantId } from '../grant-book.ts';

const LABEL = ['grant-token'] as const;

/** A token that stands for a grant: what the grant is stored by, sealed, so that each token is another text. */
export function sealGrantToken(attempt: Attempt, grant: GrantRecord): string {
  const bytes = Buffer.from(grantId(grant), 'utf8');
  return attempt.keyring.sealSecret(LABEL, bytes, attempt.entropy);
}

/**
 * What the grant is stored by that a token stands for. The grant may be gone.
 *
 * @throws OperationError `InvalidGrantToken` for what is no token of ours.
 */
export function openGrantToken(attempt: Attempt, token: string): string {
  // One grant token has one text.
  if (Buffer.from(token, 'base64').toString('base64') !== token) throw invalidToken();
  try {
    return Buffer.from(attempt.keyring.openSecret(LABEL, token)).toString('utf8');
  } catch (error) {
    if (!(error instanceof KeyringError)) throw error;
    throw invalidToken(error);
  }
}

function invalidToken(cause?: KeyringError): OperationError {
  return new OperationError('InvalidGrantToken', 'The grant token is not valid.', { cause });
}
