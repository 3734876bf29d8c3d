/** A known answer came out wrong: this build of the crypto library must not be used. */
export class SelfTestError extends Error {
  readonly code = 'SelfTestFailed';

  constructor(algorithm: string) {
    super(`the self test of ${algorithm} failed`);
    this.name = 'SelfTestError';
  }
}
