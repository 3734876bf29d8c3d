/** How one attempt to send ended. Reasons are for the record: they hold no URL and no secret. */
export type SendOutcome =
  | { readonly kind: 'sent' }
  | {
      readonly kind: 'failed';
      readonly reason: string;
      /** `never`: this message will not be taken, whatever happens. */
      readonly again: 'later' | 'never';
      /** What the receiver asked to be waited for. */
      readonly waitMs?: number;
    };

const CODE = /^[A-Z][A-Z0-9_]{2,63}$/;

/** A failure of which the receiver may recover. */
export function failedForNow(reason: string): SendOutcome {
  return { kind: 'failed', again: 'later', reason };
}

/** That a receiver took longer than it may. */
export function tooSlow(who: string, msMax: number): SendOutcome {
  return failedForNow(`${who} did not answer within ${msMax / 1000} seconds`);
}

/** The code of an error of the network or of TLS. Its message may say more than the record should hold. */
export function networkReason(error: unknown): string {
  const code = codeOf(error);
  return code === undefined ? 'the connection failed' : `the connection failed with \`${code}\``;
}

function codeOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  return typeof error.code === 'string' && CODE.test(error.code) ? error.code : undefined;
}
