import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Attacker, Receiver, type Scene, setUpResponse, startScene } from '../test/response/scene.ts';

/** From an attack to its being told and contained, milliseconds, over all attacks. */
export interface AlertFigures {
  readonly attacks: number;
  /** From the fifth denied request, sent, to the message at the receiver. */
  readonly toldP50: number;
  readonly toldP99: number;
  /** From the answer to the fifth denied request to the first request that is refused for its credential. */
  readonly containedP50: number;
  readonly containedP99: number;
}

const ATTACKS = 60;
const DENIALS = 5;
const ATTEMPTS_MAX = 5000;

/** Attacks by brute force, one after the other, on a running server with a receiver of webhooks. */
export async function measureAlert(): Promise<AlertFigures> {
  const directory = await mkdtemp(join(tmpdir(), 'keywitness-bench-'));
  await using receiver = new Receiver();
  const url = await receiver.listen();
  try {
    const scene = await startScene(directory);
    await using server = scene.server;
    await setUpResponse(scene.admin, url);
    const told: number[] = [];
    const contained: number[] = [];
    for (let number = 0; number < ATTACKS; number += 1) {
      const attacker = await scene.attacker(`attacker-${number}`);
      const { answeredAt, sentAt } = await attack(scene, attacker);
      contained.push((await refusedAt(scene, attacker)) - answeredAt);
      const message = await receiver.until(
        ({ entity, ruleName }) => ruleName === 'access-denied-burst' && entity['actor.arn'] === attacker.arn,
      );
      told.push(message.atMs - sentAt);
    }
    await server.stop();
    return {
      attacks: ATTACKS,
      toldP50: quantile(told, 0.5),
      toldP99: quantile(told, 0.99),
      containedP50: quantile(contained, 0.5),
      containedP99: quantile(contained, 0.99),
    };
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

async function attack(
  { keyId }: Scene,
  { client }: Attacker,
): Promise<{ readonly sentAt: number; readonly answeredAt: number }> {
  let sentAt = 0;
  for (let denial = 0; denial < DENIALS; denial += 1) {
    sentAt = performance.now();
    const { text } = await client.kms('DescribeKey', { KeyId: keyId });
    if (!text.includes('AccessDenied')) throw new Error(`not denied: ${text}`);
  }
  return { sentAt, answeredAt: performance.now() };
}

/** Goes on until the credential itself is refused. */
async function refusedAt({ keyId }: Scene, { client }: Attacker): Promise<number> {
  for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt += 1) {
    const { text } = await client.kms('DescribeKey', { KeyId: keyId });
    if (text.includes('UnrecognizedClient')) return performance.now();
  }
  throw new Error('the credential is still good');
}

function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}
