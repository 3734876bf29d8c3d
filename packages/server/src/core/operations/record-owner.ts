import type { Attempt } from './attempt.ts';

/**
 * The record belongs to the audit account, and nothing lets anybody else read it: whatever the policies of another
 * account say, its principals are denied (G6). What is made of the record, incidents and what is done about them,
 * belongs to that account as well.
 */
export function ownerOfRecord({ place, view }: Attempt): string {
  return view.organization()?.auditAccount ?? place.account;
}
