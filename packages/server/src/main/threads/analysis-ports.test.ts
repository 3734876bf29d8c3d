import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { MessageChannel } from 'node:worker_threads';
import { type AccessAnalysis, Analyst } from '../../core/operations/index.ts';
import { analysisClient, analysisMethods } from './analysis-ports.ts';
import { Channel } from './channel.ts';

const ACCOUNT = '111122223333';
const QUESTION = { kind: 'unused', account: ACCOUNT, question: {} } as const;

const channels: Channel[] = [];

afterEach(() => {
  for (const channel of channels.splice(0)) channel.close();
});

/** An analyst behind a port, whose every step takes all of its time, over a record of many events. */
function connect(): { readonly analyst: Analyst; readonly analysis: AccessAnalysis } {
  let ms = 0;
  const event = Buffer.from(JSON.stringify({ schema: 'x', time: new Date(0).toISOString() }));
  const analyst = new Analyst({
    reader: {
      size: () => 100_000,
      read: (first, entriesMax) => ({ first, entries: Array.from({ length: entriesMax }, () => event) }),
    },
    changesAfter: () => [],
    document: () => undefined,
    place: { account: ACCOUNT, region: 'us-east-1' },
    nowMs: () => 0,
    monotonicMs: () => (ms += 1000),
  });
  const { port1, port2 } = new MessageChannel();
  const near = new Channel(port1);
  channels.push(near, new Channel(port2, analysisMethods(analyst)));
  return { analyst, analysis: analysisClient(near) };
}

test('an answer comes after how far it has come', async () => {
  const { analysis } = connect();
  const kinds: string[] = [];
  const steps = analysis.ask(QUESTION);
  for (let step = await steps.next(); step.done !== true; step = await steps.next()) {
    kinds.push(step.value.kind);
  }
  assert.equal(kinds.pop(), 'answer');
  assert.ok(kinds.length > 1);
  assert.deepEqual(new Set(kinds), new Set(['progress']));
});

test('a question that is given up makes room for others', async () => {
  const { analyst, analysis } = connect();
  const steps = analysis.ask(QUESTION);
  assert.equal((await steps.next()).value?.kind, 'progress');
  await steps.return?.();
  assert.throws(() => analyst.step(1), /there is no question `1`/);
});

test('what is refused, at the beginning or later, is told as that', async () => {
  const { analyst, analysis } = connect();
  const question = { for: 'user:nobody', document: '{}' };
  const missing = await analysis.ask({ kind: 'replay', account: ACCOUNT, question }).next();
  assert.deepEqual(missing.value, {
    kind: 'refused',
    code: 'NotFound',
    message: 'there is no user `nobody`',
  });
  for (let count = 0; count < 32; count += 1) analyst.begin(QUESTION);
  const throttled = await analysis.ask(QUESTION).next();
  assert.ok(throttled.value?.kind === 'refused' && throttled.value.code === 'Throttled');
});
