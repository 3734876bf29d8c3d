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

/** A failure of which the receiver may recover. */
export function failedForNow(reason: string): SendOutcome {
  return { kind: 'failed', again: 'later', reason };
}

/** That a receiver took longer than it may. */
export function tooSlow(who: string, msMax: number): SendOutcome {
  return failedForNow(`${who} did not answer within ${msMax / 1000} seconds`);
}
