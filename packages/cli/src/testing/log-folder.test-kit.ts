import { createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import {
  formatCheckpoint,
  formatVerifierKey,
  GrowingTree,
  indexOrigin,
  IndexReplay,
  keyTypes,
  type LogFile,
  signNote,
} from '@keywitness/log';
import { nodeCrypto, nodeNoteSigner } from '@keywitness/log/node';

/** A log for tests: signs with keys of its own, and writes itself to folders. */
export class TestLog {
  readonly origin = 'log.example/test';
  readonly #entries: Buffer[] = [];
  readonly #tree = new GrowingTree(nodeCrypto);
  readonly #index = new IndexReplay(nodeCrypto);
  readonly #files = new Map<string, LogFile>();
  readonly #ed25519: KeyObject;
  readonly #mlDsa44: KeyObject;

  constructor(
    ed25519: KeyObject = generateKeyPairSync('ed25519').privateKey,
    mlDsa44: KeyObject = generateKeyPairSync('ml-dsa-44').privateKey,
  ) {
    [this.#ed25519, this.#mlDsa44] = [ed25519, mlDsa44];
  }

  /** Another history of the same keys, which has all up to here in common. */
  fork(): TestLog {
    const other = new TestLog(this.#ed25519, this.#mlDsa44);
    for (const entry of this.#entries) other.append(entry.toString());
    return other;
  }

  append(event: object | string): this {
    const entry = Buffer.from(typeof event === 'string' ? event : JSON.stringify(event));
    this.#entries.push(entry);
    this.#tree.append(entry);
    this.#index.append(entry);
    return this;
  }

  get size(): number {
    return this.#tree.size;
  }

  /** Both verifier keys, one a line. */
  verifierKeys(): string {
    const ed25519 = formatVerifierKey(this.origin, keyTypes.ed25519, rawPublicKey(this.#ed25519));
    const mlDsa44 = formatVerifierKey(this.origin, keyTypes.mlDsa44Cosignature, rawPublicKey(this.#mlDsa44));
    return `${ed25519}\n${mlDsa44}\n`;
  }

  checkpoint(): string {
    return this.#sign(this.origin, this.#tree.root());
  }

  /** The index checkpoint over the log as it is, with the right statement or another one. */
  indexCheckpoint(statement: Uint8Array = this.#index.statement()): string {
    return this.#sign(indexOrigin(this.origin), statement);
  }

  #sign(origin: string, root: Uint8Array): string {
    const text = formatCheckpoint({ origin, size: this.#tree.size, root });
    const common = { name: this.origin, nowSeconds: () => 1_800_000_000 };
    return signNote(text, [
      nodeNoteSigner({ ...common, type: keyTypes.ed25519, privateKey: this.#ed25519 }),
      nodeNoteSigner({ ...common, type: keyTypes.mlDsa44Cosignature, privateKey: this.#mlDsa44 }),
    ]);
  }

  /** Writes the log under `folder/log` and its verifier keys to `folder/log.vkey`. */
  writeTo(folder: string): void {
    mkdirSync(join(folder, 'log'), { recursive: true });
    for (const file of this.#tree.takeFullFiles()) this.#files.set(file.path, file);
    for (const { path, bytes } of [...this.#files.values(), ...this.#tree.partialFiles()]) {
      const target = join(folder, 'log', path);
      mkdirSync(dirname(target), { recursive: true });
      writeFileSync(target, bytes);
    }
    writeFileSync(join(folder, 'log', 'checkpoint'), this.checkpoint());
    writeFileSync(join(folder, 'log.vkey'), this.verifierKeys());
  }
}

/** A small event, `entry` of them all. */
export function testEvent(entry: number): object {
  return {
    action: 'key.decrypt',
    actor: { name: `user-${entry}`, type: 'user' },
    client: { address: '192.0.2.7' },
    id: testEventId(entry),
    outcome: 'success',
    schema: 'keywitness.event/1',
    time: '2026-07-01T12:00:00.000Z',
  };
}

export function testEventId(entry: number): string {
  return `01980000-0000-7000-8000-${String(entry).padStart(12, '0')}`;
}

function rawPublicKey(privateKey: KeyObject): Uint8Array {
  return createPublicKey(privateKey).export({ format: 'raw-public' });
}
