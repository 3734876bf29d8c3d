/**
 * Why nothing may be signed any more, or the service not start. `Rollback`: a witness has cosigned a larger tree than the
 * store knows, which is therefore an older copy. `Fork`: a witness has cosigned another tree. `Unwitnessed`: fewer
 * witnesses have answered at the start than are asked for.
 */
export type WitnessingErrorCode = 'Rollback' | 'Fork' | 'Unwitnessed';

/** The witnesses of the log say that its record cannot go on from here. */
export class WitnessingError extends Error {
  readonly code: WitnessingErrorCode;

  constructor(code: WitnessingErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'WitnessingError';
    this.code = code;
  }
}
