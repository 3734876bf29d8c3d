import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  type NamedSubject,
  ReferenceIndex,
  type ReferenceWindow,
} from '../completeness/reference-index.test-model.ts';
import { parseAnswer } from '../completeness/index.ts';
import { anyCharacter } from '../encoding/any-character.test-model.ts';
import { encodeHex } from '../encoding/index.ts';
import { referencePath, referenceProof } from '../merkle/reference-tree.test-model.ts';
import { nodeCrypto } from '../node/index.ts';
import { sampleKey } from '../node/sample-log.test-model.ts';
import { formatCheckpoint, keyTypes, signNote, type TrustedKeys } from '../note/index.ts';
import { formatProof } from '../proof/index.ts';
import {
  checkEvidence,
  decidingPolicies,
  draftEvidence,
  type Evidence,
  type EvidenceParts,
  type EvidenceVerdict,
} from './index.ts';
import { formatManifest, parseManifest } from './manifest.ts';
import { event, exportEvent, policies, policySha256, sampleEntries } from './sample-evidence.test-model.ts';

const origin = 'log.example/evidence';
const ed25519 = sampleKey(origin, keyTypes.ed25519, 0x21);
const mlDsa = sampleKey(origin, keyTypes.mlDsa44Cosignature, 0x22);

/** Of both keys of the sample log. */
const trustedKeys: TrustedKeys = { origin, logKeys: [ed25519.vkey, mlDsa.vkey] };

/** What a service would answer for a subject of a log of these entries, of which one says that it was exported. */
function evidenceOf(
  entries: readonly Buffer[],
  subject: NamedSubject,
  window: ReferenceWindow,
  exportIndex: number,
): Evidence {
  const reference = new ReferenceIndex(entries);
  const size = entries.length;
  const note = (name: string, root: Uint8Array): string =>
    signNote(formatCheckpoint({ origin: name, size, root }), [ed25519.signer, mlDsa.signer]);
  const checkpoint = note(origin, reference.logRoot());
  const index = note(`${origin}/index/1`, reference.statement());
  const answer = JSON.stringify(reference.answer(subject, window, { checkpoint, index }));
  const hashes = referencePath(exportIndex, entries);
  return {
    answer,
    exported: {
      index: exportIndex,
      entry: entries[exportIndex] ?? Buffer.alloc(0),
      proof: formatProof({ index: exportIndex, hashes, checkpoint }),
    },
    policies: policies,
  };
}

function partsOf(evidence: Evidence): EvidenceParts {
  return draftEvidence(evidence, nodeCrypto).parts();
}

/** The files of a bundle about one asset. */
function sampleParts(): EvidenceParts {
  return partsOf(evidenceOf(sampleEntries, ['asset', 'customer', '4711'], {}, 4));
}

const sample = sampleParts();

function check(parts: EvidenceParts): EvidenceVerdict {
  return checkEvidence({ parts, trustedKeys, crypto: nodeCrypto });
}

/** The bundle with other files, and a manifest that lists them as they are now. */
function forged(
  changes: Readonly<Record<string, Uint8Array | undefined>>,
  missing?: readonly string[],
): EvidenceParts {
  const parts = new Map(sample);
  for (const [name, bytes] of Object.entries(changes)) {
    if (bytes === undefined) parts.delete(name);
    else parts.set(name, bytes);
  }
  const before = parseManifest(sample.get('manifest.json') ?? Buffer.alloc(0));
  parts.delete('manifest.json');
  const listed = [...parts].map(([name, bytes]) => ({
    name,
    bytes: bytes.length,
    sha256: encodeHex(nodeCrypto.sha256(bytes)),
  }));
  const manifest = formatManifest({ parts: listed, missing: missing ?? before.missing });
  return new Map([['manifest.json', Buffer.from(manifest)], ...parts]);
}

function textOf(parts: EvidenceParts, name: string): string {
  return Buffer.from(parts.get(name) ?? Buffer.alloc(0)).toString('utf8');
}

/** The part that is refused, and why. */
function refusal(parts: EvidenceParts): readonly [string, string] {
  const verdict = check(parts);
  assert(!verdict.ok);
  return [verdict.part, verdict.reasons.join('; ')];
}

test('a bundle shows all events, who exported them, and the policies that decided', () => {
  const verdict = check(sample);
  assert(verdict.ok, verdict.ok ? '' : `${verdict.part}: ${verdict.reasons.join()}`);
  assert.deepEqual(
    verdict.answer.entries.map(({ index }) => index),
    [0, 1, 3, 5],
  );
  assert.deepEqual([verdict.exported.index, verdict.policies, verdict.missing], [4, [policySha256], []]);
  assert.deepEqual([...sample.keys()].toSorted(), [
    'answer.kwa',
    'checkpoint.txt',
    'events/0.json',
    'events/1.json',
    'events/3.json',
    'events/5.json',
    'export/event.json',
    'export/proof.txt',
    'index-checkpoint.txt',
    'manifest.json',
    `policies/${policySha256}.json`,
    'report.html',
  ]);
});

test('a file that is not what the manifest lists is named, whichever it is', () => {
  for (const [name, bytes] of sample) {
    for (const at of [0, bytes.length >> 1, bytes.length - 1]) {
      const changed = Uint8Array.from(bytes);
      changed[at] = (changed[at] ?? 0) ^ 1;
      const [refused] = refusal(new Map([...sample, [name, changed]]));
      // A manifest with another digest in it refuses the file of that digest.
      if (name !== 'manifest.json') assert.equal(refused, name);
    }
    assert.equal(refusal(new Map([...sample].filter(([other]) => other !== name)))[0], name);
  }
  assert.deepEqual(refusal(new Map([...sample, ['events/2.json', Buffer.from('{}')]])), [
    'events/2.json',
    'the manifest does not list it',
  ]);
});

test('a forger who lists the digests of what was changed is found in the part that was changed', () => {
  for (const [name, bytes] of sample) {
    if (name === 'manifest.json') continue;
    assert.equal(
      refusal(forged({ [name]: undefined }))[0],
      name === `policies/${policySha256}.json` ? 'manifest.json' : name,
    );
    assert.equal(
      refusal(forged({ [name]: Buffer.concat([bytes, Buffer.from('x')]) }))[0],
      name === 'export/event.json' ? 'export/proof.txt' : name,
    );
  }
  for (const name of [
    'events/2.json',
    'policies/x.json',
    `policies/${'0'.repeat(64)}.json`,
    'notes.txt',
    'events/0',
  ]) {
    assert.equal(refusal(forged({ [name]: sampleEntries[2] }))[0], name);
  }
});

test('no change of any byte makes a bundle show something else', () => {
  const names = [...sample.keys()].filter((name) => name !== 'manifest.json');
  fc.assert(
    fc.property(fc.constantFrom(...names), fc.nat(), fc.integer({ min: 1, max: 255 }), (name, spot, bits) => {
      const changed = Uint8Array.from(sample.get(name) ?? []);
      const at = spot % changed.length;
      changed[at] = (changed[at] ?? 0) ^ bits;
      const verdict = check(forged({ [name]: changed }));
      assert(!verdict.ok);
    }),
    { numRuns: 400 },
  );
});

test('what a bundle says that it lacks must be lacking, and decide', () => {
  const name = `policies/${policySha256}.json`;
  const { policies: texts, ...evidence } = evidenceOf(sampleEntries, ['asset', 'customer', '4711'], {}, 4);
  assert.equal(texts.size, 1);
  const without = partsOf({ ...evidence, policies: new Map() });
  const verdict = check(without);
  assert(verdict.ok);
  assert.deepEqual([verdict.policies, verdict.missing], [[], [policySha256]]);
  assert.match(textOf(without, 'report.html'), /was not to be had/);
  assert.equal(refusal(forged({}, [policySha256]))[0], 'manifest.json');
  assert.equal(refusal(forged({ [name]: undefined }, []))[0], 'manifest.json');
  // It is then the report that still shows the text.
  assert.equal(refusal(forged({ [name]: undefined }, [policySha256]))[0], 'report.html');
});

test('the export is the one of this question, and what it covers is what was asked', () => {
  const asset: NamedSubject = ['asset', 'customer', '4711'];
  const day = Date.UTC(2026, 6, 1);
  const arn = 'arn:aws:iam::111122223333:user/ann';
  const long = `${'x'.repeat(1500)}`;
  const cases: readonly (readonly [NamedSubject, ReferenceWindow, object, string | undefined])[] = [
    [asset, {}, { asset: 'customer=4711' }, undefined],
    [asset, {}, { asset: 'customer=4712' }, 'export/event.json'],
    [asset, {}, { asset: 'customer=4711', key: 'k-1' }, 'export/event.json'],
    [asset, {}, { asset: 'customer=4711', from: '2026-07-01T00:00:00Z' }, 'export/event.json'],
    [asset, {}, {}, 'export/event.json'],
    [
      asset,
      { fromTime: day, toTime: 253_402_300_800_000 },
      { asset: 'customer=4711', from: '2026-07-01T00:00:00Z' },
      undefined,
    ],
    [
      asset,
      { fromTime: 0, toTime: day },
      { asset: 'customer=4711', to: '2026-07-01T02:00:00+02:00' },
      undefined,
    ],
    [asset, { fromTime: 0, toTime: day }, { asset: 'customer=4711' }, 'export/event.json'],
    [asset, { fromIndex: 1, toIndex: 9 }, { asset: 'customer=4711', fromIndex: 1, toIndex: 9 }, undefined],
    [asset, { fromIndex: 1, toIndex: 9 }, { asset: 'customer=4711', toIndex: 9 }, 'export/event.json'],
    [['key', 'k-1'], {}, { key: 'arn:aws:kms:r:1:key/k-1' }, undefined],
    [['key', 'k-1'], {}, { key: 'k-1', principal: arn }, 'export/event.json'],
    [['key-principal', 'k-1', arn], {}, { key: 'k-1', principal: arn }, undefined],
    [['principal', arn], {}, { principal: arn }, undefined],
    [['source', '192.0.2.7'], {}, { source: '192.0.2.7' }, undefined],
    [['credential', 'AKIA'], {}, { credential: 'AKIA' }, undefined],
    [['partial'], {}, { partial: 'true' }, undefined],
    [['asset', 'a', long], {}, { asset: `a=${long}`.slice(0, 1024) }, undefined],
    [['asset', 'a', long], {}, { asset: `a=${long}`.slice(0, 1000) }, 'export/event.json'],
  ];
  for (const [subject, window, parameters, part] of cases) {
    const entries = [...sampleEntries.slice(0, 4), exportEvent(4, parameters)];
    const verdict = check(partsOf(evidenceOf(entries, subject, window, 4)));
    const name = `${JSON.stringify(subject)} ${JSON.stringify(parameters)}`;
    assert.equal(verdict.ok ? undefined : verdict.part, part, name);
  }
  const denied = [exportEvent(0, { asset: 'customer=4711' }), event(1, { action: 'audit.answer' })];
  const wrong = check(partsOf(evidenceOf(denied, asset, {}, 1)));
  assert.equal(wrong.ok ? undefined : wrong.part, 'export/event.json');
});

test('an export that was recorded later, or in another history, is refused', () => {
  const subject: NamedSubject = ['asset', 'customer', '4711'];
  const early = evidenceOf(sampleEntries.slice(0, 4), subject, {}, 3);
  const later = evidenceOf(sampleEntries, subject, {}, 4);
  const behind = check(partsOf({ ...early, exported: later.exported }));
  assert.deepEqual(behind.ok ? undefined : behind.part, 'export/proof.txt');
  const other = [...sampleEntries.slice(0, 5), event(6, {})];
  const fork = evidenceOf(other, subject, {}, 4);
  const forkVerdict = check(partsOf({ ...later, exported: fork.exported }));
  assert.match(forkVerdict.ok ? '' : forkVerdict.reasons.join(), /forked/);
});

test('cosignatures that are asked for are on a checkpoint that goes on from the one of the answer', () => {
  const witness = sampleKey('witness.example', keyTypes.ed25519Cosignature, 0x23);
  const asking = { ...trustedKeys, witnessKeys: [witness.vkey], witnessQuorum: 1 };
  const later = [...sampleEntries, event(7, {}), event(8, {})];
  const cosigned = (entries: readonly Buffer[]): string =>
    signNote(
      formatCheckpoint({ origin, size: entries.length, root: new ReferenceIndex(entries).logRoot() }),
      [ed25519.signer, mlDsa.signer, witness.signer],
    );
  const evidence = evidenceOf(sampleEntries, ['asset', 'customer', '4711'], {}, 4);
  const consistency = referenceProof(sampleEntries.length, later);
  const witnessed = { checkpoint: cosigned(later), consistency };
  const ask = (parts: EvidenceParts): EvidenceVerdict =>
    checkEvidence({ parts, trustedKeys: asking, crypto: nodeCrypto });
  const partOf = (verdict: EvidenceVerdict): string | undefined => (verdict.ok ? undefined : verdict.part);
  const good = partsOf({ ...evidence, witnessed });
  const verdict = ask(good);
  assert(verdict.ok);
  assert.equal(verdict.witnessed.checkpoint.size, 8);
  assert(verdict.witnessed.signatures.some(({ name }) => name === 'witness.example'));
  assert.match(textOf(good, 'report.html'), /witness\.example/);
  assert(check(good).ok);
  // Without the part, the checkpoint of the answer itself would have to be cosigned.
  assert.equal(partOf(ask(sample)), 'checkpoint.txt');
  const wrong: readonly (readonly [Evidence['witnessed'], string])[] = [
    [{ ...witnessed, consistency: consistency.slice(1) }, 'witnessed/consistency.txt'],
    [{ ...witnessed, checkpoint: cosigned([...later].reverse()) }, 'witnessed/consistency.txt'],
    [{ ...witnessed, checkpoint: cosigned(sampleEntries.slice(0, 5)) }, 'witnessed/consistency.txt'],
    [{ ...witnessed, checkpoint: parseAnswer(evidence.answer).checkpoint }, 'witnessed/checkpoint.txt'],
  ];
  for (const [instead, part] of wrong) {
    const parts = partsOf({ ...evidence, ...(instead && { witnessed: instead }) });
    assert.equal(partOf(ask(parts)), part);
  }
  assert.equal(
    refusal(forged({ 'witnessed/consistency.txt': Buffer.alloc(0) }))[0],
    'witnessed/consistency.txt',
  );
});

test('the report is for people: nothing in an event becomes markup, is hidden or turned around', () => {
  const report = textOf(sample, 'report.html');
  assert.match(report, /&lt;b&gt;\\u\{202e\}files/);
  assert.doesNotMatch(report, /<script|<b>\u202e|javascript:|https?:\/\//);
  assert.match(report, /asset-set/);
  assert.match(report, /asset-exact, lease/);
  assert.match(report, /Exported by<\/th>\s*<td>eve/);
  const outside = new Set(report.match(/\s(?:src|href)="[^"#]/g));
  assert.deepEqual(outside, new Set());
  fc.assert(
    fc.property(fc.string({ unit: anyCharacter }), (text) => {
      const entries = [
        event(0, { actor: { name: text, arn: text }, error: { message: text } }),
        exportEvent(1, { asset: 'customer=4711' }),
      ];
      const evidence = evidenceOf(entries, ['asset', 'customer', '4711'], {}, 1);
      const parts = partsOf(evidence);
      assert(check(parts).ok);
      assert.equal(textOf(parts, 'report.html').split('<script').length, 1);
    }),
    { numRuns: 100 },
  );
});

test('version 1 of the report stays what it is, to the letter', () => {
  // Signatures with ML-DSA-44 differ from run to run, and with them the checkpoint that the report ends with.
  const [stable = ''] = textOf(sample, 'report.html').split('These signatures are on the checkpoint');
  assert.equal(
    encodeHex(nodeCrypto.sha256(Buffer.from(stable))),
    '30a448d8c8d7dad329211d14488f1c627b273f85601ac0419b7f4d973db86ecd',
  );
});

test('bytes that are no manifest are refused, and so is one that is written in another way', () => {
  const good = textOf(sample, 'manifest.json');
  for (const text of [
    '',
    '{}',
    'null',
    good.trimEnd(),
    good.replace('"missing":[]', '"missing": []'),
    good.replace('/1', '/2'),
  ]) {
    assert.equal(refusal(new Map([...sample, ['manifest.json', Buffer.from(text)]]))[0], 'manifest.json');
  }
  assert.deepEqual(decidingPolicies([Buffer.from('no event'), Buffer.from('{"decisions":[1,{}]}')]), []);
});
