import type { KeyName } from './key-name.ts';
import type { KeySpec, KeyUsage } from '../crypto/index.ts';

/** Where a key's material comes from (KMS's words): the service's own entropy, or whoever imports it. */
export type KeyOrigin = 'AWS_KMS' | 'EXTERNAL';

/** What a material is to its key, in KMS's words. */
export type KeyMaterialState =
  | 'CURRENT'
  | 'NON_CURRENT'
  | 'PENDING_ROTATION'
  | 'PENDING_MULTI_REGION_IMPORT_AND_ROTATION';

/** One version of a key's material. */
export interface KeyMaterialRecord {
  /** 64 lower-case hexadecimal digits: a one-way function of the key's id and of the secret bytes. */
  readonly id: string;
  /**
   * The secret bytes in a sealed box labelled `key-material`, base64: the raw key of a symmetric or HMAC key, the seed of
   * an ML-DSA or ML-KEM key, PKCS #8 DER of every other one. Empty once imported material was deleted or has expired, and
   * in a Region that it was never imported in.
   */
  readonly sealed: string;
  readonly createdAtMs: number;
  /** The public half of a pair: SubjectPublicKeyInfo, DER, base64. */
  readonly publicKey?: string;
  /** Absent: current if it is the last one, not current if it is not. */
  readonly state?: KeyMaterialState;
  /** Of imported material: the words of whoever imported it. */
  readonly description?: string | undefined;
  /** Of imported material that is here: when it expires, milliseconds since the epoch; absent when it does not. */
  readonly expiresAtMs?: number | undefined;
  /** Of imported material: whether the bytes are here. */
  readonly imported?: 'IMPORTED' | 'PENDING_IMPORT';
  /** When it became the current one by a rotation. The first material of a key never did. */
  readonly rotatedAtMs?: number | undefined;
  readonly rotationType?: RotationType | undefined;
}

/** What made a material the current one: the key's own schedule, or somebody's request. */
export type RotationType = 'AUTOMATIC' | 'ON_DEMAND';

/** Automatic rotation. */
export interface RotationRecord {
  /** Days, 90 to 2,560. */
  readonly periodDays: number;
  /** When the next rotation is due, milliseconds since the epoch. */
  readonly nextAtMs: number;
  /** Set while the record says that this rotation is overdue: when it was put there. */
  readonly overdueAtMs?: number;
}

/** The Regions that keys of one id, which share their material, are in. Every one of them has the same record of it. */
export interface MultiRegionRecord {
  readonly primaryRegion: string;
  readonly replicaRegions: readonly string[];
}

/** A key's tag. */
export interface TagRecord {
  readonly key: string;
  readonly value: string;
}

/**
 * A key as it is stored (subject `key:<id>`; in another Region than the first, `key:<id>@<region>`). Members that are
 * optional came later: records without them stay readable.
 */
export interface KeyRecord {
  readonly id: string;
  readonly arn: string;
  readonly account: string;
  readonly createdAtMs: number;
  readonly description: string;
  readonly spec: KeySpec;
  readonly usage: KeyUsage;
  readonly origin: KeyOrigin;
  readonly enabled: boolean;
  /** Id of the remediation that disabled it, for as long as nobody else said anything about that. */
  readonly disabledBy?: string | undefined;
  /** The state that an act of others holds the key in, whatever else stands here, for as long as that lasts. */
  readonly heldIn?: 'Creating' | 'Unavailable' | 'Updating';
  /** Set while deletion is scheduled: the instant at which the material is destroyed. */
  readonly deletionAtMs?: number | undefined;
  /** The waiting period that was asked for, days. Without `deletionAtMs` it begins when the last replica is gone. */
  readonly deletionWindowDays?: number | undefined;
  /** The key policy's IAM JSON text, as it was put. */
  readonly policy: string;
  readonly tags: readonly TagRecord[];
  /** Oldest first; empty until a key of origin `EXTERNAL` gets its first one. */
  readonly materials: readonly KeyMaterialRecord[];
  /** Absent while the key is not rotated by itself. */
  readonly rotation?: RotationRecord | undefined;
  /** How often a rotation on demand was begun. */
  readonly onDemandRotations?: number | undefined;
  /** Set while a rotation on demand is in progress: when it was asked for. */
  readonly onDemandRotationAtMs?: number | undefined;
  /** Absent unless the key is a multi-Region key. */
  readonly multiRegion?: MultiRegionRecord | undefined;
  /** The Region that the key is in; absent in the installation's first one. */
  readonly region?: string | undefined;
}

/** An alias as it is stored (subject `alias:<account>/<name>`; in another Region than the first, with `@<region>` behind). */
export interface AliasRecord {
  /** With its prefix: `alias/…`. */
  readonly name: string;
  readonly arn: string;
  readonly targetKeyId: string;
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
  /** The Region that the alias, and so its key, is in; absent in the installation's first one. */
  readonly region?: string | undefined;
}

/** A grant as it is stored (subject `grant:<key id>/<grant id>`, the key's id as its own subject has it). */
export interface GrantRecord {
  /** 64 lower-case hexadecimal digits. */
  readonly grantId: string;
  /** What the key is stored under. */
  readonly keyId: KeyName;
  readonly name?: string | undefined;
  /** ARN of a user, role, session or account root, or the name of a service. */
  readonly grantee: string;
  /** Unique id of the grantee, or of the role whose session it is: nobody who comes after it under its name inherits. */
  readonly granteeUniqueId?: string | undefined;
  /** Who may retire the grant, in the same forms. */
  readonly retiring?: string | undefined;
  readonly retiringUniqueId?: string | undefined;
  /** KMS's names, for example `Decrypt`. */
  readonly operations: readonly string[];
  readonly constraints?:
    | {
        readonly encryptionContextEquals?: Readonly<Record<string, string>> | undefined;
        readonly encryptionContextSubset?: Readonly<Record<string, string>> | undefined;
        readonly sourceArn?: string | undefined;
      }
    | undefined;
  /** ARN of the principal that made it. */
  readonly issuer: string;
  readonly createdAtMs: number;
}
