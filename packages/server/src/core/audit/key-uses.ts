/** Acts that use a key's material. */
const KEY_USES: ReadonlySet<string> = new Set([
  'key.decapsulate',
  'key.decrypt',
  'key.derive-shared-secret',
  'key.encapsulate',
  'key.encrypt',
  'key.generate-data-key',
  'key.generate-data-key-pair',
  'key.generate-data-key-pair-without-plaintext',
  'key.generate-data-key-without-plaintext',
  'key.generate-mac',
  'key.re-encrypt',
  'key.sign',
  'key.verify',
  'key.verify-mac',
]);

/** Whether an action, as events name it, is use of a key. Reading about a key, and changing it, is none. */
export function isKeyUse(action: string | undefined): boolean {
  return action !== undefined && KEY_USES.has(action);
}
