// Drives the service with the AWS Encryption SDK for JavaScript, unmodified. Settings come from the environment alone.
// Takes the folder of the package, the key's ARN, and what to do. Prints one line of JSON.
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';

const [folder, arn, task] = process.argv.slice(2);
const {
  AlgorithmSuiteIdentifier,
  buildClient,
  CommitmentPolicy,
  getLocalCryptographicMaterialsCache,
  KmsKeyringNode,
  NodeCachingMaterialsManager,
} = createRequire(`${folder}/package.json`)('@aws-crypto/client-node');

const { encrypt, decrypt } = buildClient(CommitmentPolicy.REQUIRE_ENCRYPT_REQUIRE_DECRYPT);
const keyring = new KmsKeyringNode({ generatorKeyId: arn });
// Without a signature: a signed message has its public key in the encryption context.
const suiteId = AlgorithmSuiteIdentifier.ALG_AES256_GCM_IV12_TAG16_HKDF_SHA512_COMMIT_KEY;
const encryptionContext = { customer: '4711' };

async function withKeyring() {
  const { result } = await encrypt(keyring, 'a file', { encryptionContext, suiteId });
  const opened = await decrypt(keyring, result);
  assert.equal(opened.plaintext.toString(), 'a file');
  const changed = Buffer.from(result.toString('latin1').replace('4711', '4712'), 'latin1');
  const failure = await decrypt(keyring, changed).catch((error) => error);
  assert.ok(failure instanceof Error);
  return {
    context: { ...opened.messageHeader.encryptionContext },
    changed: /InvalidCiphertextException/.test(String(failure.stack)),
  };
}

async function signed() {
  const { result } = await encrypt(keyring, 'a file', { encryptionContext });
  const { messageHeader } = await decrypt(keyring, result);
  return { context: Object.keys(messageHeader.encryptionContext).toSorted() };
}

async function withCache() {
  const manager = new NodeCachingMaterialsManager({
    backingMaterials: keyring,
    cache: getLocalCryptographicMaterialsCache(10),
    maxAge: 600_000,
    maxMessagesEncrypted: 20,
  });
  let messages = 0;
  for (let count = 0; count < 20; count += 1) {
    const { result } = await encrypt(manager, 'a file', { encryptionContext, suiteId, plaintextLength: 6 });
    const { plaintext } = await decrypt(manager, result);
    if (plaintext.toString() === 'a file') messages += 1;
  }
  return { messages };
}

const tasks = { keyring: withKeyring, signed, cache: withCache };
console.log(JSON.stringify(await tasks[task]()));
