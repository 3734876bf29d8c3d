import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type {
  DiffAnswer,
  Explanation,
  LintAnswer,
  ReplayAnswer,
  UnusedAnswer,
  WhatCanAnswer,
  WhoCanAnswer,
} from '@keywitness/api';
import { sayDecision, sayNearMiss } from '@keywitness/api';
import type { AuditEvent, LedgerReader } from '../../audit/index.ts';
import { sha256Hex } from '../../crypto/index.ts';
import { OperationError } from '../errors.ts';
import { parseRecord } from '../subjects.ts';
import { analyse, type AnalysisQuestion } from './analysis.ts';
import {
  allow,
  HOME,
  keyArn,
  keyId,
  OTHER,
  PLACE,
  policy,
  roleArn,
  SmallState,
  userArn,
} from './small-state.test-fixture.ts';

const NOW_MS = Date.UTC(2030, 5, 1);
const DELEGATING = policy({
  Sid: 'Account',
  Effect: 'Allow',
  Principal: { AWS: HOME },
  Action: 'kms:*',
  Resource: '*',
});

/** Ann of a group, bob of another account, and a role that ann may assume. */
function company(keyPolicy: string = DELEGATING): SmallState {
  const state = new SmallState();
  const useKeys = state.managed('use-keys', policy({ Sid: 'Use', ...allow('kms:Decrypt', 'kms:Encrypt') }));
  state.put(`group:${HOME}/developers`, {
    arn: `arn:aws:iam::${HOME}:group/developers`,
    account: HOME,
    name: 'developers',
    path: '/',
    uniqueId: 'g',
    createdAtMs: 0,
    policies: [],
    attached: [useKeys],
  });
  state.user('ann', { groups: ['developers'], policies: [policy(allow('sts:AssumeRole'))] });
  state.user('bob', { account: OTHER, policies: [policy(allow('*'))] });
  state.user('eve', { disabled: true, policies: [policy(allow('*'))] });
  const onlyInTheOffice = { IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } };
  state.role('app', {
    policies: [policy({ ...allow('kms:*'), Condition: onlyInTheOffice })],
    trust: policy({ Effect: 'Allow', Principal: { AWS: HOME }, Action: 'sts:AssumeRole' }),
  });
  return state.key(1, keyPolicy).key(2, DELEGATING);
}

/** One decrypt by somebody, with what matters of it. */
function use(index: number, who: string, more: Partial<AuditEvent> = {}): AuditEvent {
  const account = who.split(':')[4] ?? '';
  return {
    schema: 'keywitness.event/1',
    id: `event-${index}`,
    time: new Date(NOW_MS - 86_400_000 + index * 1000).toISOString(),
    action: 'key.decrypt',
    actor: { type: 'user', arn: who, account, credentialId: `AKIA-${who}` },
    client: { address: '192.0.2.7' },
    protocol: { front: 'aws', service: 'kms', operation: 'Decrypt' },
    requestId: '',
    algorithm: 'SYMMETRIC_DEFAULT',
    context: { customer: String(index % 3) },
    key: { id: keyId(1), arn: keyArn(1) },
    outcome: 'success',
    revision: 1,
    decisions: [{ effect: 'allow', permission: 'kms:Decrypt', resource: keyArn(1) }],
    ...more,
  };
}

function readerOf(events: readonly AuditEvent[]): LedgerReader {
  const entries = events.map((event) => Buffer.from(JSON.stringify(event)));
  return {
    size: () => entries.length,
    read: (first, entriesMax) => ({ first, entries: entries.slice(first, first + entriesMax) }),
  };
}

function ask<Answer>(
  state: SmallState,
  question: AnalysisQuestion,
  events: readonly AuditEvent[] = [],
  documents: readonly string[] = [],
): Answer {
  const byDigest = new Map(documents.map((text) => [sha256Hex(text), text]));
  const steps = analyse(question, {
    replica: state.replica(),
    reader: readerOf(events),
    place: PLACE,
    document: (digest) => byDigest.get(digest),
    nowMs: NOW_MS,
  });
  let step = steps.next();
  while (step.done !== true) step = steps.next();
  return parseRecord<Answer>(JSON.stringify(step.value));
}

describe('who-can', () => {
  const question = (more: object = {}): AnalysisQuestion => ({
    kind: 'who-can',
    account: HOME,
    question: { action: 'decrypt', key: keyId(1), ...more },
  });

  test('names everybody who may, by which statement, and who may become them', () => {
    const { action, principals, resource, unknown } = ask<WhoCanAnswer>(company(), question());
    assert.deepEqual([action, resource, unknown], ['kms:Decrypt', keyArn(1), []]);
    assert.deepEqual(
      principals.map(({ possibility, principal }) => [principal, possibility]),
      [
        [userArn('ann'), 'yes'],
        [roleArn('app'), 'if'],
      ],
    );
    const [ann, app] = principals;
    assert.equal(
      sayDecision(ann ?? { effect: '' }),
      `allowed by the statement \`Use\` of the identity-based policy \`arn:aws:iam::${HOME}:policy/use-keys\` (group \`developers\`), as the statement \`Account\` of the resource-based policy \`default\` lets it decide`,
    );
    assert.deepEqual(
      app?.conditions.map(({ key, values, when }) => [when, key, values]),
      [['if', 'aws:SourceIp', ['10.0.0.0/8']]],
    );
    assert.deepEqual(
      app?.assumedBy?.map(({ possibility, principal }) => [principal, possibility]),
      [[userArn('ann'), 'yes']],
    );
  });

  test('takes what the question says of requests as given', () => {
    const names = (more: object): readonly string[] =>
      ask<WhoCanAnswer>(company(), question(more)).principals.map(
        ({ possibility, principal }) => `${principal} ${possibility}`,
      );
    assert.deepEqual(names({ sourceIp: '10.1.1.1' }), [`${roleArn('app')} yes`, `${userArn('ann')} yes`]);
    assert.deepEqual(names({ sourceIp: '192.0.2.1' }), [`${userArn('ann')} yes`]);
    assert.deepEqual(names({ conditions: { 'AWS:SourceIp': ['10.1.1.1'] } }).length, 2);
  });

  test('asks other accounts, one named session, and says whom nobody knows', () => {
    const nobody = userArn('gone');
    const session = `arn:aws:sts::${HOME}:assumed-role/app/nightly`;
    const document = policy({
      Effect: 'Allow',
      Principal: { AWS: [userArn('bob', OTHER), nobody, session] },
      Action: 'kms:Decrypt',
      Resource: '*',
    });
    const { principals, unknown } = ask<WhoCanAnswer>(company(document), question());
    assert.deepEqual(
      principals.map(({ possibility, principal }) => [principal, possibility]),
      [
        [userArn('bob', OTHER), 'yes'],
        [session, 'yes'],
      ],
    );
    assert.deepEqual(unknown, [nobody]);
  });
});

test('what-can groups keys on which the same can be done, and tells the roles', () => {
  const question = { principal: 'ann' };
  const answer = ask<WhatCanAnswer>(company(), { kind: 'what-can', account: HOME, question });
  assert.deepEqual(answer.keys, [
    { keys: [keyArn(1), keyArn(2)], yes: ['kms:Decrypt', 'kms:Encrypt'], if: [], conditions: [] },
  ]);
  assert.deepEqual(
    answer.roles.map(({ possibility, principal }) => [principal, possibility]),
    [[roleArn('app'), 'yes']],
  );
});

describe('diff', () => {
  const change = (target: string, next: string, old?: string): DiffAnswer =>
    ask<DiffAnswer>(company(), {
      kind: 'diff',
      account: HOME,
      question: { for: target, new: next, ...(old === undefined ? {} : { old }) },
    });

  test('tells who gains and who loses what by a key policy, whatever its text', () => {
    const bobToo = {
      Effect: 'Allow',
      Principal: { AWS: userArn('bob', OTHER) },
      Action: 'kms:Decrypt',
      Resource: '*',
    };
    const { gains, losses } = change(`key:${keyId(1)}`, policy(bobToo));
    assert.deepEqual(
      gains.map(({ action, after, before, principal, resources }) => [
        principal,
        action,
        resources,
        before,
        after,
      ]),
      [[userArn('bob', OTHER), 'kms:Decrypt', [keyArn(1)], 'no', 'yes']],
    );
    assert.ok(
      losses.some(({ action, principal }) => principal === userArn('ann') && action === 'kms:Encrypt'),
    );
    const same = policy({
      Effect: 'Allow',
      Principal: { AWS: `arn:aws:iam::${HOME}:root` },
      Action: ['kms:*'],
    });
    const none = change(`key:${keyId(1)}`, same);
    assert.deepEqual([none.gains, none.losses, none.altered, none.cut], [[], [], [], 0]);
  });

  test('tells when only the conditions are others', () => {
    const office = (range: string): string =>
      policy({ ...allow('kms:*'), Condition: { IpAddress: { 'aws:SourceIp': range } } });
    const answer = change('role:app', office('10.1.0.0/16'));
    assert.deepEqual([answer.gains, answer.losses], [[], []]);
    const decrypt = answer.altered.filter(({ action }) => action === 'kms:Decrypt');
    assert.deepEqual(
      decrypt.map(({ principal, resources }) => [principal, resources]),
      [[roleArn('app'), [keyArn(1), keyArn(2)]]],
    );
    assert.deepEqual(change('role:app', office('10.0.0.0/8')).altered, []);
  });

  test('knows groups, managed policies, trust policies and guardrails', () => {
    const losers = (target: string, next: string): ReadonlySet<string> =>
      new Set(change(target, next).losses.map(({ action, principal }) => `${principal} ${action}`));
    assert.ok(
      losers(`policy:arn:aws:iam::${HOME}:policy/use-keys`, policy(allow('kms:Encrypt'))).has(
        `${userArn('ann')} kms:Decrypt`,
      ),
    );
    const trustNobody = policy({ Effect: 'Allow', Principal: { AWS: OTHER }, Action: 'sts:AssumeRole' });
    assert.deepEqual([...losers('trust:app', trustNobody)], [`${userArn('ann')} sts:AssumeRole`]);
    const gained = change('group:developers/more', policy(allow('kms:DescribeKey'))).gains;
    assert.deepEqual(new Set(gained.map(({ principal }) => principal)), new Set([userArn('ann')]));
    assert.ok(losers(`guardrail:${OTHER}`, policy(allow('iam:*'))).size > 0);
    assert.deepEqual([...losers(`guardrail:${HOME}`, policy(allow('iam:*')))], []);
  });

  test('refuses what there is not and what cannot be read', () => {
    const code = (target: string, next = DELEGATING): string => {
      try {
        change(target, next);
        return '';
      } catch (error) {
        return error instanceof OperationError ? error.code : 'other';
      }
    };
    assert.equal(code('key:nowhere'), 'NotFound');
    assert.equal(code('user:nobody'), 'NotFound');
    assert.equal(code('house:1'), 'Validation');
    assert.equal(code(`key:${keyId(1)}`, '{}'), 'MalformedPolicy');
  });
});

describe('replay', () => {
  const ANN = userArn('ann');
  const events = [
    ...Array.from({ length: 9 }, (_, index) => use(index, ANN)),
    use(9, `arn:aws:sts::${HOME}:assumed-role/app/one`, {
      actor: {
        type: 'role',
        arn: `arn:aws:sts::${HOME}:assumed-role/app/one`,
        account: HOME,
        session: { name: 'one' },
      },
      outcome: 'denied',
      decisions: [{ effect: 'implicit-deny', permission: 'kms:Decrypt', resource: keyArn(1) }],
    }),
    use(10, userArn('gone')),
    use(11, ANN, { count: 500 }),
    use(12, ANN, { decisions: [{ effect: 'allow', permission: 'kms:Decrypt', resource: keyArn(7) }] }),
  ];
  const replay = (target: string, document: string, more: object = {}): ReplayAnswer =>
    ask<ReplayAnswer>(
      company(),
      { kind: 'replay', account: HOME, question: { for: target, document, ...more } },
      events,
    );

  test('of the policy in force changes nothing, and says what it could not judge', () => {
    const answer = replay(`key:${keyId(1)}`, DELEGATING);
    assert.deepEqual([answer.newlyDenied, answer.newlyAllowed], [[], []]);
    assert.deepEqual([answer.events, answer.decisions, answer.changedSince], [13, 13, 0]);
    assert.deepEqual(answer.notJudged, { 'principal-gone': 1, counted: 1, 'resource-gone': 1 });
  });

  test('tells what would have been denied, with events as evidence', () => {
    const deny = {
      Sid: 'NotThisCustomer',
      Effect: 'Deny',
      Principal: '*',
      Action: 'kms:Decrypt',
      Resource: '*',
      Condition: { StringEquals: { 'kms:EncryptionContext:customer': '1' } },
    };
    const delegating = { Effect: 'Allow', Principal: { AWS: HOME }, Action: 'kms:*', Resource: '*' };
    const { deniedCount, newlyDenied } = replay(`key:${keyId(1)}`, policy(delegating, deny));
    assert.equal(deniedCount, 3);
    assert.equal(newlyDenied.length, 1);
    const [group] = newlyDenied;
    assert.deepEqual(
      [group?.principal, group?.count, group?.events],
      [ANN, 3, ['event-1', 'event-4', 'event-7']],
    );
    assert.equal(group?.after.by?.statement, 'NotThisCustomer');
  });

  test('tells what would have been allowed, for the role of all its sessions', () => {
    const { allowedCount, newlyAllowed } = replay('role:app', policy(allow('kms:*')));
    assert.equal(allowedCount, 1);
    assert.deepEqual(
      newlyAllowed.map(({ events: evidence, principal }) => [principal, evidence]),
      [[roleArn('app'), ['event-9']]],
    );
  });

  test('judges the span that was asked for', () => {
    const from = events[5]?.time;
    const to = events[7]?.time;
    assert.equal(replay(`key:${keyId(1)}`, DELEGATING, { from, to }).events, 2);
    assert.equal(replay(`key:${keyId(1)}`, DELEGATING, { from: new Date(NOW_MS).toISOString() }).events, 0);
  });

  test('does not judge what hangs on what a proxy may have said otherwise', () => {
    const behind = use(0, ANN, { client: { address: '192.0.2.7', proxies: ['10.0.0.1'] } });
    const tls = policy({ ...allow('kms:*'), Condition: { Bool: { 'aws:SecureTransport': 'true' } } });
    const question = { for: 'user:ann', document: tls };
    const answer = ask<ReplayAnswer>(company(), { kind: 'replay', account: HOME, question }, [behind]);
    assert.deepEqual(answer.notJudged, { 'value-not-recorded': 1 });
  });
});

describe('explain', () => {
  const explain = (event: AuditEvent, documents: readonly string[] = []): Explanation =>
    ask<Explanation>(
      company(),
      { kind: 'explain', account: HOME, index: 3, entry: Buffer.from(JSON.stringify(event)) },
      [],
      documents,
    );

  test('shows the statement that allowed, in the text that it had then', () => {
    const document = policy({ Sid: 'Then', ...allow('kms:Decrypt') });
    const decision = {
      effect: 'allow',
      permission: 'kms:Decrypt',
      policy: 'old',
      policyKind: 'identity-based',
      policySha256: sha256Hex(document),
      resource: keyArn(1),
      statement: 'Then',
    } as const;
    const [explained] = explain(use(0, userArn('ann'), { decisions: [decision] }), [document]).decisions;
    assert.equal(explained?.by?.text, JSON.stringify({ Sid: 'Then', ...allow('kms:Decrypt') }));
    assert.equal(explained?.now?.by?.statement, 'Use');
    assert.equal(explained?.now?.by?.origin, 'group `developers`');
  });

  test('shows what nearly allowed a denied request, and what was missing', () => {
    const arn = `arn:aws:sts::${HOME}:assumed-role/app/one`;
    const denied = use(0, arn, {
      actor: { type: 'role', arn, account: HOME, session: { name: 'one' } },
      decisions: [
        {
          effect: 'implicit-deny',
          permission: 'kms:Decrypt',
          policyKind: 'identity-based',
          resource: keyArn(1),
        },
      ],
      outcome: 'denied',
    });
    const { decisions, revision, revisionNow } = explain(denied);
    assert.notEqual(revision, revisionNow);
    const [explained] = decisions;
    assert.equal(sayDecision(explained ?? { effect: '' }), 'denied: no identity-based policy allows it');
    assert.deepEqual(explained?.now?.nearMisses.map(sayNearMiss), [
      'the statement `#0` of the identity-based policy `inline-0` (role `app`) wants aws:SourceIp IpAddress `10.0.0.0/8`, and the request has `192.0.2.7`',
    ]);
  });

  test('says when the question cannot be asked again', () => {
    const [explained] = explain(use(0, userArn('gone'))).decisions;
    assert.equal(explained?.notAskedAgain, 'principal-gone');
    assert.equal(explained?.now, undefined);
  });
});

describe('lint', () => {
  test('warns of names that nobody has and of what is not used, and suggests a narrower policy', () => {
    const document = policy(
      { Sid: 'Admin', Effect: 'Allow', Principal: { AWS: userArn('ann') }, Action: 'kms:*', Resource: '*' },
      {
        Sid: 'Gone',
        Effect: 'Allow',
        Principal: { AWS: userArn('gone') },
        Action: 'kms:Decrypt',
        Resource: '*',
      },
      { Sid: 'No', Effect: 'Deny', Principal: '*', Action: 'kms:Sign', Resource: '*' },
    );
    const question = { for: `key:${keyId(1)}` };
    const answer = ask<LintAnswer>(company(document), { kind: 'lint', account: HOME, question }, [
      use(0, userArn('ann')),
    ]);
    const codes = new Set(answer.warnings.map(({ code }) => code));
    assert.ok(codes.has('unknown-principal') && codes.has('unused-access') && codes.has('wildcard-action'));
    const [unused] = answer.unused;
    assert.equal(unused?.principal, userArn('ann'));
    assert.ok(unused.actions.includes('kms:PutKeyPolicy') && !unused.actions.includes('kms:Decrypt'));
    const suggested: unknown = JSON.parse(answer.suggestion ?? '');
    assert.deepEqual(suggested, {
      Version: '2012-10-17',
      Statement: [
        { Sid: 'No', Effect: 'Deny', Principal: '*', Action: 'kms:Sign', Resource: '*' },
        {
          Sid: 'Administration',
          Effect: 'Allow',
          Principal: { AWS: [userArn('ann')] },
          Action: ['kms:PutKeyPolicy', 'kms:GetKeyPolicy', 'kms:DescribeKey'],
          Resource: '*',
        },
        {
          Sid: 'Used1',
          Effect: 'Allow',
          Principal: { AWS: [userArn('ann')] },
          Action: ['kms:Decrypt'],
          Resource: '*',
        },
      ],
    });
  });

  test('of a policy that is no key’s says what its text shows', () => {
    const document = policy(allow('*'));
    const question = { for: 'user:ann', document };
    const answer = ask<LintAnswer>(company(), { kind: 'lint', account: HOME, question });
    assert.ok(answer.warnings.some(({ code }) => code === 'wildcard-action'));
    assert.deepEqual(answer.unused, []);
  });
});

test('unused names principals, access keys and keys that nothing was done with', () => {
  const state = company().put('credential:AKIAUNUSED', {
    accessKeyId: 'AKIAUNUSED',
    principalArn: userArn('bob', OTHER),
    sealedSecret: '',
    createdAtMs: 0,
    disabled: false,
  });
  const events = [use(0, userArn('ann')), use(1, userArn('bob', OTHER), { outcome: 'denied' })];
  const answer = ask<UnusedAnswer>(state, { kind: 'unused', account: HOME, question: {} }, events);
  assert.deepEqual(
    answer.items.map(({ id, kind }) => `${kind} ${id}`),
    [
      `principal ${userArn('bob', OTHER)}`,
      `principal ${userArn('eve')}`,
      `principal ${roleArn('app')}`,
      'credential AKIAUNUSED',
      `key ${keyArn(2)}`,
    ],
  );
});
