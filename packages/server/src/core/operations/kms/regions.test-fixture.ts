import assert from 'node:assert/strict';
import type { LedgerStore } from '../../audit/index.ts';
import {
  type Caller,
  deleteKey,
  kmsOperations,
  Params,
  type Performed,
  type Result,
  systemCaller,
} from '../index.ts';
import { wrapMaterial } from './import.test-fixture.ts';
import { bytesOf } from './key-kinds.test-fixture.ts';
import { place, TestBench } from './service.test-fixture.ts';

export { place };

/** An ARN of KMS in a Region. */
export function arnOf(resource: string, region: string): string {
  return `arn:aws:kms:${region}:${place.account}:${resource}`;
}

/** A service that answers for several Regions, with somebody who may do everything. */
export class RegionBench {
  readonly bench: TestBench;
  readonly ann: Caller;

  constructor(store: LedgerStore, regions: readonly string[]) {
    this.bench = new TestBench(store, { place: { ...place, regions } });
    this.ann = this.bench.addUser('ann');
  }

  perform(region: string, name: string, params: object = {}, caller: Caller = this.ann): Promise<Performed> {
    const operation = kmsOperations.get(name);
    assert.ok(operation !== undefined, name);
    const request = this.bench.request(name);
    const protocol = region === place.region ? request.protocol : { ...request.protocol, region };
    return this.bench.service.perform(operation, { ...request, protocol }, caller, new Params({ ...params }));
  }

  async run(region: string, name: string, params: object = {}): Promise<Result> {
    const performed = await this.perform(region, name, params);
    if (performed.kind === 'refused') throw performed.error;
    return performed.result;
  }

  async refused(
    region: string,
    name: string,
    params: object,
  ): Promise<readonly [code: string, message: string]> {
    const performed = await this.perform(region, name, params);
    assert.equal(performed.kind, 'refused', name);
    return [performed.error.code, performed.error.message];
  }

  /** Makes a key, multi-Region unless it is said; answers its id. */
  async newKey(region: string, more: object = {}): Promise<string> {
    const { keyMetadata } = await this.run(region, 'CreateKey', { multiRegion: true, ...more });
    assert.ok(typeof keyMetadata === 'object' && keyMetadata !== null && 'keyId' in keyMetadata);
    return String(keyMetadata.keyId);
  }

  /** What DescribeKey tells of a key. */
  async metadata(region: string, keyId: string): Promise<Result> {
    const { keyMetadata } = await this.run(region, 'DescribeKey', { keyId });
    assert.ok(typeof keyMetadata === 'object' && keyMetadata !== null);
    return { ...keyMetadata };
  }

  /** What ImportKeyMaterial is asked with: 32 bytes of one value, which do not expire unless it is said. */
  async importRequest(region: string, keyId: string, byte: number, more: object = {}): Promise<object> {
    const wrapping = { wrappingAlgorithm: 'RSAES_OAEP_SHA_256', wrappingKeySpec: 'RSA_2048' };
    const made = await this.run(region, 'GetParametersForImport', { keyId, ...wrapping });
    return {
      keyId,
      importToken: made['importToken'],
      encryptedKeyMaterial: await wrapMaterial(bytesOf(made, 'publicKey'), Buffer.alloc(32, byte)),
      expirationModel: 'KEY_MATERIAL_DOES_NOT_EXPIRE',
      ...more,
    };
  }

  /** Imports it; answers its id. */
  async import(region: string, keyId: string, byte: number, more: object = {}): Promise<string> {
    const request = await this.importRequest(region, keyId, byte, more);
    return String((await this.run(region, 'ImportKeyMaterial', request))['keyMaterialId']);
  }

  /** What ListKeyRotations tells of all materials of a key. */
  async materials(region: string, keyId: string): Promise<readonly Result[]> {
    const params = { keyId, includeKeyMaterial: 'ALL_KEY_MATERIAL' };
    const { rotations } = await this.run(region, 'ListKeyRotations', params);
    assert.ok(Array.isArray(rotations));
    const entries: readonly object[] = rotations;
    return entries.map((entry) => ({ ...entry }));
  }

  /** What the scheduler does with a key that is due, by what it is stored under. */
  async destroy(name: string): Promise<void> {
    const request = this.bench.request('DeleteKey');
    const performed = await this.bench.service.perform(
      deleteKey,
      request,
      systemCaller,
      new Params({ keyId: name }),
    );
    if (performed.kind === 'refused') throw performed.error;
  }
}
