import {
  AlgorithmSpec,
  CustomerMasterKeySpec,
  DataKeyPairSpec,
  DataKeySpec,
  DryRunModifierType,
  EncapsulationAlgorithmSpec,
  EncryptionAlgorithmSpec,
  ExpirationModelType,
  GrantOperation,
  ImportType,
  IncludeKeyMaterial,
  KeyAgreementAlgorithmSpec,
  KeyEncryptionMechanism,
  KeySpec,
  KeyUsageType,
  MacAlgorithmSpec,
  MessageType,
  OriginType,
  SigningAlgorithmSpec,
  WrappingKeySpec,
} from '@aws-sdk/client-kms';

/** What the API model demands of a member's value, beyond its type. */
export interface Constraint {
  /** Fewest and most characters of a text, bytes of a blob, or items of a list. */
  readonly length?: readonly [min: number, max: number];
  /** Smallest and largest value of a number. */
  readonly range?: readonly [min: number, max: number];
  /** The pattern that the whole text must match, and how the model spells it. */
  readonly pattern?: { readonly test: RegExp; readonly spelling: string };
  /** The only values that there are. */
  readonly values?: readonly string[];
  /** The member may be absent only when this other list has items. */
  readonly requiredUnless?: string;
  /** The value is a secret, whatever the SDK's model says: no message shows it (G8). */
  readonly hidden?: true;
}

const NO_DEMANDS: Constraint = {};
const KEY_ID: Constraint = {
  length: [1, 2048],
  pattern: { test: /^\p{ASCII}+$/u, spelling: '^\\p{ASCII}+$' },
};
const PRINCIPAL: Constraint = {
  length: [1, 256],
  pattern: { test: /^[\w+=,.@:/-]+$/, spelling: '^[\\w+=,.@:/-]+$' },
};
const POLICY: Constraint = {
  length: [1, 131_072],
  pattern: {
    test: /^[\t\n\r\u0020-\u00FF]+$/,
    spelling: '[\\u0009\\u000A\\u000D\\u0020-\\u00FF]+',
  },
};
const CIPHERTEXT: Constraint = { length: [1, 6144], requiredUnless: 'DryRunModifiers' };
const ALGORITHM: Constraint = { values: Object.values(EncryptionAlgorithmSpec) };
/** AWS lists these in an order of its own (floci-io/floci#3968, and snapshots of localstack/localstack). */
const MAC_ALGORITHMS = ['HMAC_SHA_384', 'HMAC_SHA_256', 'HMAC_SHA_224', 'HMAC_SHA_512'];
const MESSAGE_TYPES = ['RAW', 'DIGEST', 'EXTERNAL_MU'];
const SIGNING_ALGORITHMS = [
  'RSASSA_PSS_SHA_256',
  'RSASSA_PSS_SHA_384',
  'RSASSA_PSS_SHA_512',
  'RSASSA_PKCS1_V1_5_SHA_256',
  'RSASSA_PKCS1_V1_5_SHA_384',
  'RSASSA_PKCS1_V1_5_SHA_512',
  'ECDSA_SHA_256',
  'ECDSA_SHA_384',
  'ECDSA_SHA_512',
  'ED25519_SHA_512',
  'ED25519_PH_SHA_512',
  'SM2DSA',
  'ML_DSA_SHAKE_256',
];
const REGION: Constraint = {
  length: [1, 32],
  pattern: { test: /^([a-z]+-){2,3}\d+$/, spelling: '^([a-z]+-){2,3}\\d+$' },
};
const DATA_KEY_SPEC: Constraint = { values: Object.values(DataKeySpec) };

/**
 * The model's constraints by member name; where structures differ, by structure and member. List items have a row of
 * their own, named `Member[]`. The SDK's schemas carry types, but not these.
 */
const CONSTRAINTS: Readonly<Record<string, Constraint>> = {
  AliasName: {
    length: [1, 256],
    pattern: { test: /^[a-zA-Z0-9:/_-]+$/, spelling: '^[a-zA-Z0-9:/_-]+$' },
  },
  AttestationDocument: { length: [1, 262_144] },
  BypassPolicyLockoutSafetyCheck: NO_DEMANDS,
  CiphertextBlob: CIPHERTEXT,
  Constraints: NO_DEMANDS,
  CustomerMasterKeySpec: { values: Object.values(CustomerMasterKeySpec) },
  CustomKeyStoreId: { length: [1, 64] },
  Description: { length: [0, 8192] },
  DestinationEncryptionAlgorithm: ALGORITHM,
  DestinationEncryptionContext: NO_DEMANDS,
  DestinationKeyId: KEY_ID,
  DryRun: NO_DEMANDS,
  DryRunModifiers: NO_DEMANDS,
  'DryRunModifiers[]': { values: Object.values(DryRunModifierType) },
  EncapsulationAlgorithm: { values: Object.values(EncapsulationAlgorithmSpec) },
  EncryptedKeyMaterial: { length: [1, 6144] },
  EncryptionAlgorithm: ALGORITHM,
  EncryptionContext: NO_DEMANDS,
  EncryptionContextEquals: NO_DEMANDS,
  EncryptionContextSubset: NO_DEMANDS,
  ExpirationModel: { values: Object.values(ExpirationModelType) },
  'GenerateDataKeyRequest.KeySpec': DATA_KEY_SPEC,
  'GenerateDataKeyWithoutPlaintextRequest.KeySpec': DATA_KEY_SPEC,
  GranteePrincipal: PRINCIPAL,
  GranteeServicePrincipal: PRINCIPAL,
  GrantId: { length: [1, 128] },
  GrantToken: { length: [1, 8192], hidden: true },
  GrantTokens: { length: [0, 10] },
  'GrantTokens[]': { length: [1, 8192], hidden: true },
  ImportToken: { length: [1, 6144] },
  ImportType: { values: Object.values(ImportType) },
  IncludeKeyMaterial: { values: Object.values(IncludeKeyMaterial) },
  KeyAgreementAlgorithm: { values: Object.values(KeyAgreementAlgorithmSpec) },
  KeyEncryptionAlgorithm: { values: Object.values(KeyEncryptionMechanism) },
  KeyId: KEY_ID,
  KeyMaterialDescription: {
    length: [0, 256],
    pattern: { test: /^[a-zA-Z0-9:/_\s.-]+$/, spelling: '^[a-zA-Z0-9:/_\\s.-]+$' },
  },
  KeyMaterialId: { length: [64, 64], pattern: { test: /^[a-f0-9]+$/, spelling: '^[a-f0-9]+$' } },
  KeyPairSpec: { values: Object.values(DataKeyPairSpec) },
  KeySpec: { values: Object.values(KeySpec) },
  KeyUsage: { values: Object.values(KeyUsageType) },
  Limit: { range: [1, 1000] },
  // The model says 1 to 1,000, its documentation and the service 1 to 100.
  'ListGrantsRequest.Limit': { range: [1, 100] },
  'ListRetirableGrantsRequest.Limit': { range: [1, 100] },
  Marker: {
    length: [1, 1024],
    pattern: { test: /^[\u0020-\u00FF]*$/, spelling: '[\\u0020-\\u00FF]*' },
  },
  Mac: { length: [1, 6144] },
  MacAlgorithm: { values: inOrder(MacAlgorithmSpec, MAC_ALGORITHMS) },
  Message: { length: [1, 4096] },
  MessageType: { values: inOrder(MessageType, MESSAGE_TYPES) },
  MultiRegion: NO_DEMANDS,
  Name: {
    length: [1, 256],
    pattern: { test: /^[a-zA-Z0-9:/_-]+$/, spelling: '^[a-zA-Z0-9:/_-]+$' },
  },
  NumberOfBytes: { range: [1, 1024] },
  Operations: NO_DEMANDS,
  'Operations[]': { values: Object.values(GrantOperation) },
  Origin: { values: Object.values(OriginType) },
  // What the model says; of these the operation takes 7 to 30.
  PendingWindowInDays: { range: [1, 365] },
  Plaintext: { length: [1, 4096] },
  Policy: POLICY,
  PolicyName: { length: [1, 128], pattern: { test: /^\w+$/, spelling: '[\\w]+' } },
  PrimaryRegion: REGION,
  PublicKey: { length: [1, 8192] },
  Recipient: NO_DEMANDS,
  ReplicaRegion: REGION,
  RetiringPrincipal: PRINCIPAL,
  RetiringServicePrincipal: PRINCIPAL,
  RotationPeriodInDays: { range: [90, 2560] },
  SharedSecretCiphertextBlob: { length: [1, 6144] },
  Signature: { length: [1, 6144] },
  SigningAlgorithm: { values: inOrder(SigningAlgorithmSpec, SIGNING_ALGORITHMS) },
  SourceArn: { length: [20, 2048] },
  SourceEncryptionAlgorithm: ALGORITHM,
  SourceEncryptionContext: NO_DEMANDS,
  SourceKeyId: KEY_ID,
  TagKey: { length: [1, 128] },
  TagKeys: NO_DEMANDS,
  'TagKeys[]': { length: [1, 128] },
  Tags: NO_DEMANDS,
  TagValue: { length: [0, 256] },
  TargetKeyId: KEY_ID,
  ValidTo: NO_DEMANDS,
  WrappingAlgorithm: { values: Object.values(AlgorithmSpec) },
  WrappingKeySpec: { values: Object.values(WrappingKeySpec) },
  XksKeyId: {
    length: [1, 128],
    pattern: { test: /^[a-zA-Z0-9\-_.]+$/, spelling: '^[a-zA-Z0-9-_.]+$' },
  },
};

/**
 * What a model demands of a member, or of the items of a list of texts, `Member[]`. Every member of an operation that
 * we offer has a row, if an empty one: one without is our fault, found when the operation is compiled.
 */
export type ConstraintLookup = (structure: string, member: string) => Constraint;

/** What the SDK's model lists, in AWS's order; what AWS is not on record with comes last. */
function inOrder(values: Readonly<Record<string, string>>, order: readonly string[]): readonly string[] {
  const known = Object.values(values);
  return [
    ...order.filter((value) => known.includes(value)),
    ...known.filter((value) => !order.includes(value)),
  ];
}

/** Looks up rows by structure and member, and then by member alone. */
export function constraintsIn(table: Readonly<Record<string, Constraint>>): ConstraintLookup {
  return (structure, member) => {
    const constraint = table[`${structure}.${member}`] ?? table[member];
    if (constraint === undefined) {
      throw new TypeError(`the member \`${structure}.${member}\` has no row in the table of constraints`);
    }
    return constraint;
  };
}

/** What KMS's model demands. */
export const kmsConstraintOf: ConstraintLookup = constraintsIn(CONSTRAINTS);
