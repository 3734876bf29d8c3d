import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import {
  type AccessRequest,
  denialMessage,
  judge,
  parsePolicy,
  PolicyError,
  type PolicyKind,
  traceDecision,
} from './index.ts';
import { compileCase } from './judged-cases.test-fixture.ts';
import { type DecisionVector, parsePolicyVectors } from './policy-vectors.test-fixture.ts';
import { type ApplicableDocuments, type NamedDocument, referenceJudge } from './reference.test-model.ts';

const url = new URL('../../../../../spec/vectors/policy.json', import.meta.url);
const { decisions, refused } = parsePolicyVectors(readFileSync(url, 'utf8'));

test('there are vectors of every kind', () => {
  assert.ok(decisions.length >= 120);
  assert.ok(refused.length >= 10);
});

for (const vector of decisions) {
  test(`decides: ${vector.name}`, () => {
    const request = requestOf(vector);
    const documents = documentsOf(vector);
    const applicable = compileCase(documents);
    const decision = judge(request, applicable);
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
    assert.deepEqual(decision, referenceJudge(request, documents));
    assert.deepEqual(decision, traceDecision(request, applicable).decision);
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

function documentsOf(vector: DecisionVector): ApplicableDocuments {
  const read = (name: string, kind: PolicyKind, document: object): NamedDocument => ({
    name,
    document: parsePolicy(JSON.stringify(document), kind),
  });
  const list = (name: string, documents: readonly object[]): readonly NamedDocument[] =>
    documents.map((document, index) => read(`${name}-${index}`, 'identity', document));
  const { key, trust, identity = [], boundary, session, organization, grants } = vector;
  const trusted = trust === undefined ? undefined : read('trust', 'trust', trust);
  return {
    identity: list('identity', identity),
    resource: key === undefined ? trusted : read('default', 'key', key),
    boundary: boundary === undefined ? undefined : read('boundary', 'identity', boundary),
    session: session === undefined ? undefined : list('session', session),
    organization: organization?.map((level, index) => list(`level-${index}`, level)),
    grants,
  };
}

function requestOf({ request }: DecisionVector): AccessRequest {
  const { action, principal, resource, role, service, federated } = request;
  const conditions = new Map(
    Object.entries(request.conditions).map(([name, values]) => [name.toLowerCase(), values]),
  );
  const account = federated === undefined ? principal.slice('arn:aws:iam::'.length).slice(0, 12) : '';
  return {
    action,
    resource,
    resourceAccount: '111122223333',
    principal: { arn: principal, account, roleArn: role, service, federated },
    conditions: (name) => conditions.get(name),
  };
}

/** Without members that are absent. */
function present(members: object): object {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));
}
