import assert from 'node:assert/strict';
import type { LedgerStore } from '../../audit/index.ts';
import { KEY_SPECS, keyAlgorithm, type KeySpec, type KeyUsage } from '../../crypto/index.ts';
import type { Caller, Result } from '../index.ts';
import { arnOf, place, TestBench } from './service.test-fixture.ts';

/** A kind of key: a spec, and a usage that it can have. */
export interface Kind {
  readonly keySpec: KeySpec;
  readonly keyUsage: KeyUsage;
}

/** Every kind of key there is. */
export const KINDS: readonly Kind[] = KEY_SPECS.flatMap((keySpec) =>
  keyAlgorithm(keySpec).usages.map((keyUsage) => ({ keySpec, keyUsage })),
);

/** One kind of each usage and family, without those whose pairs take seconds to find. */
export const QUICK_KINDS: readonly Kind[] = KINDS.filter(
  ({ keySpec }) => keySpec !== 'RSA_3072' && keySpec !== 'RSA_4096',
);

/** A service with somebody who may do everything. */
export class KindBench {
  readonly bench: TestBench;
  readonly ann: Caller;

  constructor(store: LedgerStore) {
    this.bench = new TestBench(store, { place: { ...place, regions: [place.region, 'eu-west-1'] } });
    this.ann = this.bench.addUser('ann');
  }

  /** Makes a key of a kind; answers its id. */
  key(kind: Kind, more: object = {}): Promise<string> {
    return this.bench.createKey(this.ann, { ...kind, ...more });
  }

  run(name: string, params: object): Promise<Result> {
    return this.bench.result(this.ann, name, { ...params });
  }

  refused(name: string, params: object): Promise<readonly [code: string, message: string]> {
    return this.bench.refusal(this.ann, name, { ...params });
  }

  /** What DescribeKey tells of a key. */
  async metadata(keyId: string): Promise<Readonly<Record<string, unknown>>> {
    const { keyMetadata } = await this.run('DescribeKey', { keyId });
    assert.ok(typeof keyMetadata === 'object' && keyMetadata !== null);
    return Object.fromEntries(Object.entries(keyMetadata).filter(([, value]) => value !== undefined));
  }
}

/** A member of a result that is bytes. */
export function bytesOf(result: Result, name: string): Buffer {
  const bytes = result[name];
  assert.ok(bytes instanceof Uint8Array, name);
  return Buffer.from(bytes);
}

/** The ARN of a key here. */
export function keyArnOf(keyId: string): string {
  return arnOf(`key/${keyId}`);
}
