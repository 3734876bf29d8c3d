import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { RequestGiven } from '@keywitness/api';
import type { AuditEvent } from '../../audit/index.ts';
import { judge } from '../../policy/index.ts';
import { accessCase } from '../access-case.ts';
import { callerPolicies } from '../caller-policies.ts';
import { OpenAsking } from './ask-openly.ts';
import { actingAs, enabledPrincipals, shownArn } from './principals.ts';
import { policyInForce, proposedState, readTarget } from './proposal.ts';
import { recordedCase, recordedSubject } from './recorded-request.ts';
import { replay } from './replay.ts';
import {
  HOME,
  OTHER,
  PLACE,
  SmallState,
  type Written,
  keyArn,
  keyId,
  policy,
  roleArn,
  userArn,
} from './small-state.test-fixture.ts';
import { StateView } from './state-view.ts';
import { keyQuestion, whoCan } from './who-can.ts';

/** A request of which everything that a policy here asks for is known. */
interface Whole {
  readonly action: string;
  readonly context: Readonly<Record<string, string>>;
  readonly address: string;
  readonly isSecure: boolean;
  readonly nowMs: number;
}

const ACTIONS: readonly string[] = ['kms:Encrypt', 'kms:Decrypt', 'kms:DescribeKey'];
const DAY_ONE_MS = Date.UTC(2030, 0, 1);

// oxlint-disable-next-line eslint/no-template-curly-in-string -- a policy variable looks like this
const OWN_PURPOSE = '${kms:EncryptionContext:purpose}*';

const conditions = fc.subarray(
  [
    ['StringEquals', 'kms:EncryptionContext:customer', '4711'],
    ['StringNotEquals', 'kms:EncryptionContext:customer', '4711'],
    ['StringEqualsIfExists', 'kms:EncryptionContext:purpose', 'files'],
    ['Null', 'kms:EncryptionContext:purpose', 'true'],
    ['ForAllValues:StringEquals', 'kms:EncryptionContextKeys', 'customer'],
    ['IpAddress', 'aws:SourceIp', '10.0.0.0/8'],
    ['NotIpAddress', 'aws:SourceIp', '10.0.0.0/8'],
    ['Bool', 'aws:SecureTransport', 'true'],
    ['DateLessThan', 'aws:CurrentTime', '2030-01-01T00:00:00Z'],
    ['StringEquals', 'aws:PrincipalAccount', HOME],
    ['StringEquals', 'aws:ResourceTag/team', 'blue'],
    ['StringLike', 'kms:EncryptionContext:customer', OWN_PURPOSE],
    ['StringEquals', 'kms:ViaService', 's3'],
  ] as const,
  { maxLength: 2 },
);

const own = fc.record({
  effect: fc.constantFrom('Allow', 'Allow', 'Deny'),
  actions: fc.subarray([...ACTIONS, 'kms:*'], { minLength: 1 }),
  conditions,
});

function written({ actions, conditions: wanted, effect }: Own, principal?: string): Written {
  const condition: Record<string, Record<string, string>> = {};
  for (const [operator, key, value] of wanted) condition[operator] = { ...condition[operator], [key]: value };
  return {
    Effect: effect,
    Action: actions,
    Resource: '*',
    ...(principal === undefined ? {} : { Principal: principal === '*' ? '*' : { AWS: principal } }),
    ...(wanted.length === 0 ? {} : { Condition: condition }),
  };
}

type Own = Parameters<typeof own.map>[0] extends (value: infer Value) => unknown ? Value : never;

const statements = fc.array(own, { minLength: 1, maxLength: 3 });
const principals = fc.constantFrom('*', HOME, OTHER, userArn('ann'), userArn('bob', OTHER), roleArn('app'));
const keyStatements = fc.array(fc.tuple(own, principals), { minLength: 1, maxLength: 4 });

function keyPolicyOf(key: readonly (readonly [Own, string])[]): string {
  return policy(...key.map(([one, principal]) => written(one, principal)));
}

/** Policies for the key. */
const keyPolicies: fc.Arbitrary<string> = keyStatements.map(keyPolicyOf);

/** States of a user in a group, one in another account and a role, and one key. */
const states: fc.Arbitrary<SmallState> = fc
  .record({
    ann: statements,
    bob: statements,
    app: statements,
    group: fc.option(statements),
    boundary: fc.option(statements),
    guardrail: fc.option(statements),
    key: keyStatements,
    grant: fc.option(
      fc.constantFrom({ encryptionContextSubset: { customer: '4711' } }, { encryptionContextEquals: {} }, {}),
    ),
  })
  .map(({ ann, app, bob, boundary, grant, group, guardrail, key }) => {
    const text = (list: readonly Own[]): string => policy(...list.map((one) => written(one)));
    const built = new SmallState();
    const limit = boundary === null ? {} : { boundary: built.managed('limit', text(boundary)) };
    built.put(`group:${HOME}/g`, {
      arn: `arn:aws:iam::${HOME}:group/g`,
      account: HOME,
      name: 'g',
      path: '/',
      uniqueId: 'g',
      createdAtMs: 0,
      policies: group === null ? [] : [{ name: 'of-group', document: text(group) }],
      attached: [],
    });
    built.user('ann', { policies: [text(ann)], groups: ['g'] });
    built.user('bob', { policies: [text(bob)], account: OTHER, ...limit });
    built.role('app', { policies: [text(app)], ...limit });
    if (guardrail !== null) {
      const guardrails = [{ name: 'g', document: text(guardrail) }];
      built.put(`account:${OTHER}`, { id: OTHER, name: '', createdAtMs: 0, guardrails });
    }
    built.key(1, keyPolicyOf(key));
    if (grant !== null) {
      built.put(`grant:${keyId(1)}/x`, {
        grantId: 'x',
        keyId: keyId(1),
        grantee: userArn('ann'),
        operations: ['Decrypt', 'DescribeKey'],
        constraints: grant,
        issuer: '',
        createdAtMs: 0,
      });
    }
    return built;
  });

const requests: fc.Arbitrary<Whole> = fc.record({
  action: fc.constantFrom(...ACTIONS),
  context: fc.dictionary(
    fc.constantFrom('customer', 'purpose', 'Customer'),
    fc.constantFrom('4711', 'files', ''),
  ),
  address: fc.constantFrom('10.1.2.3', '192.0.2.1'),
  isSecure: fc.boolean(),
  nowMs: fc.constantFrom(DAY_ONE_MS - 1, DAY_ONE_MS),
});

/** What a question may tell of a request, each with its telling. */
const TELLINGS: readonly ((whole: Whole) => RequestGiven)[] = [
  ({ context }) => ({ context }),
  ({ address }) => ({ sourceIp: address }),
  ({ isSecure, nowMs }) => ({
    conditions: {
      'aws:SecureTransport': [String(isSecure)],
      'aws:CurrentTime': [new Date(nowMs).toISOString()],
    },
  }),
];

function givenBy(tellings: typeof TELLINGS, whole: Whole): RequestGiven {
  return tellings.reduce<RequestGiven>((given, tell) => ({ ...given, ...tell(whole) }), {});
}

function allowedTo(view: StateView, whole: Whole): ReadonlySet<string> {
  const key = view.key(keyId(1));
  assert.ok(key !== undefined);
  const allowed = new Set<string>();
  for (const id of view.principalIds()) {
    const stored = view.principal(id);
    assert.ok(stored !== undefined);
    const principal = actingAs(stored, id, 'work');
    const client = whole.isSecure
      ? { address: whole.address, tlsVersion: 'TLSv1.3' }
      : { address: whole.address };
    const protocol = { front: 'aws', service: 'kms', operation: '' } as const;
    const asker = {
      principal,
      request: { requestId: '', client, protocol, startedMs: 0 },
      place: PLACE,
      nowMs: whole.nowMs,
      state: view.peek,
    };
    const isUse = whole.action !== 'kms:DescribeKey';
    const question = {
      ...keyQuestion(whole.action, key),
      ...(isUse ? { encryptionContext: whole.context } : { conditions: {} }),
    };
    const asked = accessCase(asker, question, callerPolicies(view, principal, PLACE.account));
    if (judge(asked.request, asked.policies).allowed) allowed.add(stored.record.arn);
  }
  return allowed;
}

function answersTo(view: StateView, action: string, given: RequestGiven): ReadonlyMap<string, string> {
  const key = view.key(keyId(1));
  assert.ok(key !== undefined);
  const steps = whoCan({ action, key: keyArn(1), ...given }, key, view, { nowMs: 0, place: PLACE });
  let step = steps.next();
  while (step.done !== true) step = steps.next();
  return new Map(step.value.principals.map(({ possibility, principal }) => [principal, possibility]));
}

test('of a request that is told as a whole, who-can names those whom policy allows it, and nobody else', () => {
  fc.assert(
    fc.property(states, requests, (built, whole) => {
      const view = new StateView(built.replica());
      const given = givenBy(TELLINGS, whole);
      const answers = answersTo(view, whole.action, given);
      assert.deepEqual(new Set(answers.keys()), allowedTo(view, whole));
      assert.ok([...answers.values()].every((possibility) => possibility === 'yes'));
    }),
    { numRuns: 800 },
  );
});

test('whatever is left open, yes means for every request, and nobody is missing who is allowed some', () => {
  fc.assert(
    fc.property(states, requests, fc.subarray([...TELLINGS]), (built, whole, told) => {
      const view = new StateView(built.replica());
      const given = givenBy(told, whole);
      const answers = answersTo(view, whole.action, given);
      const allowed = allowedTo(view, whole);
      for (const who of allowed) assert.ok(answers.has(who), `${who} is missing`);
      for (const [who, possibility] of answers) {
        assert.ok(possibility !== 'yes' || allowed.has(who), `${who} may not always`);
      }
    }),
    { numRuns: 600 },
  );
});

test('an if tells what it hangs on', () => {
  fc.assert(
    fc.property(states, fc.constantFrom(...ACTIONS), (built, action) => {
      const view = new StateView(built.replica());
      const key = view.key(keyId(1));
      assert.ok(key !== undefined);
      const asking = new OpenAsking(view, PLACE, {});
      for (const principal of enabledPrincipals(view)) {
        const { conditions: hangsOn, possibility } = asking.ask(principal, keyQuestion(action, key));
        assert.equal(possibility === 'if', hangsOn.length > 0, shownArn(principal));
      }
    }),
    { numRuns: 600 },
  );
});

const ACTORS: readonly AuditEvent['actor'][] = [
  { type: 'user', arn: userArn('ann'), account: HOME },
  { type: 'user', arn: userArn('bob', OTHER), account: OTHER },
  ...['one', 'two'].map((name) => ({
    type: 'role' as const,
    arn: `arn:aws:sts::${HOME}:assumed-role/app/${name}`,
    account: HOME,
    session: { name, issuedAt: '2030-01-01T00:00:00.000Z' },
  })),
];
const SOURCES = { place: PLACE, document: () => undefined };
const WHOLE_RECORD = { fromMs: 0, toMs: Date.UTC(2100, 0, 1) };

function eventOf(
  { action, address, context, isSecure, nowMs }: Whole,
  actor: AuditEvent['actor'],
  id: number,
): AuditEvent {
  return {
    schema: 'keywitness.event/1',
    id: String(id),
    time: new Date(nowMs).toISOString(),
    action: '',
    actor,
    client: isSecure ? { address, tlsVersion: 'TLSv1.3' } : { address },
    protocol: { front: 'aws', service: 'kms', operation: '' },
    requestId: '',
    algorithm: 'SYMMETRIC_DEFAULT',
    context,
    outcome: 'success',
    revision: 0,
    decisions: [{ effect: 'allow', permission: action, resource: keyArn(1) }],
  };
}

const recorded = fc.array(fc.tuple(requests, fc.constantFrom(...ACTORS)), { maxLength: 20 });

/** Judges one event on one state, without remembering anything. */
function isAllowed(event: AuditEvent, view: StateView): boolean {
  const [decision] = event.decisions ?? [];
  assert.ok(decision !== undefined);
  const subject = recordedSubject(event.actor, decision, view, SOURCES);
  assert.ok(typeof subject !== 'string');
  const asked = recordedCase(event, decision, subject);
  assert.ok(typeof asked !== 'string');
  const ofCaller = callerPolicies(view, asked.asker.principal, PLACE.account);
  const { policies, request } = accessCase(asked.asker, asked.question, ofCaller);
  return judge(request, policies).allowed;
}

test('a replay tells what judging every event alone tells', () => {
  fc.assert(
    fc.property(states, recorded, fc.option(keyPolicies), (built, asked, proposed) => {
      const replica = built.replica();
      const events = asked.map(([whole, actor], index) => eventOf(whole, actor, index));
      const target = readTarget(replica, HOME, `key:${keyId(1)}`);
      const document = proposed ?? policyInForce(replica, target) ?? '';
      const before = new StateView(replica);
      const after = proposedState(replica, target, document);
      const entries = events.map((event) => Buffer.from(JSON.stringify(event)));
      const reader = {
        size: () => entries.length,
        read: (first: number, entriesMax: number) => ({
          first,
          entries: entries.slice(first, first + entriesMax),
        }),
      };
      const steps = replay({ reader, span: WHOLE_RECORD, before, after, sources: SOURCES }, '');
      let step = steps.next();
      while (step.done !== true) step = steps.next();
      const judged = events.map((event) => [isAllowed(event, before), isAllowed(event, after)] as const);
      const { allowedCount, changedSince, deniedCount, notJudged } = step.value;
      assert.deepEqual(notJudged, {});
      assert.equal(deniedCount, judged.filter(([was, becomes]) => was && !becomes).length);
      assert.equal(allowedCount, judged.filter(([was, becomes]) => !was && becomes).length);
      assert.equal(changedSince, judged.filter(([was]) => !was).length);
      if (proposed === null) assert.equal(deniedCount + allowedCount, 0);
    }),
    { numRuns: 800 },
  );
});
