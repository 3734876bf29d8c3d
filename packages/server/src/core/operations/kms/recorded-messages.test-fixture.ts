import assert from 'node:assert/strict';
import type { LedgerStore } from '../../audit/index.ts';
import type { Caller } from '../index.ts';
import { arnOf, place, TestBench } from './service.test-fixture.ts';

/**
 * What AWS KMS answered, as others have recorded it in public: an issue or pull request by its number, or {@link SNAPSHOTS}.
 */
export interface Recorded {
  readonly what: string;
  readonly source: string;
  readonly operation: string;
  /** What the request asks; what needs other requests first makes them. */
  readonly ask: (
    scene: RecordedScene,
  ) => Readonly<Record<string, unknown>> | Promise<Readonly<Record<string, unknown>>>;
  readonly answer: (scene: RecordedScene) => readonly [code: string, message: string];
}

/** Answers of AWS that localstack/localstack keeps beside its tests (tests/aws/services/kms/test_kms.snapshot.json). */
export const SNAPSHOTS: string = 'localstack/localstack';
/** Answers of AWS in us-east-1 that the author of this pull request measured, with their order. */
export const MEASURED: string = 'floci-io/floci#3968';
/** Another Region of the service. */
export const REPLICA_REGION: string = 'eu-west-1';
/** Quotas that are soon reached. */
export const QUOTAS: {
  readonly keysPerAccount: number;
  readonly aliasesPerKey: number;
  readonly grantsPerKey: number;
  readonly keyPolicyBytes: number;
} = { keysPerAccount: 2, aliasesPerKey: 1, grantsPerKey: 10, keyPolicyBytes: 32_768 };
/** Something to encrypt, or to import. */
export const BYTES: Uint8Array = new Uint8Array(32).fill(1);

/** A service with a user, and the key that a request is about. */
export class RecordedScene {
  readonly bench: TestBench;
  readonly ann: Caller;
  keyId = '';
  arn = '';

  constructor(store: LedgerStore) {
    this.bench = new TestBench(store, {
      place: { ...place, regions: [place.region, REPLICA_REGION] },
      quotas: QUOTAS,
    });
    this.ann = this.bench.addUser('ann');
  }

  /** The key that the request is about. */
  async use(more: object = {}): Promise<{ readonly keyId: string }> {
    this.keyId = await this.bench.createKey(this.ann, { ...more });
    this.arn = arnOf(`key/${this.keyId}`);
    return { keyId: this.keyId };
  }

  run(name: string, params: object): ReturnType<TestBench['result']> {
    return this.bench.result(this.ann, name, { ...params });
  }
}

/** A `Validation` with this message. */
export function validation(message: string): Recorded['answer'] {
  return () => ['Validation', message];
}

/** A refusal whose message begins with the key's ARN. */
export function ofArn(code: string, words: string): Recorded['answer'] {
  return ({ arn }) => [code, `${arn} ${words}`];
}

/** Asks, and holds the refusal against what is on record. */
export async function checkRecorded(
  scene: RecordedScene,
  { answer, ask, operation }: Recorded,
): Promise<void> {
  const asked = await ask(scene);
  assert.deepEqual(await scene.bench.refusal(scene.ann, operation, asked), answer(scene));
}
