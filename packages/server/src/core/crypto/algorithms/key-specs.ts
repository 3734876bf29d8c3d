/** The symmetric key specs: encryption and MACs. */
const SYMMETRIC_KEY_SPECS = ['SYMMETRIC_DEFAULT', 'HMAC_224', 'HMAC_256', 'HMAC_384', 'HMAC_512'] as const;

/** The key specs of key pairs. */
const ASYMMETRIC_KEY_SPECS = [
  'RSA_2048',
  'RSA_3072',
  'RSA_4096',
  'ECC_NIST_P256',
  'ECC_NIST_P384',
  'ECC_NIST_P521',
  'ECC_SECG_P256K1',
  'ECC_NIST_EDWARDS25519',
  'ML_DSA_44',
  'ML_DSA_65',
  'ML_DSA_87',
  'ML_KEM_512',
  'ML_KEM_768',
  'ML_KEM_1024',
  'SM2',
] as const;

/** A key spec of a key pair. */
export type AsymmetricKeySpec = (typeof ASYMMETRIC_KEY_SPECS)[number];

/** What a key is made of, in the words of the AWS KMS API. */
export type KeySpec = (typeof SYMMETRIC_KEY_SPECS)[number] | AsymmetricKeySpec;

/** All key specs of the AWS KMS API. */
export const KEY_SPECS: readonly KeySpec[] = [...SYMMETRIC_KEY_SPECS, ...ASYMMETRIC_KEY_SPECS];

/** The key specs whose pairs take so long to find that they are made apart from the request. */
export type RsaKeySpec = 'RSA_2048' | 'RSA_3072' | 'RSA_4096';

/** What a key may be used for. */
export type KeyUsage =
  | 'ENCRYPT_DECRYPT'
  | 'SIGN_VERIFY'
  | 'GENERATE_VERIFY_MAC'
  | 'KEY_AGREEMENT'
  | 'ENCAPSULATE_DECAPSULATE';

/** How a message is signed. */
export type SigningAlgorithm =
  | 'RSASSA_PSS_SHA_256'
  | 'RSASSA_PSS_SHA_384'
  | 'RSASSA_PSS_SHA_512'
  | 'RSASSA_PKCS1_V1_5_SHA_256'
  | 'RSASSA_PKCS1_V1_5_SHA_384'
  | 'RSASSA_PKCS1_V1_5_SHA_512'
  | 'ECDSA_SHA_256'
  | 'ECDSA_SHA_384'
  | 'ECDSA_SHA_512'
  | 'ED25519_SHA_512'
  | 'ED25519_PH_SHA_512'
  | 'ML_DSA_SHAKE_256'
  | 'SM2DSA';

/** How a plaintext is encrypted under the public half of a pair. */
export type PublicEncryptionAlgorithm = 'RSAES_OAEP_SHA_1' | 'RSAES_OAEP_SHA_256' | 'SM2PKE';

/** How a message is authenticated. */
export type MacAlgorithm = 'HMAC_SHA_224' | 'HMAC_SHA_256' | 'HMAC_SHA_384' | 'HMAC_SHA_512';

/** What the bytes to sign are: the message, its digest, or ML-DSA's representative of it (FIPS 204, 6.2). */
export type MessageType = 'RAW' | 'DIGEST' | 'EXTERNAL_MU';
