import type { KeyMetadata } from '@aws-sdk/client-kms';
import type { Wire } from '../../api/index.ts';

/** The key that the page is about, for its parts. */
export interface KeySubject {
  readonly keyId: string;
  readonly arn: string;
  readonly region: string;
  readonly accountId: string;
  /** Its first alias without the prefix, or its id: what it is called, and what is typed to confirm a deletion. */
  readonly name: string;
  readonly metadata: Wire<KeyMetadata>;
  /** Asks for the key and its aliases again. */
  readonly refresh: () => Promise<void>;
}

/** What each part of the page gets. */
export interface PartProps {
  readonly subject: KeySubject;
}

/** An instant of KMS, which are seconds. */
export function dateOf(seconds: number): Date {
  return new Date(seconds * 1000);
}
