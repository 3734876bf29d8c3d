const answerMsMax = 60_000;

/** A signal that gives a call up when the caller does, or after a minute. */
export function timeLimit(signal: AbortSignal | undefined): AbortSignal {
  const limit = AbortSignal.timeout(answerMsMax);
  return signal === undefined ? limit : AbortSignal.any([limit, signal]);
}
