import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import {
  type AccessRequest,
  compilePolicy,
  denialMessage,
  judge,
  parsePolicy,
  PolicyError,
} from './index.ts';
import { type DecisionVector, parsePolicyVectors } from './policy-vectors.test-fixture.ts';
import { referenceJudge } from './reference.test-model.ts';

const url = new URL('../../../../../spec/vectors/policy.json', import.meta.url);
const { decisions, refused } = parsePolicyVectors(readFileSync(url, 'utf8'));

test('there are vectors of every kind', () => {
  assert.ok(decisions.length >= 50);
  assert.ok(refused.length >= 10);
});

for (const vector of decisions) {
  test(`decides: ${vector.name}`, () => {
    const request = requestOf(vector);
    const identity = vector.identity.map((document, index) => ({
      name: `identity-${index}`,
      document: parsePolicy(JSON.stringify(document), 'identity'),
    }));
    const key =
      vector.key === undefined
        ? undefined
        : { name: 'default', document: parsePolicy(JSON.stringify(vector.key), 'key') };
    const decision = judge(request, {
      identity: identity.map(({ document, name }) => compilePolicy(document, name)),
      key: key === undefined ? undefined : compilePolicy(key.document, key.name),
    });
    const { by, via, missing, effect, allowed } = decision;
    assert.deepEqual(
      present({
        effect,
        policyKind: by?.policyKind ?? missing,
        policy: by?.policyName,
        statement: by === undefined ? undefined : (by.sid ?? `#${by.statementIndex}`),
        via: via === undefined ? undefined : (via.sid ?? `#${via.statementIndex}`),
        message: allowed ? undefined : denialMessage(request, decision),
      }),
      vector.expected,
    );
    assert.deepEqual(decision, referenceJudge(request, { identity, ...(key === undefined ? {} : { key }) }));
  });
}

for (const { name, kind, text, message } of refused) {
  test(`refuses: ${name}`, () => {
    assert.throws(
      () => parsePolicy(text, kind),
      (error) => error instanceof PolicyError && error.message === message,
      message,
    );
  });
}

function requestOf({ request }: DecisionVector): AccessRequest {
  const { action, principal, resource } = request;
  const conditions = new Map(
    Object.entries(request.conditions).map(([name, values]) => [name.toLowerCase(), values]),
  );
  const account = principal.slice('arn:aws:iam::'.length).slice(0, 12);
  return {
    action,
    resource,
    resourceAccount: '111122223333',
    principal: { arn: principal, account },
    conditions: (name) => conditions.get(name),
  };
}

/** Without members that are absent. */
function present(members: object): object {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));
}
