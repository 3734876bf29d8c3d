import { ApiError } from './api-error.ts';

/** Aborts a stream that has been silent for too long. */
export class SilenceAlarm {
  readonly #controller: AbortController = new AbortController();
  readonly #silenceMsMax: number;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(silenceMsMax: number) {
    this.#silenceMsMax = silenceMsMax;
    this.postpone();
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  postpone(): void {
    this.stop();
    const ring = (): void => {
      const message = 'the service has been silent for too long';
      this.#controller.abort(new ApiError('Unreachable', message, { status: 0 }));
    };
    this.#timer = setTimeout(ring, this.#silenceMsMax);
  }

  stop(): void {
    clearTimeout(this.#timer);
  }
}
