import assert from 'node:assert/strict';
import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { test } from 'node:test';
import {
  formatCheckpoint,
  formatProof,
  formatVerifierKey,
  type KeyType,
  keyTypes,
  leafHash,
  nodeHash,
  noteSigner,
  type NoteSigner,
  sha256,
  signNote,
} from '@keywitness/log';
import { readTrust } from '../verify/index.ts';
import { checkEvent } from './check-event.ts';
import { witnessStep } from './check-witnesses.ts';
import { stateOf } from './steps.ts';

const hasher = { sha256 };
const origin = 'log.example/one';
const eventId = '0197a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b';
const leaf = new TextEncoder().encode(JSON.stringify({ id: eventId, outcome: 'denied' }));
const other = new TextEncoder().encode(JSON.stringify({ id: 'another', outcome: 'denied' }));

interface Signer {
  readonly vkey: string;
  readonly signer: NoteSigner;
}

function signerOf(name: string, type: Exclude<KeyType, typeof keyTypes.mlDsa44Cosignature>): Signer {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const raw = new Uint8Array(publicKey.export({ type: 'spki', format: 'der' }).subarray(-32));
  const common = { name, publicKey: raw, signBytes: (message: Uint8Array) => signature(privateKey, message) };
  const signer =
    type === keyTypes.ed25519
      ? noteSigner({ ...common, type })
      : noteSigner({ ...common, type, nowSeconds: () => 1_900_000_000 });
  return { vkey: formatVerifierKey(name, type, raw), signer };
}

function signature(key: KeyObject, message: Uint8Array): Uint8Array {
  return new Uint8Array(sign(null, message, key));
}

const log = signerOf(origin, keyTypes.ed25519);
const witness = signerOf('witness.example', keyTypes.ed25519Cosignature);

/** The proof of entry 0 of a log of two. */
function proofBy(...signers: readonly Signer[]): string {
  const checkpoint = noteBy([leaf, other], ...signers);
  return formatProof({ index: 0, hashes: [leafHash(other, hasher)], checkpoint });
}

/** A signed checkpoint of a log of two. */
function noteBy([left, right]: readonly [Uint8Array, Uint8Array], ...signers: readonly Signer[]): string {
  const root = nodeHash(leafHash(left, hasher), leafHash(right, hasher), hasher);
  return signNote(
    formatCheckpoint({ origin, size: 2, root }),
    signers.map(({ signer }) => signer),
  );
}

async function failedSteps(
  claim: Partial<Parameters<typeof checkEvent>[0]>,
  trust: string = log.vkey,
): Promise<readonly string[]> {
  const { steps, checkpoint } = await checkEvent(
    { eventId, leaf, proofText: proofBy(log, witness), ...claim },
    readTrust(trust, ''),
  );
  const failed = steps.filter(({ state }) => state === 'failed').map(({ id }) => id);
  assert.equal(checkpoint === undefined, failed.length > 0);
  assert.equal(stateOf(steps, ['event', 'path', 'signature']), failed.length > 0 ? 'fails' : 'holds');
  return failed;
}

test('an event that the log has signed passes every step', async () => {
  assert.deepEqual(await failedSteps({}), []);
});

test('every bit of the event matters, and the step that fails says so', async () => {
  for (let at = 0; at < leaf.length; at += 7) {
    const changed = leaf.slice();
    changed[at] = (changed[at] ?? 0) ^ 1;
    const failed = await failedSteps({ leaf: changed });
    assert.ok(failed.includes('path'), `byte ${at}`);
  }
});

test('the good proof of another event, and of another log, are no proofs', async () => {
  assert.deepEqual(await failedSteps({ eventId: 'another' }), ['event']);
  const stranger = signerOf(origin, keyTypes.ed25519);
  assert.deepEqual(await failedSteps({ proofText: proofBy(stranger) }), ['signature']);
  assert.deepEqual(await failedSteps({ proofText: 'nonsense' }), ['path']);
});

test('a policy asks for its witnesses, at this checkpoint or at one that goes on from it', async () => {
  const trust = readTrust(`log ${log.vkey}\nwitness one ${witness.vkey}\nquorum one\n`, '');
  const stateWith = async (proofText: string, published: string | null): Promise<string> => {
    const { checkpoint } = await checkEvent({ eventId, leaf, proofText }, trust);
    assert(checkpoint !== undefined);
    const bytes = published === null ? null : new TextEncoder().encode(published);
    return (await witnessStep(checkpoint, trust, () => Promise.resolve(bytes))).state;
  };
  const [alone, cosigned] = [noteBy([leaf, other], log), noteBy([leaf, other], log, witness)];
  assert.equal(await stateWith(proofBy(log, witness), null), 'passed');
  assert.equal(await stateWith(proofBy(log), cosigned), 'passed');
  assert.equal(await stateWith(proofBy(log), alone), 'failed');
  assert.equal(await stateWith(proofBy(log), null), 'failed');
  assert.equal(await stateWith(proofBy(log), noteBy([other, leaf], log, witness)), 'failed');
  assert.equal(await stateWith(proofBy(log), 'nonsense'), 'skipped');
});
