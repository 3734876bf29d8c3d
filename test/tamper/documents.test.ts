import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  checkEvidence,
  draftEvidence,
  type EvidenceParts,
  formatCheckpoint,
  formatPages,
  formatProof,
  type AnsweredEntry,
  type AnswerVerdict,
  type AnswerWindow,
  keyTypes,
  LogError,
  openCheckpoint,
  parseAnswer,
  readZip,
  signNote,
  type TrustedKeys,
  verifyAnswer,
  verifyIndex,
  verifyProof,
} from '@keywitness/log';
import { nodeCrypto } from '@keywitness/log/node';
import { zipSync } from 'fflate';
import {
  filtered,
  type NamedSubject,
  ReferenceIndex,
  type ReferenceWindow,
} from '../../packages/log/src/completeness/reference-index.test-model.ts';
import {
  event,
  exportEvent,
  policies,
  sampleEntries,
} from '../../packages/log/src/evidence/sample-evidence.test-model.ts';
import { referencePath, referenceProof } from '../../packages/log/src/merkle/reference-tree.test-model.ts';
import { sampleKey } from '../../packages/log/src/node/sample-log.test-model.ts';
import { changesOf } from './document-changes.ts';
import { buildLog } from './sample-log.ts';

/** What a document shows to whom it is given; `undefined` when it is refused. */
type Claim = string | undefined;

/** A proof that is one file, and how somebody who has nothing else checks it. */
interface Document {
  readonly bytes: Uint8Array;
  /** Documents of the same kind that hold as well, about something else. */
  readonly siblings: Readonly<Record<string, Uint8Array>>;
  readonly check: (bytes: Uint8Array) => Claim | Promise<Claim>;
  /** Whether a claim that is neither its own nor that of a sibling is true all the same; never, where it is not said. */
  readonly isTrue?: (claim: string) => boolean;
}

const origin = 'log.example/evidence';
const ed25519 = sampleKey(origin, keyTypes.ed25519, 0x21);
const mlDsa = sampleKey(origin, keyTypes.mlDsa44Cosignature, 0x22);
const trustedKeys: TrustedKeys = { origin, logKeys: [ed25519.vkey, mlDsa.vkey] };
const signers = [ed25519.signer, mlDsa.signer];
const later: readonly Buffer[] = [
  ...sampleEntries,
  event(6, {}),
  event(7, { context: { customer: '4712' } }),
];
const witness = sampleKey('witness.example', keyTypes.ed25519Cosignature, 0x31);
const other = sampleKey('witness.example/other', keyTypes.mlDsa44Cosignature, 0x32);
const asset: NamedSubject = ['asset', 'customer', '4711'];

function noteOf(name: string, entries: readonly Buffer[], root: Uint8Array, by = signers): string {
  return signNote(formatCheckpoint({ origin: name, size: entries.length, root }), by);
}

function checkpointOf(entries: readonly Buffer[], by = signers): Buffer {
  return Buffer.from(noteOf(origin, entries, new ReferenceIndex(entries).logRoot(), by));
}

function indexOf(entries: readonly Buffer[]): Buffer {
  return Buffer.from(noteOf(`${origin}/index/1`, entries, new ReferenceIndex(entries).statement()));
}

function answerOf(entries: readonly Buffer[], subject: NamedSubject, window: ReferenceWindow): Buffer {
  const notes = { checkpoint: checkpointOf(entries).toString(), index: indexOf(entries).toString() };
  return Buffer.from(
    JSON.stringify(new ReferenceIndex(entries).answer(subject, window, notes), undefined, 1),
  );
}

/** Two answers, the second of a later log, in one document. */
function pagesOf(first: readonly Buffer[], second: readonly Buffer[], cut: number): Buffer {
  const page = (entries: readonly Buffer[], fromIndex: number, toIndex: number): Buffer =>
    answerOf(entries, asset, { fromIndex, toIndex });
  const pages = [page(first, 0, cut), page(second, cut, Number.MAX_SAFE_INTEGER)].map(parseAnswer);
  const consistency = [referenceProof(first.length, second)];
  return Buffer.from(formatPages({ window: { kind: 'all' }, pages, consistency }));
}

function proofOf(index: number, entries: readonly Buffer[]): Buffer {
  const checkpoint = checkpointOf(entries).toString();
  return Buffer.from(formatProof({ index, hashes: referencePath(index, entries), checkpoint }));
}

function textOf({ index, entry }: AnsweredEntry): readonly [number, string] {
  return [index, Buffer.from(entry).toString('base64')];
}

/** The claims of answers that were looked up in the entries and are right, whatever was changed in the answers. */
const rightClaims = new Set<string>();

function claimOf({ answer, entries, checkpoint }: Extract<AnswerVerdict, { ok: true }>): string {
  const { subject, window } = answer;
  const claimed = (shown: readonly AnsweredEntry[]): string =>
    JSON.stringify([subject, window, checkpoint.size, shown.map(textOf)]);
  const right = filtered(
    later.slice(0, checkpoint.size),
    [subject.type, ...subject.texts],
    membersOf(window),
  );
  rightClaims.add(claimed(right));
  return claimed(entries);
}

function membersOf(window: AnswerWindow): ReferenceWindow {
  switch (window.kind) {
    case 'all':
      return {};
    case 'index':
      return { fromIndex: window.from, toIndex: window.to };
    case 'time':
      return { fromTime: window.fromMs, toTime: window.toMs };
  }
}

/** Another window may be shown by the same leaves: then the answer is about the window that it says. */
function checkAnswer(bytes: Uint8Array): Claim {
  const verdict = verifyAnswer({ answer: bytes, trustedKeys, crypto: nodeCrypto });
  return verdict.ok ? claimOf(verdict) : undefined;
}

const published = buildLog(origin, later, signers);

/** The index beside a log that is whole. */
async function checkIndex(bytes: Uint8Array): Promise<Claim> {
  const verdict = await verifyIndex({
    fetch: (path) => Promise.resolve(path === 'index' ? bytes : (published.get(path) ?? null)),
    keys: trustedKeys,
    crypto: nodeCrypto,
  }).catch(refusedBy);
  return verdict?.ok === true ? `${verdict.size} ${verdict.subjects}` : undefined;
}

function checkCosigned(bytes: Uint8Array): Claim {
  const asking: TrustedKeys = { ...trustedKeys, witnessKeys: [witness.vkey, other.vkey], witnessQuorum: 2 };
  const verdict = openCheckpoint(bytes, asking, nodeCrypto);
  return verdict.ok
    ? `${verdict.checkpoint.size} ${Buffer.from(verdict.checkpoint.root).toString('base64')}`
    : undefined;
}

function archive(parts: EvidenceParts): Uint8Array {
  return zipSync(Object.fromEntries([...parts].map(([name, bytes]) => [name, Uint8Array.from(bytes)])));
}

function bundleOf(entries: readonly Buffer[], exportIndex: number): Uint8Array {
  const answer = answerOf(entries, asset, {}).toString();
  const entry = entries[exportIndex] ?? Buffer.alloc(0);
  const exported = { index: exportIndex, entry, proof: proofOf(exportIndex, entries).toString() };
  const by = [...signers, witness.signer];
  const witnessed = {
    checkpoint: checkpointOf(later, by).toString(),
    consistency: referenceProof(entries.length, later),
  };
  return archive(draftEvidence({ answer, exported, policies, witnessed }, nodeCrypto).parts());
}

async function checkBundle(bytes: Uint8Array): Promise<Claim> {
  const parts = await readZip(bytes).catch(refusedBy);
  if (parts === undefined) return undefined;
  const asking: TrustedKeys = { ...trustedKeys, witnessKeys: [witness.vkey], witnessQuorum: 1 };
  const verdict = checkEvidence({ parts, trustedKeys: asking, crypto: nodeCrypto });
  if (!verdict.ok) return undefined;
  return JSON.stringify([claimOf(verdict.answer), textOf(verdict.exported), verdict.policies]);
}

function checkReceipt(bytes: Uint8Array): Claim {
  const entry = sampleEntries[4] ?? Buffer.alloc(0);
  const verdict = verifyProof({ proofText: bytes, entry, trustedKeys, crypto: nodeCrypto });
  return verdict.ok ? `${verdict.index} of ${verdict.checkpoint.size}` : undefined;
}

function refusedBy(error: unknown): undefined {
  assert.ok(error instanceof LogError, String(error));
}

const present = answerOf(later, asset, {});
const windowed = answerOf(later, asset, { fromIndex: 1, toIndex: 6 });
const absent = answerOf(later, ['key-principal', 'k-1', 'arn:aws:iam::111122223333:user/nobody'], {});
const documents: Readonly<Record<string, Document>> = {
  'an index checkpoint': {
    bytes: indexOf(later),
    siblings: { 'an older one': indexOf(sampleEntries), 'the checkpoint of the log': checkpointOf(later) },
    check: checkIndex,
  },
  'a checkpoint with cosignatures': {
    bytes: checkpointOf(later, [...signers, witness.signer, other.signer]),
    siblings: {
      'an older one': checkpointOf(sampleEntries, [...signers, witness.signer, other.signer]),
      'one that a single witness has cosigned': checkpointOf(later, [...signers, witness.signer]),
      'one that is cosigned twice by one': checkpointOf(later, [...signers, witness.signer, witness.signer]),
      'one of another history': checkpointOf(later.toReversed(), [
        ed25519.signer,
        witness.signer,
        other.signer,
      ]),
    },
    check: checkCosigned,
  },
  'a receipt': {
    bytes: proofOf(4, later),
    siblings: { 'one of another event': proofOf(3, later), 'an older one': proofOf(4, sampleEntries) },
    check: checkReceipt,
  },
  'an answer with events': {
    bytes: present,
    siblings: { 'an older one': answerOf(sampleEntries, asset, {}), 'one about a window': windowed, absent },
    check: checkAnswer,
    isTrue: (claim) => rightClaims.has(claim),
  },
  'an answer in pages': {
    bytes: pagesOf(sampleEntries, later, 2),
    siblings: { 'one that was divided elsewhere': pagesOf(sampleEntries, later, 4), 'one answer': present },
    check: checkAnswer,
    isTrue: (claim) => rightClaims.has(claim),
  },
  'an answer about a window': {
    bytes: windowed,
    siblings: { 'one about everything': present },
    check: checkAnswer,
    isTrue: (claim) => rightClaims.has(claim),
  },
  'an answer that there is nothing': {
    bytes: absent,
    siblings: { 'one that there is something': present },
    check: checkAnswer,
    isTrue: (claim) => rightClaims.has(claim),
  },
  'a bundle of evidence': {
    bytes: bundleOf(sampleEntries, 4),
    siblings: {
      'one of fewer events': bundleOf(
        [...sampleEntries.slice(0, 4), exportEvent(4, { asset: 'customer=4711' })],
        4,
      ),
    },
    check: checkBundle,
  },
};

describe('a document that was changed is refused, or shows the same, or something else that is true', () => {
  for (const [name, { bytes, siblings, check, isTrue }] of Object.entries(documents)) {
    test(name, async () => {
      const whole = await check(bytes);
      assert.ok(whole !== undefined, 'unchanged it holds');
      const known = new Set([whole]);
      for (const sibling of Object.values(siblings)) known.add((await check(sibling)) ?? whole);
      let changes = 0;
      let refused = 0;
      for (const { what, bytes: changed } of changesOf(bytes, siblings)) {
        if (Buffer.compare(changed, bytes) === 0) continue;
        const claim = await check(changed);
        changes += 1;
        if (claim === undefined) refused += 1;
        else assert.ok(known.has(claim) || isTrue?.(claim) === true, `${what}: ${claim}`);
      }
      assert.ok(changes > 1000, `only ${changes} changes were made`);
      assert.ok(refused > 0.9 * changes, `only ${refused} of ${changes} were refused`);
    });
  }

  test('an answer that leaves something out would not pass here', () => {
    assert.ok(checkAnswer(present) !== undefined);
    const subject = { type: 'asset', texts: ['customer', '4711'] };
    assert.ok(!rightClaims.has(JSON.stringify([subject, { kind: 'all' }, later.length, []])));
  });
});

describe('the members of a bundle', () => {
  const bundle = bundleOf(sampleEntries, 4);
  test('left out, doubled, exchanged, or with any byte of them changed do not hold', async () => {
    const parts = await readZip(bundle);
    const names = [...parts.keys()];
    for (const [at, name] of names.entries()) {
      const own = parts.get(name) ?? Buffer.alloc(0);
      const next = names[(at + 1) % names.length] ?? '';
      const sibling = parts.get(next) ?? Buffer.alloc(0);
      const step = Math.ceil(own.length / 60);
      const flips = Array.from({ length: Math.ceil(own.length / step) }, (_, count) =>
        own.map((byte, offset) => (offset === count * step ? byte ^ (1 << (offset & 7)) : byte)),
      );
      for (const changed of [...flips, own.subarray(1), own.subarray(0, -1), Buffer.concat([own, own])]) {
        assert.equal(await checkBundle(archive(new Map([...parts, [name, changed]]))), undefined, name);
      }
      const exchanged = new Map([...parts, [name, sibling], [next, own]]);
      assert.equal(await checkBundle(archive(exchanged)), undefined, `${name} and ${next} exchanged`);
      const without = new Map([...parts].filter(([each]) => each !== name));
      assert.equal(await checkBundle(archive(without)), undefined, `without ${name}`);
      const renamed = new Map([...without, [`${name}.txt`, own]]);
      assert.equal(await checkBundle(archive(renamed)), undefined, `${name} under another name`);
    }
  });
});
