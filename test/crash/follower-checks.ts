import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { createApiClient } from '@keywitness/api';
import { parseLogKeys, verifyAnswer, verifyIndex } from '@keywitness/log';
import { directoryFetch, nodeCrypto } from '@keywitness/log/node';
import { AwsClient } from 'aws4fetch';
import { openSqliteStore } from '../../packages/server/src/stores/sqlite/index.ts';
import { type HandedOut, validateTrail } from '../tamper/validate-trail.ts';
import type { AccessKey } from '../running-server.ts';
import { isRecord } from './kms-client.ts';
import type { RecordedEvent } from './record-checks.ts';

const HOUR_MS = 3_600_000;
const REGION = 'us-east-1';
/** S3 asks for the SHA-256 of the body; there is none. */
const noBody = {
  headers: {
    'x-amz-content-sha256': 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  },
};

/** Ends the hour in the ledger of a server that does not run, by an event of an hour to come. */
export function endHour(dataDirectory: string, hour: number): void {
  const store = openSqliteStore({ path: join(dataDirectory, 'keywitness.db') });
  try {
    const [first = new Uint8Array()] = store.read(0, 1).entries;
    const [, begun = ''] = /"time":"([^"]+)"/.exec(Buffer.from(first).toString('utf8')) ?? [];
    const time = new Date(Math.floor(Date.parse(begun) / HOUR_MS + hour) * HOUR_MS).toISOString();
    const event = {
      action: 'key.list',
      actor: { name: 'ann', type: 'user' },
      client: { address: '203.0.113.7' },
      id: `event-of-${time}`,
      outcome: 'success',
      protocol: { front: 'aws', operation: 'ListKeys', service: 'kms' },
      requestId: 'r',
      revision: store.size(),
      schema: 'keywitness.event/1',
      time,
    };
    store.commit([
      { judgedAt: store.size(), reads: [], writes: [], entry: Buffer.from(JSON.stringify(event)) },
    ]);
  } finally {
    store.close();
  }
}

/** What the followers of the ledger say, held against the ledger and against what they have said before. */
export class FollowerChecks {
  readonly #dataDirectory: string;
  readonly #accessKey: AccessKey;
  readonly #account: string;
  /** Everything of the trail that was ever handed out. */
  readonly #seen = new Map<string, string>();

  constructor(dataDirectory: string, accessKey: AccessKey, account: string) {
    this.#dataDirectory = dataDirectory;
    this.#accessKey = accessKey;
    this.#account = account;
  }

  /** Hours of which files were handed out. */
  get hours(): number {
    return [...this.#seen.keys()].filter((path) => path.includes('/CloudTrail-Digest/')).length;
  }

  /** `events` are all that were in the ledger when this was asked, at least. */
  async check(port: number, events: readonly RecordedEvent[], keyId: string): Promise<void> {
    await this.#checkSearch(port, events);
    await this.#checkAnswer(port, events, keyId);
    await this.checkIndex();
    await this.checkTrail(port);
  }

  /** The published index is what the entries lead to, from their bytes alone. */
  async checkIndex(): Promise<void> {
    const verdict = await verifyIndex({
      fetch: directoryFetch(join(this.#dataDirectory, 'log')),
      keys: this.#logKeys(),
      crypto: nodeCrypto,
    });
    assert.ok(verdict.ok, verdict.ok ? '' : verdict.reasons.join());
  }

  /** The trail is valid, and what was handed out of it before is what is handed out now. */
  async checkTrail(port: number): Promise<void> {
    const bucket = `keywitness-cloudtrail-${this.#account}`;
    const base = `http://127.0.0.1:${port}/${bucket}`;
    const s3 = this.#client('s3');
    const listed = await textFrom(await s3.fetch(`${base}?list-type=2`, noBody));
    const trail = new Map<string, HandedOut>();
    for (const [, path = ''] of listed.matchAll(/<Key>([^<]+)<\/Key>/g)) {
      const answer = await s3.fetch(`${base}/${path}`, noBody);
      assert.equal(answer.status, 200, path);
      const signature = answer.headers.get('x-amz-meta-signature') ?? undefined;
      // It is unpacked on the way.
      trail.set(path, { content: gzipSync(await answer.bytes()), signature });
    }
    for (const [path, { content, signature }] of trail) {
      const text = `${signature ?? ''} ${Buffer.from(content).toString('base64')}`;
      assert.equal(this.#seen.get(path) ?? text, text, `\`${path}\` has changed`);
      this.#seen.set(path, text);
    }
    for (const path of this.#seen.keys()) assert.ok(trail.has(path), `\`${path}\` is gone`);
    const publicKey = await this.#publicKey(port);
    assert.deepEqual(validateTrail(trail, { bucket, publicKey }), []);
  }

  /** Asks for the trail without waiting for the answer, so that a kill may come while its files are made. */
  disturb(port: number): void {
    const url = `http://127.0.0.1:${port}/keywitness-cloudtrail-${this.#account}?list-type=2`;
    // Nobody promises an answer from a server that is killed.
    this.#client('s3')
      .fetch(url, noBody)
      .catch(() => undefined);
  }

  async #checkSearch(port: number, events: readonly RecordedEvent[]): Promise<void> {
    const api = this.#api(port);
    const found: number[] = [];
    for await (const { index } of api.listEvents({ action: 'key.create', order: 'oldest', limit: 1000 })) {
      if (index < events.length) found.push(index);
    }
    const expected = events.flatMap(({ action }, index) => (action === 'key.create' ? [index] : []));
    assert.deepEqual(found, expected, 'search finds what the ledger holds');
  }

  async #checkAnswer(port: number, events: readonly RecordedEvent[], key: string): Promise<void> {
    const window = { fromIndex: 0, toIndex: Math.max(1, Math.min(events.length, 2000)) };
    const answer = await this.#api(port).getAnswer({ key, ...window });
    const verdict = verifyAnswer({ answer, trustedKeys: this.#logKeys(), crypto: nodeCrypto });
    assert.ok(verdict.ok, verdict.ok ? '' : verdict.reasons.join());
    const answered = new Set(verdict.entries.map(({ index }) => index));
    for (const [index, event] of events.slice(0, window.toIndex).entries()) {
      if (event.keyId === key) assert.ok(answered.has(index), `the answer lacks the event ${index}`);
    }
  }

  #api(port: number): ReturnType<typeof createApiClient> {
    const credentials = (): Promise<AccessKey> => Promise.resolve(this.#accessKey);
    return createApiClient({ endpoint: `http://127.0.0.1:${port}`, region: REGION, credentials });
  }

  async #publicKey(port: number): Promise<Uint8Array> {
    const answer = await this.#client('cloudtrail').fetch(`http://127.0.0.1:${port}/`, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-amz-json-1.1',
        'x-amz-target': 'com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101.ListPublicKeys',
      },
      body: '{}',
    });
    const members: unknown = JSON.parse(await textFrom(answer));
    const list = isRecord(members) ? members['PublicKeyList'] : undefined;
    const keys: readonly unknown[] = Array.isArray(list) ? list : [];
    const [key] = keys;
    assert.ok(isRecord(key));
    return Buffer.from(String(key['Value']), 'base64');
  }

  #client(service: string): AwsClient {
    return new AwsClient({ ...this.#accessKey, region: REGION, service, retries: 0 });
  }

  #logKeys(): ReturnType<typeof parseLogKeys> {
    return parseLogKeys(readFileSync(join(this.#dataDirectory, 'log.vkey'), 'utf8'));
  }
}

async function textFrom(answer: Response): Promise<string> {
  const text = await answer.text();
  assert.equal(answer.status, 200, text);
  return text;
}
