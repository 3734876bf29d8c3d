import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { anyCharacter } from '../encoding/any-character.test-model.ts';
import { LogError } from '../errors.ts';
import { consistencyProof, emptyRoot } from '../merkle/index.ts';
import { nodeCrypto } from '../node/index.ts';
import { sampleEntries, sampleKey, sampleLog, sampleSeconds } from '../node/sample-log.test-model.ts';
import {
  addSignatures,
  formatCheckpoint,
  keyTypes,
  openCheckpoint,
  parseNote,
  signNote,
  type TrustedKeys,
} from '../note/index.ts';
import { tileHashReader } from '../tiles/index.ts';
import {
  considerCheckpoint,
  cosign,
  formatAddCheckpoint,
  formatCosignatures,
  type KnownLog,
  openCosignatures,
  parseAddCheckpoint,
  type WitnessedCheckpoint,
} from './index.ts';

const origin = 'log.example/one';
const ed25519 = sampleKey(origin, keyTypes.ed25519, 1);
const mlDsa44 = sampleKey(origin, keyTypes.mlDsa44Cosignature, 2);
const one = sampleKey('w.example/1', keyTypes.ed25519Cosignature, 3);
const other = sampleKey('w.example/1', keyTypes.mlDsa44Cosignature, 4);
const keys: TrustedKeys = { origin, logKeys: [ed25519.vkey, mlDsa44.vkey] };
const signers = [ed25519.signer, mlDsa44.signer];

/** A history: its roots and proofs at all sizes. */
class History {
  readonly #roots = new Map<number, Uint8Array>();
  readonly #entries: readonly Uint8Array[];

  constructor(label: string, from?: { readonly history: History; readonly size: number }) {
    const own = sampleEntries(40).map((entry) => Buffer.concat([Buffer.from(label), entry]));
    this.#entries =
      from === undefined ? own : [...from.history.#entries.slice(0, from.size), ...own.slice(from.size)];
  }

  root(size: number): Uint8Array {
    const root = this.#roots.get(size) ?? sampleLog(origin, this.#entries.slice(0, size), signers).root;
    this.#roots.set(size, root);
    return root;
  }

  note(size: number): string {
    return signNote(formatCheckpoint({ origin, size, root: this.root(size) }), signers);
  }

  proof(oldSize: number, size: number): Promise<readonly Uint8Array[]> {
    const fetch = async (path: string): Promise<Uint8Array | null> =>
      sampleLog(origin, this.#entries.slice(0, size), signers).files.get(path) ?? null;
    const reader = tileHashReader({ size, fetch, hasher: nodeCrypto });
    return consistencyProof(oldSize, size, reader, nodeCrypto);
  }

  async request(oldSize: number, size: number): Promise<string> {
    const proof = oldSize <= size ? await this.proof(oldSize, size) : [];
    return formatAddCheckpoint({ oldSize, proof, checkpoint: this.note(size) });
  }
}

const main = new History('main');
const forked = new History('fork', { history: main, size: 7 });

function known(latest?: WitnessedCheckpoint): ReadonlyMap<string, KnownLog> {
  return new Map([[origin, { keys, latest }]]);
}

function at(size: number, history: History = main): WitnessedCheckpoint {
  return { origin, size, root: history.root(size), signedSeconds: sampleSeconds, note: history.note(size) };
}

/** The example of tlog-witness. */
const example = `old 20852014
PlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw=
jrJZDmY8Y7SyJE0MWLpLozkIVMSMZcD5kvuKxPC3swk=
5+pKlUdi2LeF/BcMHBn+Ku6yhPGNCswZZD1X/6QgPd8=
/6WVhPs2CwSsb5rYBH5cjHV/wSmA79abXAwhXw3Kj/0=

example.com/behind-the-sofa
20852163
CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=
— example.com/behind-the-sofa opLqBQsREYCgu6xQkYQwJr9fo45a62DN9EdmHXnZdXNqlcVGlCum2Wks+49/V6267UEjw6QUXTS5Rovnzv++qbSzm9Q=
`;

describe('a request to a witness', () => {
  test('is that of the example of tlog-witness, to the letter', () => {
    const request = parseAddCheckpoint(example);
    assert.equal(request.oldSize, 20852014);
    assert.equal(request.proof.length, 4);
    assert.equal(formatAddCheckpoint(request), example);
    assert.deepEqual(parseAddCheckpoint(Buffer.from(example)), request);
  });

  const hash = `${Buffer.alloc(32).toString('base64')}\n`;
  const rest = example.slice(example.indexOf('\n\n') + 1);
  const bad: Readonly<Record<string, string>> = {
    'nothing in it': '',
    'no old size': rest.slice(1),
    'another word': `new 0\n${rest}`,
    'two spaces': `old  0\n${rest}`,
    'leading zeros': `old 00\n${rest}`,
    'a sign': `old -1\n${rest}`,
    'a size above 2^53 - 1': `old 9007199254740992\n${rest}`,
    'carriage returns': example.replaceAll('\n', '\r\n'),
    'a hash of 31 bytes': `old 1\n${Buffer.alloc(31).toString('base64')}\n${rest}`,
    'a hash in the URL alphabet': `old 1\n${'_'.repeat(43)}=\n${rest}`,
    '64 hashes': `old 1\n${hash.repeat(64)}${rest}`,
    'no empty line before the checkpoint': `old 1\n${rest.slice(1)}`,
    'no signature': example.slice(0, example.indexOf('\n— ')),
    'no newline at its end': example.slice(0, -1),
  };
  for (const [name, body] of Object.entries(bad)) {
    test(`with ${name} is malformed`, () => {
      assert.throws(() => parseAddCheckpoint(body), LogError);
      const decision = considerCheckpoint(body, known(), nodeCrypto);
      assert.ok(decision.kind === 'refuse' && decision.status === 400, JSON.stringify(decision));
    });
  }

  test('of 63 hashes is read, and what could not be read is not written', () => {
    assert.equal(parseAddCheckpoint(`old 1\n${hash.repeat(63)}${rest}`).proof.length, 63);
    const checkpoint = main.note(1);
    for (const wrong of [
      { oldSize: -1, proof: [], checkpoint },
      { oldSize: 0.5, proof: [], checkpoint },
      { oldSize: 1, proof: [new Uint8Array(31)], checkpoint },
      { oldSize: 1, proof: Array.from({ length: 64 }, () => new Uint8Array(32)), checkpoint },
      { oldSize: 1, proof: [], checkpoint: 'nonsense' },
    ]) {
      assert.throws(() => formatAddCheckpoint(wrong), LogError);
    }
  });

  test('of any bytes is refused or read, never a surprise', () => {
    const mutated = fc
      .tuple(fc.nat(example.length), fc.string({ maxLength: 3 }), fc.nat(3))
      .map(
        ([offset, insert, removed]) => example.slice(0, offset) + insert + example.slice(offset + removed),
      );
    fc.assert(
      fc.property(fc.oneof(mutated, fc.string({ unit: anyCharacter })), (body) => {
        assert.equal(considerCheckpoint(body, known(), nodeCrypto).kind, 'refuse');
        try {
          assert.equal(formatAddCheckpoint(parseAddCheckpoint(body)), body);
        } catch (error) {
          assert.ok(error instanceof LogError, String(error));
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe('a witness', () => {
  test('cosigns growth, a repetition and the empty tree', async () => {
    for (const [latest, oldSize, size] of [
      [undefined, 0, 0],
      [undefined, 0, 9],
      [at(0), 0, 9],
      [at(3), 3, 9],
      [at(8), 8, 9],
      [at(9), 9, 9],
    ] as const) {
      const decision = considerCheckpoint(await main.request(oldSize, size), known(latest), nodeCrypto);
      assert.ok(decision.kind === 'cosign', JSON.stringify(decision));
      assert.deepEqual([decision.latest.size, decision.latest.root], [size, main.root(size)]);
      assert.equal(decision.latest.signedSeconds, sampleSeconds);
    }
  });

  test('answers as tlog-witness asks for', async () => {
    const stranger = signNote(
      formatCheckpoint({ origin: 'log.example/two', size: 1, root: main.root(1) }),
      signers,
    );
    const wrongRoot = signNote(formatCheckpoint({ origin, size: 0, root: main.root(1) }), signers);
    const [, line = ''] = main.note(9).split('— ');
    const badSignature = main.note(9).replace(
      line,
      line.replace(/[A-Za-z]/g, (letter) => (letter === 'A' ? 'B' : 'A')),
    );
    const partly = signNote(formatCheckpoint({ origin, size: 9, root: main.root(9) }), [ed25519.signer]);
    const proof = await main.proof(3, 9);
    const cases = [
      ['404', { oldSize: 0, proof: [], checkpoint: stranger }, undefined],
      ['403', { oldSize: 0, proof: [], checkpoint: badSignature }, undefined],
      ['403', { oldSize: 0, proof: [], checkpoint: partly }, undefined],
      ['400', { oldSize: 10, proof: [], checkpoint: main.note(9) }, at(9)],
      ['409 3', { oldSize: 0, proof: [], checkpoint: main.note(9) }, at(3)],
      ['409 0', { oldSize: 3, proof, checkpoint: main.note(9) }, undefined],
      ['409 20', { oldSize: 3, proof, checkpoint: main.note(9) }, at(20)],
      ['422', { oldSize: 0, proof: [], checkpoint: wrongRoot }, undefined],
      ['422', { oldSize: 0, proof, checkpoint: main.note(9) }, undefined],
      ['422', { oldSize: 3, proof: [], checkpoint: main.note(9) }, at(3)],
      ['422', { oldSize: 3, proof: proof.slice(1), checkpoint: main.note(9) }, at(3)],
      ['422', { oldSize: 9, proof, checkpoint: main.note(9) }, at(9)],
      ['422', { oldSize: 9, proof: [], checkpoint: forked.note(9) }, at(9)],
      ['422', { oldSize: 9, proof: await forked.proof(9, 20), checkpoint: forked.note(20) }, at(9)],
    ] as const;
    for (const [expected, request, latest] of cases) {
      const decision = considerCheckpoint(formatAddCheckpoint(request), known(latest), nodeCrypto);
      assert.ok(decision.kind === 'refuse');
      const size = decision.latestSize === undefined ? '' : ` ${decision.latestSize}`;
      assert.equal(`${decision.status}${size}`, expected, decision.reason);
    }
  });

  test('keeps both checkpoints of a fork, a rollback and a bad proof, and tells these apart', async () => {
    const later = at(20);
    const evidence = async (
      body: string,
      latest: WitnessedCheckpoint,
    ): Promise<readonly [string | undefined, boolean]> => {
      const decision = considerCheckpoint(body, known(latest), nodeCrypto);
      assert.ok(decision.kind === 'refuse');
      const { conflict } = decision;
      if (conflict === undefined) return [undefined, false];
      const bothSigned = [conflict.kept, conflict.shown].every(
        (note) => openCheckpoint(note, keys, nodeCrypto).ok,
      );
      return [conflict.kind, bothSigned];
    };
    assert.deepEqual(await evidence(await forked.request(20, 20), later), ['fork', true]);
    // The old size does not match, but the two checkpoints speak for themselves.
    assert.deepEqual(await evidence(await forked.request(0, 20), later), ['fork', true]);
    assert.deepEqual(await evidence(await forked.request(9, 30), at(9)), ['inconsistent', true]);
    // A repetition of what was signed before is no rollback; what was signed later is.
    assert.deepEqual(await evidence(await main.request(0, 9), later), [undefined, false]);
    const earlier = { ...later, signedSeconds: sampleSeconds - 1 };
    assert.deepEqual(await evidence(await main.request(0, 9), earlier), ['rollback', true]);
    assert.deepEqual(await evidence(await main.request(9, 9), { ...later, signedSeconds: 0 }), [
      undefined,
      false,
    ]);
  });

  test('keeps nothing of signatures that it has not checked', () => {
    const checkpoint = main.note(9);
    const foreign = parseNote(signNote(parseNote(checkpoint).text, [one.signer])).signatures;
    const note = addSignatures(checkpoint, foreign);
    const body = formatAddCheckpoint({ oldSize: 0, proof: [], checkpoint: note });
    const decision = considerCheckpoint(body, known(), nodeCrypto);
    assert.ok(decision.kind === 'cosign');
    assert.equal(decision.latest.note, checkpoint);
  });

  test('has never cosigned two trees that contradict each other, whatever is sent in which order', async () => {
    const histories = [main, forked];
    const step = fc.record({
      history: fc.nat(1),
      oldSize: fc.nat(20),
      size: fc.nat(20),
      isHonest: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
        let latest: WitnessedCheckpoint | undefined;
        const model: { size: number; history: History }[] = [];
        for (const { history: index, oldSize, size, isHonest } of steps) {
          const history = histories[index] ?? main;
          const from = isHonest ? (latest?.size ?? 0) : oldSize;
          const decision = considerCheckpoint(await history.request(from, size), known(latest), nodeCrypto);
          const before = model.at(-1);
          const isSameSoFar = before === undefined || before.size <= 7 || before.history === history;
          const mayCosign = from === (before?.size ?? 0) && from <= size && isSameSoFar;
          assert.equal(decision.kind, mayCosign ? 'cosign' : 'refuse', `${from} to ${size}`);
          if (decision.kind !== 'cosign') continue;
          latest = decision.latest;
          model.push({ size, history: size <= 7 ? main : history });
        }
        for (const [position, { size, history }] of model.entries()) {
          const next = model[position + 1];
          if (next === undefined) continue;
          assert.ok(next.size >= size);
          assert.deepEqual(next.history.root(size), history.root(size), 'a prefix of what was cosigned next');
        }
      }),
      { numRuns: 60 },
    );
  });
});

describe('the answer of a witness', () => {
  const { text } = parseNote(main.note(9));
  const trusted = [one.vkey, other.vkey];
  const lines = formatCosignatures(cosign(text, [one.signer, other.signer]));

  test('is signature lines, of which those of trusted keys are taken', () => {
    const opened = openCosignatures(text, lines, trusted, nodeCrypto);
    assert.ok(opened.ok && opened.signatures.length === 2);
    const some = openCosignatures(text, lines, [one.vkey], nodeCrypto);
    assert.ok(some.ok && some.signatures.length === 1);
    const note = addSignatures(main.note(9), opened.signatures);
    assert.ok(openCheckpoint(note, { ...keys, witnessKeys: trusted, witnessQuorum: 1 }, nodeCrypto).ok);
  });

  test('with any bit of a cosignature changed is not taken', () => {
    const bytes = Buffer.from(lines);
    const second = bytes.indexOf('\n') + 1;
    const offsets = [
      ...Array.from({ length: second }, (_, offset) => offset),
      ...Array.from({ length: 100 }, (_, step) => second + step * 30),
    ];
    for (const offset of offsets.filter((at_) => at_ < bytes.length)) {
      for (const bit of [0, 3, 6]) {
        const changed = Buffer.from(bytes);
        changed[offset] = (changed[offset] ?? 0) ^ (1 << bit);
        const opened = openCosignatures(text, changed, trusted, nodeCrypto);
        // A changed name or id is of a key that nobody trusts: the other signature may still be taken.
        if (!opened.ok) continue;
        assert.ok(opened.signatures.length < 2, `bit ${bit} of byte ${offset}`);
      }
    }
  });

  test('of another checkpoint, another key, without a time, or with more in it is not taken', () => {
    const { text: otherText } = parseNote(main.note(8));
    const untimed = sampleKey('w.example/1', keyTypes.ed25519, 3);
    const zero = cosign(text, [one.signer]).map((signature) => ({
      ...signature,
      signature: new Uint8Array(72),
    }));
    for (const [answer, vkeys] of [
      [formatCosignatures(cosign(otherText, [one.signer])), trusted],
      [lines, [sampleKey('w.example/1', keyTypes.ed25519Cosignature, 9).vkey]],
      [formatCosignatures(cosign(text, [untimed.signer])), [untimed.vkey]],
      [formatCosignatures(zero), trusted],
      [`${lines}\n${lines}`, trusted],
      [`\n${lines}`, trusted],
      ['', trusted],
      ['\n', trusted],
      ['nonsense', trusted],
      [Buffer.of(0xff), trusted],
    ] as const) {
      assert.ok(!openCosignatures(text, answer, vkeys, nodeCrypto).ok, String(answer).slice(0, 40));
    }
  });

  test('about an empty tree is one like any other', () => {
    const empty = formatCheckpoint({ origin, size: 0, root: emptyRoot(nodeCrypto) });
    const opened = openCosignatures(
      empty,
      formatCosignatures(cosign(empty, [other.signer])),
      trusted,
      nodeCrypto,
    );
    assert.ok(opened.ok);
  });
});
