import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { formatVerifierKey, type KeyType, keyTypes, LogError, type NoteSigner } from '@keywitness/log';
import { nodeNoteSigner } from '@keywitness/log/node';
import { Failure, reasonOf } from '../failure.ts';
import { readText } from '../files/index.ts';

/** The private keys of a witness and the verifier keys that others trust it by. */
export interface WitnessKeys {
  readonly name: string;
  readonly verifierKeys: readonly string[];
  /** Signers for each of the verifier keys, which state this time. */
  signers(nowSeconds: () => number): readonly NoteSigner[];
}

const privateFile = 'witness.key';
const publicFile = 'witness.vkey';

interface PrivateKeys {
  readonly ed25519: KeyObject;
  readonly mlDsa44: KeyObject;
}

/** Makes the keys of a new witness in a folder. Refuses a folder that has some. */
export function createWitnessKeys(folder: string, name: string): WitnessKeys {
  const path = join(folder, privateFile);
  if (existsSync(path)) throw new Failure('could-not', `there are keys in \`${path}\` already`);
  const keys = {
    ed25519: generateKeyPairSync('ed25519').privateKey,
    mlDsa44: generateKeyPairSync('ml-dsa-44').privateKey,
  };
  const witness = witnessKeys(name, keys);
  const pem = (key: KeyObject): string => key.export({ type: 'pkcs8', format: 'pem' }).toString();
  const text = JSON.stringify({ name, ed25519: pem(keys.ed25519), mlDsa44: pem(keys.mlDsa44) }, null, 2);
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    writeFileSync(path, `${text}\n`, { mode: 0o400, flag: 'wx', flush: true });
    writeFileSync(join(folder, publicFile), witness.verifierKeys.map((vkey) => `${vkey}\n`).join(''));
  } catch (error) {
    throw new Failure('could-not', `could not write to \`${folder}\`: ${reasonOf(error)}`, { cause: error });
  }
  return witness;
}

/** Reads the keys of a witness. */
export function readWitnessKeys(folder: string): WitnessKeys {
  const path = join(folder, privateFile);
  const text = readText(path);
  try {
    const parsed: unknown = JSON.parse(text);
    if (isStored(parsed)) {
      const keys = { ed25519: createPrivateKey(parsed.ed25519), mlDsa44: createPrivateKey(parsed.mlDsa44) };
      return witnessKeys(parsed.name, keys);
    }
  } catch (error) {
    // What a parser says of it may quote it, and it is secret.
    throw new Failure('could-not', `\`${path}\` does not hold the keys of a witness`, { cause: error });
  }
  throw new Failure('could-not', `\`${path}\` does not hold the keys of a witness`);
}

function isStored(
  value: unknown,
): value is { readonly name: string; readonly ed25519: string; readonly mlDsa44: string } {
  return (
    typeof value === 'object' &&
    value !== null &&
    'name' in value &&
    typeof value.name === 'string' &&
    'ed25519' in value &&
    typeof value.ed25519 === 'string' &&
    'mlDsa44' in value &&
    typeof value.mlDsa44 === 'string'
  );
}

function witnessKeys(name: string, keys: PrivateKeys): WitnessKeys {
  const pairs: readonly (readonly [KeyType, KeyObject])[] = [
    [keyTypes.ed25519Cosignature, keys.ed25519],
    [keyTypes.mlDsa44Cosignature, keys.mlDsa44],
  ];
  const publicKey = (key: KeyObject): Uint8Array => createPublicKey(key).export({ format: 'raw-public' });
  try {
    return {
      name,
      verifierKeys: pairs.map(([type, key]) => formatVerifierKey(name, type, publicKey(key))),
      signers: (nowSeconds) =>
        pairs.map(([type, privateKey]) => nodeNoteSigner({ name, type, privateKey, nowSeconds })),
    };
  } catch (error) {
    if (!(error instanceof LogError)) throw error;
    throw new Failure('usage', `\`${name}\` cannot be the name of a witness: ${error.message}`, {
      cause: error,
    });
  }
}
