import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import {
  addSignatures,
  considerCheckpoint,
  consistencyProof,
  cosign,
  formatCheckpoint,
  formatCosignatures,
  formatVerifierKey,
  GrowingTree,
  type KnownLog,
  keyTypes,
  type LogFile,
  type NoteSigner,
  noteSigner,
  parseNote,
  signNote,
  tileHashReader,
  type TrustedKeys,
} from '@keywitness/log';
import { nodeCrypto } from '@keywitness/log/node';
import { type LogSigningKey, openLogSigningKey, takeSecretKey } from '../../core/crypto/index.ts';
import type { LogCheckpoint, WitnessedLog } from './ports.ts';

const origin = 'log.test';
const nowSeconds = (): number => 1_800_000_000;

/** The published log of a server, with as many entries as the test says. */
export class SampleLog implements WitnessedLog {
  readonly keys: TrustedKeys;
  readonly kept: string[] = [];
  readonly #key: LogSigningKey;
  readonly #label: string;
  #size = 0;

  constructor(label: string, key: LogSigningKey = keyOf(origin)) {
    this.#label = label;
    this.#key = key;
    this.keys = { origin, logKeys: [formatVerifierKey(origin, keyTypes.ed25519, key.publicKey)] };
  }

  /** Another history of the same log, which has nothing in common with this one. */
  forked(): SampleLog {
    return new SampleLog('fork', this.#key);
  }

  grow(size: number): this {
    this.#size = size;
    return this;
  }

  newest(): LogCheckpoint {
    return this.at(this.#size);
  }

  at(size: number): LogCheckpoint {
    const root = this.#tree(size).tree.root();
    const signer = signerOf(origin, keyTypes.ed25519, this.#key);
    return { size, root, note: signNote(formatCheckpoint({ origin, size, root }), [signer]) };
  }

  consistency(oldSize: number, size: number): Promise<readonly Uint8Array[]> {
    const files = new Map(this.#tree(size).files.map((file) => [file.path, file.bytes]));
    const fetch = (path: string): Promise<Uint8Array | null> => Promise.resolve(files.get(path) ?? null);
    const reader = tileHashReader({ size, fetch, hasher: nodeCrypto });
    return consistencyProof(oldSize, size, reader, nodeCrypto);
  }

  witnessed(): string | undefined {
    return this.kept.at(-1);
  }

  keepWitnessed(note: string): Promise<void> {
    this.kept.push(note);
    return Promise.resolve();
  }

  #tree(size: number): { readonly tree: GrowingTree; readonly files: readonly LogFile[] } {
    const tree = new GrowingTree(nodeCrypto);
    for (let index = 0; index < size; index += 1) tree.append(Buffer.from(`${this.#label} ${index}`));
    return { tree, files: [...tree.takeFullFiles(), ...tree.partialFiles()] };
  }
}

/**
 * How a witness answers: as it should, never, with a size that it does not have, with a good cosignature of something
 * else, without showing what it has cosigned, or with an error.
 */
export type Manner = 'honest' | 'hangs' | 'lies' | 'cosigns another' | 'secretive' | 'fails';

/** A witness in this process, on a port of its own. */
export class SampleWitness implements AsyncDisposable {
  readonly vkey: string;
  readonly name: string;
  manner: Manner = 'honest';
  /** Requests to cosign that it has read. */
  requests = 0;
  #log: KnownLog;
  #cosigned: string | undefined;
  readonly #key: LogSigningKey;
  readonly #server = createServer((request, response) => {
    this.#answer(request, response).catch(() => response.destroy());
  });
  #url = '';

  constructor(name: string, log: SampleLog) {
    this.name = name;
    this.#key = keyOf(name);
    this.#log = { keys: log.keys, latest: undefined };
    this.vkey = formatVerifierKey(name, keyTypes.ed25519Cosignature, this.#key.publicKey);
  }

  get url(): string {
    return this.#url;
  }

  get size(): number {
    return this.#log.latest?.size ?? 0;
  }

  async start(): Promise<this> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    const address = this.#server.address();
    if (typeof address === 'object' && address !== null) this.#url = `http://127.0.0.1:${address.port}`;
    return this;
  }

  /** Makes it believe that it has cosigned this. */
  believe(log: SampleLog, size: number): void {
    const { note, root } = log.at(size);
    this.#log = { ...this.#log, latest: { origin, size, root, signedSeconds: 0, note } };
    this.#cosigned = addSignatures(note, this.#sign(note));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  #sign(note: string): ReturnType<typeof cosign> {
    const signer = signerOf(this.name, keyTypes.ed25519Cosignature, this.#key);
    return cosign(parseNote(note).text, [signer]);
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await buffer(request);
    if (request.method === 'GET') {
      const path = `/${Buffer.from(nodeCrypto.sha256(Buffer.from(origin))).toString('hex')}/checkpoint`;
      const isShown = request.url === path && this.#cosigned !== undefined && this.manner !== 'secretive';
      response.writeHead(isShown ? 200 : 404).end(isShown ? this.#cosigned : '');
      return;
    }
    this.requests += 1;
    if (this.manner === 'hangs') return;
    if (this.manner === 'fails') return void response.writeHead(503).end('busy\n');
    if (this.manner === 'lies') return void response.writeHead(409).end('123456\n');
    const decision = considerCheckpoint(body, new Map([[origin, this.#log]]), nodeCrypto);
    if (decision.kind === 'refuse') {
      const { status, reason, latestSize } = decision;
      response.writeHead(status).end(latestSize === undefined ? reason : `${latestSize}\n`);
      return;
    }
    this.#log = { ...this.#log, latest: decision.latest };
    const { note } = decision.latest;
    this.#cosigned = addSignatures(note, this.#sign(note));
    const signed = this.manner === 'cosigns another' ? note.replace(/\n[0-9]+\n/, '\n7\n') : note;
    response.writeHead(200).end(formatCosignatures(this.#sign(signed)));
  }
}

/** A key that is the same for the same name. */
function keyOf(name: string): LogSigningKey {
  return openLogSigningKey('ed25519', takeSecretKey(nodeCrypto.sha256(Buffer.from(name))));
}

function signerOf(
  name: string,
  type: typeof keyTypes.ed25519 | typeof keyTypes.ed25519Cosignature,
  key: LogSigningKey,
): NoteSigner {
  const { publicKey } = key;
  const signBytes = (message: Uint8Array): Uint8Array => key.sign(message);
  return type === keyTypes.ed25519
    ? noteSigner({ name, type, publicKey, signBytes })
    : noteSigner({ name, type, publicKey, signBytes, nowSeconds });
}
