import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { StateChange } from '../../audit/index.ts';
import { Analyst } from './analyst.ts';
import type { AnalysisStep } from './access-analysis.ts';
import { allow, HOME, keyId, PLACE, policy, SmallState, userArn } from './small-state.test-fixture.ts';

const QUESTION = {
  kind: 'who-can',
  account: HOME,
  question: { action: 'kms:Decrypt', key: keyId(1) },
} as const;

/** An analyst whose every step takes all of its time. */
function slowAnalyst(changes: StateChange[]): Analyst {
  let ms = 0;
  return new Analyst({
    reader: { size: () => 0, read: (first) => ({ first, entries: [] }) },
    changesAfter: (revision) => changes.filter((change) => change.revision > revision),
    document: () => undefined,
    place: PLACE,
    nowMs: () => 0,
    monotonicMs: () => (ms += 1000),
  });
}

function finish(analyst: Analyst, number: number): AnalysisStep {
  for (let steps = 0; steps < 100; steps += 1) {
    const step = analyst.step(number);
    if (step.kind !== 'progress') return step;
  }
  throw new Error('the question has no end');
}

function statesOf(): StateChange[] {
  const delegating = policy({ Effect: 'Allow', Principal: { AWS: HOME }, Action: '*', Resource: '*' });
  return [
    ...new SmallState()
      .user('ann', { policies: [policy(allow('*'))] })
      .key(1, delegating)
      .changes(),
  ];
}

test('a question is answered on one state, and the next one on a newer one', () => {
  const changes = statesOf();
  const analyst = slowAnalyst(changes);
  const first = analyst.begin(QUESTION);
  assert.equal(analyst.step(first).kind, 'progress');
  const ann = changes.findLastIndex(({ subject }) => subject === `principal:${userArn('ann')}`);
  const record = changes[ann]?.record?.replace('"disabled":false', '"disabled":true') ?? '';
  changes.push({ subject: `principal:${userArn('ann')}`, revision: changes.length + 1, record });
  const second = analyst.begin(QUESTION);
  const [old, next] = [finish(analyst, first), finish(analyst, second)];
  assert.ok(old.kind === 'answer' && old.text.includes(userArn('ann')));
  assert.ok(next.kind === 'answer' && !next.text.includes(userArn('ann')));
});

test('whoever waits behind a question that nobody asks for any more gets an answer', () => {
  const analyst = slowAnalyst(statesOf());
  const given = analyst.begin(QUESTION);
  const second = analyst.begin(QUESTION);
  assert.equal(analyst.step(given).kind, 'progress');
  assert.equal(finish(analyst, second).kind, 'answer');
  analyst.end(given);
  assert.throws(() => analyst.step(given), TypeError);
});

test('what there is not is refused, and too many questions are throttled', () => {
  const analyst = slowAnalyst(statesOf());
  const missing = { ...QUESTION, question: { action: 'kms:Decrypt', key: 'alias/none' } };
  const step = finish(analyst, analyst.begin(missing));
  assert.ok(step.kind === 'refused' && step.code === 'NotFound');
  for (let count = 0; count < 32; count += 1) analyst.begin(QUESTION);
  assert.throws(() => analyst.begin(QUESTION), { code: 'Throttled' });
});
