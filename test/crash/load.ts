import type { AccessKey } from '../running-server.ts';
import { isRecord, type KmsAnswer, KmsClient } from './kms-client.ts';
import type { Random } from './random.ts';

/** A ciphertext that was answered, with what is in it. */
export interface Encrypted {
  readonly ciphertext: string;
  readonly plaintext: string;
}

/** All that a server has acknowledged, over any number of its lives. */
export class Acknowledged {
  readonly answers: KmsAnswer[] = [];
  readonly keyIds: string[] = [];
  readonly aliases: string[] = [];
  readonly encrypted: Encrypted[] = [];
  /** Keys that were enabled or disabled at some time. */
  readonly toggled: Set<string> = new Set();
}

const CONTEXT = { customer: '4711' };

/**
 * Sends a mixture of operations over several connections, one at a time on each, until told to stop or until the
 * server is gone, and keeps everything that was answered.
 */
export class Load {
  readonly #clients: readonly KmsClient[];
  readonly #strangers: readonly KmsClient[];
  readonly #random: Random;
  readonly #acknowledged: Acknowledged;
  /** The key that encrypts; nobody disables it. */
  readonly #keyId: string;
  readonly #runs: Promise<unknown>;
  #stopped = false;

  constructor(
    port: number,
    accessKey: AccessKey,
    connections: number,
    options: { readonly keyId: string; readonly random: Random; readonly acknowledged: Acknowledged },
  ) {
    const wrongKey = { ...accessKey, secretAccessKey: 'x'.repeat(40) };
    this.#random = options.random;
    this.#acknowledged = options.acknowledged;
    this.#keyId = options.keyId;
    this.#clients = Array.from({ length: connections }, () => new KmsClient(port, accessKey));
    this.#strangers = this.#clients.map(() => new KmsClient(port, wrongKey));
    this.#runs = Promise.all(
      this.#clients.map((client, at) => this.#run(client, this.#strangers[at] ?? client)),
    );
  }

  /** Ends when every connection has its last answer or has lost its server. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#runs;
    for (const client of [...this.#clients, ...this.#strangers]) client.close();
  }

  async #run(client: KmsClient, stranger: KmsClient): Promise<void> {
    while (!this.#stopped) {
      const attempt = this.#random.below(12) === 0 ? this.#encrypt(stranger) : this.#one(client);
      // A connection that breaks is what this is about: nothing was acknowledged.
      if ((await attempt.catch(() => undefined)) === undefined) return;
    }
  }

  #one(client: KmsClient): Promise<KmsAnswer> {
    switch (this.#random.below(20)) {
      case 0:
        return this.#createKey(client);
      case 1:
        return this.#toggle(client, 'DisableKey');
      case 2:
        return this.#toggle(client, 'EnableKey');
      case 3:
        return this.#createAlias(client);
      case 4:
        return this.#ask(client, 'Encrypt', { KeyId: 'alias/nobody', Plaintext: 'YQ==' });
      case 5:
        return this.#ask(client, 'NoSuchOperation', {});
      case 6:
        return this.#ask(client, 'Decrypt', {
          CiphertextBlob: this.#acknowledged.encrypted.at(-1)?.ciphertext ?? 'YQ==',
          EncryptionContext: CONTEXT,
        });
      default:
        return this.#encrypt(client);
    }
  }

  async #ask(client: KmsClient, operation: string, members: object): Promise<KmsAnswer> {
    const answer = await client.call(operation, members);
    this.#acknowledged.answers.push(answer);
    return answer;
  }

  async #encrypt(client: KmsClient): Promise<KmsAnswer> {
    const plaintext = Buffer.from(String(this.#random.below(1_000_000_000))).toString('base64');
    const members = { KeyId: this.#keyId, Plaintext: plaintext, EncryptionContext: CONTEXT };
    const answer = await this.#ask(client, 'Encrypt', members);
    const { CiphertextBlob: ciphertext } = answer.members;
    if (typeof ciphertext === 'string') this.#acknowledged.encrypted.push({ ciphertext, plaintext });
    return answer;
  }

  async #createKey(client: KmsClient): Promise<KmsAnswer> {
    const answer = await this.#ask(client, 'CreateKey', {});
    const { KeyMetadata: metadata } = answer.members;
    if (isRecord(metadata)) this.#acknowledged.keyIds.push(String(metadata['KeyId']));
    return answer;
  }

  #toggle(client: KmsClient, operation: 'DisableKey' | 'EnableKey'): Promise<KmsAnswer> {
    const keyId = this.#someKey();
    if (keyId === undefined) return this.#createKey(client);
    this.#acknowledged.toggled.add(keyId);
    return this.#ask(client, operation, { KeyId: keyId });
  }

  async #createAlias(client: KmsClient): Promise<KmsAnswer> {
    const name = `alias/a${this.#random.below(1_000_000_000)}`;
    const members = { AliasName: name, TargetKeyId: this.#someKey() ?? this.#keyId };
    const answer = await this.#ask(client, 'CreateAlias', members);
    if (answer.status === 200) this.#acknowledged.aliases.push(name);
    return answer;
  }

  #someKey(): string | undefined {
    const { keyIds } = this.#acknowledged;
    return keyIds.length === 0 ? undefined : this.#random.one(keyIds);
  }
}

/** What a client may call a 200 with: the decryption of what it has. */
export async function decryptsTo(client: KmsClient, { ciphertext, plaintext }: Encrypted): Promise<boolean> {
  const members = { CiphertextBlob: ciphertext, EncryptionContext: CONTEXT };
  return (await client.result('Decrypt', members))['Plaintext'] === plaintext;
}
