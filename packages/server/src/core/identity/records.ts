/** An inline identity policy: its name and its IAM JSON text. */
export interface InlinePolicy {
  readonly name: string;
  readonly document: string;
}

/** A principal as it is stored (subject `principal:<arn>`). */
export interface PrincipalRecord {
  readonly arn: string;
  readonly account: string;
  readonly name: string;
  readonly type: 'user' | 'service';
  /** AWS-style unique id, for example `AIDA…`; what `GetCallerIdentity` answers as the user id. */
  readonly uniqueId: string;
  /** Milliseconds since the epoch. */
  readonly createdAtMs: number;
  readonly disabled: boolean;
  readonly policies: readonly InlinePolicy[];
}

/** An access key as it is stored (subject `credential:<access key id>`). */
export interface CredentialRecord {
  readonly accessKeyId: string;
  readonly principalArn: string;
  /** The secret access key in a sealed box labelled `access-key`, base64. */
  readonly sealedSecret: string;
  readonly createdAtMs: number;
  readonly disabled: boolean;
}
