import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type GrantRecord, keyName } from '../../keys/index.ts';
import { type AccessRequest, compileGrant } from '../../policy/index.ts';
import { type GrantTerms, isWithin } from './grant-terms.ts';

const ANN = 'arn:aws:iam::111122223333:user/ann';
const SOURCES = ['arn:aws:backup:eu-1:111122223333:vault/a', 'arn:aws:backup:eu-1:111122223333:vault/b'];

const pairs = fc.dictionary(fc.constantFrom('a', 'A', 'b'), fc.constantFrom('1', '2'), { maxKeys: 3 });
const maybePairs = fc.option(pairs, { nil: undefined });
const operations = fc.subarray(['CreateGrant', 'Decrypt', 'Encrypt', 'RetireGrant']);
const source = fc.option(fc.constantFrom(...SOURCES), { nil: undefined });
const constraints = fc.option(
  fc.record({ encryptionContextEquals: maybePairs, encryptionContextSubset: maybePairs, sourceArn: source }),
  { nil: undefined },
);

function grantOf(terms: Pick<GrantRecord, 'constraints' | 'operations'>): GrantRecord {
  return { grantId: 'g', keyId: keyName({ id: 'k' }), grantee: ANN, issuer: ANN, createdAtMs: 0, ...terms };
}

function termsOf({ constraints: limits, operations: allowed }: GrantRecord): GrantTerms {
  return {
    name: undefined,
    operations: allowed,
    constraints: limits,
    granteePrincipal: ANN,
    granteeService: undefined,
    retiringPrincipal: undefined,
    retiringService: undefined,
  };
}

function requestFor(
  operation: string,
  context: Readonly<Record<string, string>>,
  sourceArn: string | undefined,
): AccessRequest {
  return {
    action: `kms:${operation}`,
    resource: 'arn:aws:kms:eu-1:111122223333:key/k',
    resourceAccount: '111122223333',
    principal: { arn: ANN, account: '111122223333' },
    conditions: (name) => {
      if (name === 'aws:sourcearn') return sourceArn === undefined ? undefined : [sourceArn];
      if (name === 'kms:encryptioncontextkeys') return Object.keys(context);
      const wanted = Object.entries(context).filter(
        ([pair]) => name === `kms:encryptioncontext:${pair.toLowerCase()}`,
      );
      return wanted.map(([, value]) => value);
    },
  };
}

test('whatever grant may be made by another one, it allows nothing that the other one does not', () => {
  let within = 0;
  let reached = 0;
  fc.assert(
    fc.property(
      fc.record({ constraints, operations }),
      fc.record({ constraints, operations }),
      fc.array(fc.tuple(fc.constantFrom('Decrypt', 'Encrypt'), pairs, source), {
        minLength: 1,
        maxLength: 12,
      }),
      (outer, inner, requests) => {
        const [parent, child] = [grantOf(outer), grantOf(inner)];
        if (!isWithin(termsOf(child), parent)) return;
        within += 1;
        for (const [operation, context, sourceArn] of requests) {
          const request = requestFor(operation, context, sourceArn);
          const action = request.action.toLowerCase();
          if (compileGrant(child).reach(request, action) === 'none') continue;
          reached += 1;
          assert.equal(compileGrant(parent).reach(request, action), 'direct');
        }
      },
    ),
    { numRuns: 5000 },
  );
  assert.ok(within > 0 && reached > 0, 'there were grants within others, and requests that they allowed');
});

test('a grant is within itself', () => {
  fc.assert(
    fc.property(fc.record({ constraints, operations }), (terms) => {
      assert.equal(isWithin(termsOf(grantOf(terms)), grantOf(terms)), true);
    }),
  );
});
