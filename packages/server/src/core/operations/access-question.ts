import type { EncryptionContext, Key } from '../keys/index.ts';
import type { AttemptRequest } from './attempt-request.ts';
import type { Principal } from './principal.ts';

/** What policy is asked: may the caller do this to that? */
export interface AccessQuestion {
  /** For example `kms:Decrypt`. */
  readonly permission: string;
  /** The resource's ARN, or `*`. */
  readonly resource: string;
  /** The key whose policy has a say. */
  readonly key?: Key;
  /** Condition keys of this question, by lower-case name. */
  readonly conditions?: Readonly<Record<string, readonly string[]>>;
  readonly encryptionContext?: EncryptionContext | undefined;
}

/** Where the service is: what ARNs are made of. */
export interface Place {
  readonly account: string;
  readonly region: string;
}

/** Who asks policy, and when: what condition keys can speak of besides the question. */
export interface Asker {
  readonly principal: Principal;
  readonly request: AttemptRequest;
  readonly place: Place;
  readonly nowMs: number;
}
