import type { LedgerError } from '../../core/audit/index.ts';

/** How the refusal of an attempt that could not be recorded is answered. */
export interface Unrecordable {
  readonly status: 429 | 503;
  readonly code: 'Throttled' | 'Unavailable';
  readonly message: string;
}

/** An attempt that could not be recorded did not happen (G1); this is what its caller is told. */
export function unrecordable(error: LedgerError): Unrecordable {
  switch (error.code) {
    case 'Busy':
      return { status: 429, code: 'Throttled', message: 'too many attempts wait to be recorded' };
    case 'Unavailable':
      return { status: 503, code: 'Unavailable', message: 'the attempt could not be recorded' };
  }
}
