/** How a key is called: by its first alias, without the prefix that they all have, or else by its id. */
export function nameOfKey(keyId: string, aliases: readonly string[]): string {
  return aliases[0]?.replace(/^alias\//, '') ?? keyId;
}

/** Words of KMS as they are read: `PendingDeletion` is `Pending deletion`. */
export function stateText(state: string): string {
  const words = state.replaceAll(/(?<=[a-z])(?=[A-Z])/g, ' ').toLowerCase();
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}`;
}

/** Constants of KMS as they are read: `ENCRYPT_DECRYPT` is `Encrypt and decrypt`. */
export function usageText(usage: string): string {
  return usages.get(usage) ?? usage;
}

/** Where a key's material comes from. */
export function originText(origin: string): string {
  return origins.get(origin) ?? origin;
}

const usages: ReadonlyMap<string, string> = new Map([
  ['ENCRYPT_DECRYPT', 'Encrypt and decrypt'],
  ['SIGN_VERIFY', 'Sign and verify'],
  ['GENERATE_VERIFY_MAC', 'Generate and verify MACs'],
  ['KEY_AGREEMENT', 'Key agreement'],
  ['ENCAPSULATE_DECAPSULATE', 'Encapsulate and decapsulate'],
]);

const origins: ReadonlyMap<string, string> = new Map([
  ['AWS_KMS', 'Made here'],
  ['EXTERNAL', 'Imported'],
  ['AWS_CLOUDHSM', 'CloudHSM'],
  ['EXTERNAL_KEY_STORE', 'External key store'],
]);
