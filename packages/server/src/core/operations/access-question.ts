import type { IdentityTag } from '../identity/index.ts';
import type { EncryptionContext, Key } from '../keys/index.ts';
import type { CompiledPolicy } from '../policy/index.ts';
import type { AttemptRequest } from './attempt-request.ts';
import type { StoredGrant } from './grant-book.ts';
import type { Principal } from './principal.ts';
import type { Place } from './regions.ts';
import type { Replica } from './replica.ts';

export type { Place } from './regions.ts';

/** What policy is asked: may the caller do this to that? */
export interface AccessQuestion {
  /** For example `kms:Decrypt`. */
  readonly permission: string;
  /** The resource's ARN, or `*`. */
  readonly resource: string;
  /** The account that owns the resource, when it is not the key's, or, without a key, the caller's own. */
  readonly resourceAccount?: string | undefined;
  /** The key whose policy and grants have a say. */
  readonly key?: Key | undefined;
  /** The policy of a resource that is no key: a role's trust policy. */
  readonly resourcePolicy?: CompiledPolicy | undefined;
  /** Tags of a resource that is no key. */
  readonly resourceTags?: readonly IdentityTag[] | undefined;
  /** Condition keys of this question, by lower-case name. */
  readonly conditions?: Readonly<Record<string, readonly string[]>> | undefined;
  readonly encryptionContext?: EncryptionContext | undefined;
  /** KMS's name of the operation, when grants can allow it. */
  readonly grantOperation?: string | undefined;
  /** The grants that have a say, when these are not simply those on the key that reach the caller. */
  readonly grants?: readonly StoredGrant[] | undefined;
}

/** Who asks policy, and when: what condition keys can speak of besides the question. */
export interface Asker {
  readonly principal: Principal;
  readonly request: AttemptRequest;
  readonly place: Place;
  readonly nowMs: number;
  /** The state, for what conditions ask of it. */
  readonly state: Replica;
}
