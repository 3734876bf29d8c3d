/** One version of a key's material. */
export interface KeyMaterialRecord {
  /** 64 lower-case hexadecimal digits. */
  readonly id: string;
  /** The material in a sealed box labelled `key-material`, base64. */
  readonly sealed: string;
  readonly createdAtMs: number;
}

/** A key's tag. */
export interface TagRecord {
  readonly key: string;
  readonly value: string;
}

/** A key as it is stored (subject `key:<id>`). */
export interface KeyRecord {
  readonly id: string;
  readonly arn: string;
  readonly account: string;
  readonly createdAtMs: number;
  readonly description: string;
  readonly spec: 'SYMMETRIC_DEFAULT';
  readonly usage: 'ENCRYPT_DECRYPT';
  readonly origin: 'AWS_KMS';
  readonly enabled: boolean;
  /** Id of the remediation that disabled it, for as long as nobody else said anything about that. */
  readonly disabledBy?: string | undefined;
  /** Set while deletion is scheduled: the instant at which the material is destroyed. */
  readonly deletionAtMs?: number;
  /** The waiting period that was asked for, days. */
  readonly deletionWindowDays?: number;
  /** The key policy's IAM JSON text, as it was put. */
  readonly policy: string;
  readonly tags: readonly TagRecord[];
  /** Oldest first; the last one is current. */
  readonly materials: readonly KeyMaterialRecord[];
}

/** An alias as it is stored (subject `alias:<account>/<name>`). */
export interface AliasRecord {
  /** With its prefix: `alias/…`. */
  readonly name: string;
  readonly arn: string;
  readonly targetKeyId: string;
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
}

/** A grant as it is stored (subject `grant:<key id>/<grant id>`). */
export interface GrantRecord {
  /** 64 lower-case hexadecimal digits. */
  readonly grantId: string;
  readonly keyId: string;
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
