import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type GrantRecord, keyName } from '../keys/index.ts';
import type { AccessRequest } from '../policy/index.ts';
import { GrantBook, grantId, type StoredGrant } from './grant-book.ts';

const ACCOUNT = '111122223333';
const ANN = `arn:aws:iam::${ACCOUNT}:user/ann`;
const KEY = keyName({ id: 'key' });
const NEW = 'AIDANEW';

const pairs = fc.dictionary(fc.constantFrom('a', 'A', 'b', 'c'), fc.constantFrom('1', '2'), { maxKeys: 3 });
const maybe = <Value>(value: fc.Arbitrary<Value>): fc.Arbitrary<Value | undefined> =>
  fc.option(value, { nil: undefined });
const constraints = fc.record({
  encryptionContextEquals: maybe(pairs),
  encryptionContextSubset: maybe(pairs),
  sourceArn: fc.option(fc.constant('arn:aws:s3:::bucket'), { nil: undefined, freq: 1 }),
});
const grants: fc.Arbitrary<GrantRecord> = fc.record({
  grantId: fc.integer({ min: 0, max: 30 }).map((n) => String(n).padStart(4, '0')),
  keyId: fc.constant(KEY),
  name: maybe(fc.constantFrom('x', 'y')),
  grantee: fc.constant(ANN),
  granteeUniqueId: maybe(fc.constantFrom(NEW, 'AIDAGONE')),
  operations: fc.subarray(['Decrypt', 'DescribeKey', 'Sign']),
  constraints: maybe(constraints),
  issuer: fc.constant(''),
  createdAtMs: fc.constant(0),
});
/** What happens: a grant is made, or replaces the one of its id, or goes. */
const acts = fc.array(fc.tuple(grants, fc.boolean()), { maxLength: 60 });

/** The first grant that lets a request through, as decisions look for it. */
function deciding(
  candidates: readonly StoredGrant[],
  operation: string,
  context: Readonly<Record<string, string>>,
  source: string | undefined,
): string | undefined {
  const conditions = (name: string): readonly string[] | undefined => {
    if (name === 'kms:encryptioncontextkeys') return Object.keys(context);
    if (name === 'aws:sourcearn') return source === undefined ? undefined : [source];
    const wanted = name.replace('kms:encryptioncontext:', '');
    return Object.entries(context).flatMap(([key, value]) => (key.toLowerCase() === wanted ? [value] : []));
  };
  const request: AccessRequest = {
    action: `kms:${operation}`,
    resource: '*',
    principal: { arn: ANN, account: ACCOUNT },
    resourceAccount: ACCOUNT,
    conditions,
  };
  return candidates.find(({ compiled }) => compiled.reach(request, request.action.toLowerCase()) !== 'none')
    ?.record.grantId;
}

test('the few grants that are looked at decide as all of them would, by the same one', () => {
  fc.assert(
    fc.property(
      acts,
      fc.constantFrom('Decrypt', 'DescribeKey', 'Sign'),
      pairs,
      maybe(fc.constantFrom('arn:aws:s3:::bucket', 'arn:aws:s3:::other')),
      (done, operation, context, source) => {
        const book = new GrantBook();
        for (const [record, present] of done) {
          book.note(grantId(record), present ? JSON.stringify(record) : null);
        }
        const all = book.on(KEY, ANN).filter(({ record }) => (record.granteeUniqueId ?? NEW) === NEW);
        const few = book.deciding(KEY, ANN, NEW, { operation, context, hasSource: source !== undefined });
        assert.equal(deciding(few, operation, context, source), deciding(all, operation, context, source));
        for (const name of ['x', 'y']) {
          assert.deepEqual(
            book.named(KEY, ANN, name).map(({ record }) => record.grantId),
            book.on(KEY, ANN).flatMap(({ record }) => (record.name === name ? [record.grantId] : [])),
          );
        }
      },
    ),
    { numRuns: 2000 },
  );
});

test('of thousands of grants to one grantee a decision looks at a handful', () => {
  const book = new GrantBook();
  const base = { keyId: KEY, grantee: ANN, operations: ['Decrypt'], issuer: '', createdAtMs: 0 };
  for (let n = 0; n < 3000; n += 1) {
    const id = String(n).padStart(6, '0');
    const encryptionContextSubset = { app: 'orders', customer: String(n) };
    const plain = { ...base, grantId: `p${id}` };
    const bound = { ...base, grantId: `b${id}`, constraints: { encryptionContextSubset } };
    for (const record of [plain, bound]) book.note(grantId(record), JSON.stringify(record));
  }
  const context = { app: 'orders', customer: '17' };
  const found = book.deciding(KEY, ANN, NEW, { operation: 'Decrypt', context, hasSource: false });
  assert.deepEqual(
    found.map(({ record }) => record.grantId).filter((id) => id !== 'b000000'),
    ['b000017', 'p000000'],
  );
  assert.ok(found.length <= 3);
});
