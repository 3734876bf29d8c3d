/**
 * Why there is no signature, or no proof.
 *
 * `Rollback`: the ledger or the stored checkpoint is older than what was published. `Fork`: what would be signed is no
 * extension of what was signed. `TileMismatch`: a published file does not hold what the ledger says. `Deposed`:
 * somebody else has published with the same store. With these the publisher refuses to sign (G3), and starting again
 * does not help: somebody has to look.
 *
 * `Paused`: no checkpoint covers the entry yet, because publishing is late. `Stopped`: the publisher was stopped.
 */
export type PublisherErrorCode = 'Rollback' | 'Fork' | 'TileMismatch' | 'Deposed' | 'Paused' | 'Stopped';

/** The publisher could not do what it was asked. */
export class PublisherError extends Error {
  readonly code: PublisherErrorCode;

  constructor(code: PublisherErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'PublisherError';
    this.code = code;
  }
}
