import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { referenceProof } from '../merkle/reference-tree.test-model.ts';
import { nodeCrypto } from '../node/index.ts';
import { sampleKey } from '../node/sample-log.test-model.ts';
import { addSignatures, formatCheckpoint, keyTypes, parseNote, signNote } from '../note/index.ts';
import { cosign } from '../witness/index.ts';
import {
  type AnswerPages,
  type AnswerVerdict,
  formatAnswer,
  formatPages,
  isLastPage,
  parseAnswer,
  parseWholeAnswer,
  verifyAnswer,
} from './index.ts';
import {
  filtered,
  keyOf,
  type NamedSubject,
  ReferenceIndex,
  type ReferenceWindow,
} from './reference-index.test-model.ts';

const origin = 'log.example/pages';
const ed25519 = sampleKey(origin, keyTypes.ed25519, 0x31);
const trustedKeys = { origin, logKeys: [ed25519.vkey] };
const minute = 60_000;
const subject: NamedSubject = ['key', 'k'];

/** Of one key in three of four, and some of them late. */
const entry = fc
  .record({ key: fc.record({ id: fc.constantFrom('k', 'k', 'k', 'other') }), at: fc.nat(30), n: fc.nat() })
  .map(({ at, ...event }) =>
    Buffer.from(JSON.stringify({ ...event, time: new Date(at * minute).toISOString() })),
  );

function pageOf(entries: readonly Buffer[], window: ReferenceWindow): string {
  return pageFrom(new ReferenceIndex(entries), window);
}

function pageFrom(reference: ReferenceIndex, window: ReferenceWindow): string {
  const { entries } = reference;
  const note = (name: string, root: Uint8Array): string =>
    signNote(formatCheckpoint({ origin: name, size: entries.length, root }), [ed25519.signer]);
  const notes = {
    checkpoint: note(origin, reference.logRoot()),
    index: note(`${origin}/index/1`, reference.statement()),
  };
  return JSON.stringify(reference.answer(subject, window, notes));
}

/** What a service answers page by page while its log grows: each page is of the first `size` entries, up to `to`. */
function pagesOf(
  entries: readonly Buffer[],
  cuts: readonly { readonly size: number; readonly to: number }[],
  window: AnswerPages['window'],
): AnswerPages {
  const pages = cuts.map(({ size, to }, at) =>
    parseAnswer(pageOf(entries.slice(0, size), { fromIndex: cuts[at - 1]?.to ?? 0, toIndex: to })),
  );
  const consistency = cuts
    .slice(1)
    .map(({ size }, at) => referenceProof(cuts[at]?.size ?? 0, entries.slice(0, size)));
  return { window, pages, consistency };
}

function check(paged: AnswerPages): AnswerVerdict {
  return verifyAnswer({ answer: formatPages(paged), trustedKeys, crypto: nodeCrypto });
}

/** Thirty events of the key, a minute after each other. */
const sample = Array.from({ length: 30 }, (_, n) =>
  Buffer.from(JSON.stringify({ key: { id: 'k' }, n, time: new Date(n * minute).toISOString() })),
);
const sampleCuts = [
  { size: 20, to: 7 },
  { size: 24, to: 15 },
  { size: 24, to: 19 },
  { size: 30, to: Number.MAX_SAFE_INTEGER },
] as const;
const samplePages = pagesOf(sample, sampleCuts, { kind: 'all' });

function refusal(paged: AnswerPages): string {
  const verdict = check(paged);
  assert(!verdict.ok);
  return verdict.reasons.join('; ');
}

test('pages give together what looking at every entry finds, wherever they are divided and however the log grows', () => {
  const cuts = fc.array(fc.tuple(fc.integer({ min: 1, max: 40 }), fc.nat(40)), {
    minLength: 1,
    maxLength: 4,
  });
  const windows = fc.oneof(
    fc.constant(undefined),
    fc.tuple(fc.nat(31), fc.nat(31)).map((ends) => ends.toSorted((left, right) => left - right)),
  );
  fc.assert(
    fc.property(fc.array(entry, { minLength: 2, maxLength: 40 }), cuts, windows, (entries, places, ends) => {
      const sizes = places.map(([size]) => Math.min(size, entries.length)).toSorted((a, b) => a - b);
      const tos = places.map(([, to]) => to).toSorted((a, b) => a - b);
      const inner = sizes.map((size, at) => ({ size, to: Math.min(tos[at] ?? 0, size) }));
      const whole = [...inner, { size: entries.length, to: Number.MAX_SAFE_INTEGER }];
      const [from = 0, to = 0] = (ends ?? []).map((end) => end * minute);
      const window: AnswerPages['window'] = ends ? { kind: 'time', fromMs: from, toMs: to } : { kind: 'all' };
      const paged = pagesOf(entries, whole, window);
      fc.pre(paged.pages.every(({ tree }) => tree !== undefined));
      const verdict = check(paged);
      assert(verdict.ok, verdict.ok ? '' : verdict.reasons.join());
      const expected = filtered(entries, subject, ends ? { fromTime: from, toTime: to } : {});
      assert.deepEqual(
        verdict.entries.map(({ index, entry: bytes }) => [index, Buffer.from(bytes).toString()]),
        expected.map(({ index, entry: bytes }) => [index, bytes.toString()]),
      );
      assert.deepEqual([verdict.pages, verdict.checkpoint.size], [whole.length, entries.length]);
    }),
    { numRuns: 300 },
  );
});

test('an answer in pages without any one of them is refused, wherever the others say that they begin and end', () => {
  assert(check(samplePages).ok);
  for (const [gone] of samplePages.pages.entries()) {
    const pages = samplePages.pages.filter((_, at) => at !== gone);
    const cuts = sampleCuts.filter((_, at) => at !== gone);
    const consistency = cuts
      .slice(1)
      .map(({ size }, at) => referenceProof(cuts[at]?.size ?? 0, sample.slice(0, size)));
    assert.match(refusal({ ...samplePages, pages, consistency }), /may be missing/, `page ${gone}`);
    // The neighbours claim the window of the page that is gone.
    const from = sampleCuts[gone - 1]?.to ?? 0;
    const stretched = pages.map((page, at) =>
      at === gone && page.window.kind === 'index' ? { ...page, window: { ...page.window, from } } : page,
    );
    assert.match(refusal({ ...samplePages, pages: stretched, consistency }), /may be missing|is missing/);
    const to = sampleCuts[gone]?.to ?? 0;
    const reaching = pages.map((page, at) =>
      at === gone - 1 && page.window.kind === 'index' ? { ...page, window: { ...page.window, to } } : page,
    );
    assert.match(refusal({ ...samplePages, pages: reaching, consistency }), /may be missing|is missing/);
  }
});

test('pages that are in another order, twice, of another subject or of another log are refused', () => {
  const { pages, consistency } = samplePages;
  const [first, second, third, fourth] = pages;
  assert(first && second && third && fourth);
  assert.match(refusal({ ...samplePages, pages: [first, third, second, fourth] }), /may be missing/);
  assert.match(refusal({ ...samplePages, pages: [first, second, second, fourth] }), /may be missing/);
  const fork = sample.map((bytes, at) => (at === 12 ? Buffer.from('{"key":{"id":"k"},"n":"other"}') : bytes));
  const forked = pagesOf(fork, sampleCuts, { kind: 'all' }).pages[3];
  assert(forked);
  assert.match(refusal({ ...samplePages, pages: [first, second, third, forked] }), /not of the same history/);
  assert.match(
    refusal({ ...samplePages, consistency: consistency.map(() => []) }),
    /not of the same history/,
  );
  const other = parseAnswer(
    pageOf(sample.slice(0, 24), { fromIndex: 7, toIndex: 15 }).replace('["key","k"]', '["key","l"]'),
  );
  assert(!check({ ...samplePages, pages: [first, other, third, fourth] }).ok);
  const byTime = parseAnswer(pageOf(sample, { fromTime: 0, toTime: 40 * minute }));
  assert.match(
    refusal({ ...samplePages, pages: [first, second, third, byTime] }),
    /not one of a window by index/,
  );
});

test('pages that do not reach over the window that they answer are refused', () => {
  const inner = { ...samplePages, pages: samplePages.pages.slice(1, 3), consistency: [[]] };
  const within = (fromMs: number, toMs: number): AnswerPages => ({
    ...inner,
    window: { kind: 'time', fromMs, toMs },
  });
  const verdict = check(within(7 * minute, 19 * minute));
  assert(verdict.ok && verdict.entries.length === 12);
  assert.match(refusal(within(6 * minute, 19 * minute)), /start of the window/);
  assert.match(refusal(within(7 * minute, 20 * minute)), /end of the window/);
  assert.match(refusal({ ...inner, window: { kind: 'all' } }), /start of the window/);
});

test('no change of any byte makes pages show something else', () => {
  const text = formatPages(samplePages);
  const right = check(samplePages);
  assert(right.ok);
  fc.assert(
    fc.property(fc.nat(text.length - 1), fc.integer({ min: 32, max: 126 }), (at, code) => {
      const changed = `${text.slice(0, at)}${String.fromCharCode(code)}${text.slice(at + 1)}`;
      const verdict = verifyAnswer({ answer: changed, trustedKeys, crypto: nodeCrypto });
      if (!verdict.ok) return;
      const { window } = verdict.answer;
      assert.deepEqual(
        [verdict.entries, verdict.count, window],
        [right.entries, right.count, { kind: 'all' }],
      );
    }),
    { numRuns: 600 },
  );
});

test('a page that nothing can follow is known, and one page is an answer as it was', () => {
  const { pages } = samplePages;
  assert.deepEqual(
    pages.map((page) => isLastPage({ kind: 'all' }, page)),
    [false, false, false, true],
  );
  const [, second] = pages;
  assert(second);
  assert(isLastPage({ kind: 'time', fromMs: 0, toMs: 15 * minute }, second));
  assert(!isLastPage({ kind: 'time', fromMs: 0, toMs: 16 * minute }, second));
  assert.deepEqual(parseWholeAnswer(formatAnswer(second)), second);
  assert.throws(
    () => parseWholeAnswer(formatPages({ ...samplePages, pages: [second, second] })),
    /proof between/,
  );
});

test('each page must have the cosignatures of as many mirrors as are asked for, and of no others', () => {
  const [east, west] = ['east', 'west'].map((name, at) =>
    sampleKey(`${name}.example/index`, keyTypes.ed25519Cosignature, 0x55 + at),
  );
  assert(east && west);
  const cosigned = (by: readonly (readonly (typeof east)[])[]): string =>
    formatPages({
      ...samplePages,
      pages: samplePages.pages.map((page, at) => {
        const signers = (by[at] ?? []).map(({ signer }) => signer);
        return { ...page, index: addSignatures(page.index, cosign(parseNote(page.index).text, signers)) };
      }),
    });
  const verify = (answer: string, indexWitnessQuorum: number): AnswerVerdict =>
    verifyAnswer({
      answer,
      trustedKeys,
      indexWitnessKeys: [east.vkey, west.vkey],
      indexWitnessQuorum,
      crypto: nodeCrypto,
    });
  const reasons = (verdict: AnswerVerdict): string => (verdict.ok ? '' : verdict.reasons.join('; '));
  const both = [east, west];
  const complete = cosigned([both, both, both, both]);
  assert.equal(reasons(verify(complete, 2)), '');
  for (const bare of samplePages.pages.keys()) {
    const answer = cosigned([both, both, both, both].with(bare, [west]));
    assert.match(reasons(verify(answer, 2)), new RegExp(`^page \`${bare}\`: of the index: `));
    const verdict = verify(answer, 1);
    assert(verdict.ok);
    // Only who has vouched for every page is said to have vouched for the answer.
    assert.deepEqual(
      verdict.indexSignatures.map(({ name }) => name),
      [origin, 'west.example/index'],
    );
  }
  assert.equal(reasons(verify(cosigned([[east], [west], [east], [west]]), 1)), '');
  assert.match(reasons(verify(formatPages(samplePages), 1)), /^page `0`: of the index: /);
  const rule = { kind: 'witness', vkey: west.vkey } as const;
  const ruled = { trustedKeys, indexWitnessKeys: [west.vkey], indexWitnessRule: rule, crypto: nodeCrypto };
  assert(verifyAnswer({ ...ruled, answer: complete }).ok);
  assert(!verifyAnswer({ ...ruled, answer: cosigned([both, both, [east], both]) }).ok);
});

/** The index of a log that counts all of its entries to the subject, whatever they are about. */
class LyingIndex extends ReferenceIndex {
  override readonly trees = new Map([
    [
      keyOf(subject).toString('hex'),
      {
        subject,
        leaves: this.entries.map((bytes, index) => ({ index, time: index, latest: index, entry: bytes })),
      },
    ],
  ]);
}

test('an event of another subject, or of another time, is refused at the ends of the pages as well', () => {
  const event = (id: string, time: number): Buffer =>
    Buffer.from(JSON.stringify({ key: { id }, time: new Date(time).toISOString() }));
  const answer = (entries: readonly Buffer[]): AnswerPages => {
    const index = new LyingIndex(entries);
    // Neither the first event nor the last is in the window of a page, and both are in that of the whole.
    const pages = [
      { fromIndex: 1, toIndex: 2 },
      { fromIndex: 2, toIndex: 3 },
    ].map((window) => parseAnswer(pageFrom(index, window)));
    const shown = pages.map((page): typeof page => {
      if (page.tree === undefined) return page;
      const leaves = page.tree.leaves.map((leaf) => ({ ...leaf, entry: entries[leaf.index] ?? Buffer.of() }));
      return { ...page, tree: { ...page.tree, leaves } };
    });
    return { window: { kind: 'all' }, pages: shown, consistency: [[]] };
  };
  const right = [event('k', 0), event('k', 1), event('k', 2), event('k', 3)];
  assert(check(answer(right)).ok);
  assert.match(refusal(answer(right.with(0, event('other', 0)))), /`0` is not about the subject/);
  assert.match(refusal(answer(right.with(3, event('other', 3)))), /`3` is not about the subject/);
  assert.match(refusal(answer(right.with(0, event('k', 7)))), /`0` states another time/);
});
