/** Why files cannot be told of now. `CatchingUp`: those of hours that have ended are still being made. */
export type TrailErrorCode = 'CatchingUp';

/** The trail's files are not to be had; whoever asks again later gets them. */
export class TrailError extends Error {
  readonly code: TrailErrorCode;

  constructor(code: TrailErrorCode, message: string) {
    super(message);
    this.name = 'TrailError';
    this.code = code;
  }
}
