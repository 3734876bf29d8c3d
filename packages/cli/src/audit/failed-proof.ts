import { LogError } from '@keywitness/log';
import { Failure } from '../failure.ts';

/** What to say for an error that came of reading a proof which a service has answered; others are as they were. */
export function failedProof(error: unknown): unknown {
  if (!(error instanceof LogError)) return error;
  const { code, message } = error;
  return new Failure(
    'could-not',
    code === 'out-of-range' ? message : `the service answered with no proof: ${message}`,
    { cause: error },
  );
}
