import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import fc from 'fast-check';
import { anyCharacter } from '../../stores/contract/any-character.test-fixture.ts';
import {
  type AccessRequest,
  compilePolicy,
  judge,
  lintPolicy,
  parsePolicy,
  PolicyError,
  type PolicyKind,
  traceDecision,
} from './index.ts';
import { parsePolicyVectors } from './policy-vectors.test-fixture.ts';

const url = new URL('../../../../../spec/vectors/policy.json', import.meta.url);
/** Policies, each with the kind that it is read as: all of the vectors. */
const policies = parsePolicyVectors(readFileSync(url, 'utf8')).decisions.flatMap(
  ({ key, trust, identity = [], boundary, session = [], organization = [] }) => [
    ...asTexts('key', [key]),
    ...asTexts('trust', [trust]),
    ...asTexts('identity', [...identity, boundary, ...session, ...organization.flat()]),
  ],
);
const texts = policies.map(({ text }) => text);
const KINDS: readonly PolicyKind[] = ['key', 'trust', 'identity'];

const request: AccessRequest = {
  action: 'kms:Decrypt',
  resource: 'arn:aws:kms:eu-central-1:111122223333:key/12345678-90ab-4cde-8f01-234567890abc',
  resourceAccount: '111122223333',
  principal: { arn: 'arn:aws:iam::111122223333:user/ann', account: '111122223333' },
  conditions: (name) => (name.startsWith('kms:') ? ['4711', ''] : ['ann']),
};

function asTexts(
  kind: PolicyKind,
  documents: readonly (object | undefined)[],
): readonly { readonly kind: PolicyKind; readonly text: string }[] {
  return documents
    .filter((document) => document !== undefined)
    .map((document) => ({ kind, text: JSON.stringify(document) }));
}

/** Reads, compiles, judges, traces and lints: whether the text was understood, or the error that it was refused with. */
function attempt(text: string, kind: PolicyKind): boolean {
  try {
    const policy = compilePolicy(parsePolicy(text, kind), { name: 'fuzz' });
    const applicable = kind === 'identity' ? { identity: [policy] } : { identity: [], resource: policy };
    judge(request, applicable);
    JSON.stringify([traceDecision(request, applicable), lintPolicy(policy.document)]);
    return true;
  } catch (error) {
    assert.ok(error instanceof PolicyError, String(error));
    assert.ok(error.message.length <= 501, 'messages are bounded');
    return false;
  }
}

test('there are policies to damage, and undamaged they are understood', () => {
  assert.ok(texts.length >= 60, `found ${texts.length}`);
  const unread = policies.filter(({ kind, text }) => !attempt(text, kind));
  assert.deepEqual(unread, []);
});

test('a damaged policy is understood or refused, never anything else', () => {
  const seen = { understood: 0, refused: 0 };
  const edit = fc.record({
    at: fc.nat(),
    remove: fc.constantFrom(0, 1, 1, 2, 12),
    insert: fc.oneof(
      fc.constantFrom(
        '"',
        '{',
        '}',
        '[',
        ']',
        ',',
        ':',
        '*',
        '?',
        '\\',
        '${',
        '}',
        '1e999',
        'null',
        '\u0000',
      ),
      fc.string({ unit: anyCharacter, maxLength: 4 }),
      fc.constant(''),
    ),
  });
  fc.assert(
    fc.property(
      fc.constantFrom(...policies),
      fc.array(edit, { minLength: 1, maxLength: 3 }),
      fc.constantFrom(undefined, undefined, undefined, ...KINDS),
      ({ kind: own, text: original }, edits, other) => {
        const damaged = edits.reduce((text, { at, remove, insert }) => {
          const start = at % text.length;
          return text.slice(0, start) + insert + text.slice(start + remove) || ' ';
        }, original);
        seen[attempt(damaged, other ?? own) ? 'understood' : 'refused'] += 1;
      },
    ),
    { numRuns: 2_000 },
  );
  assert.ok(seen.understood > 20 && seen.refused > 20, JSON.stringify(seen));
});

test('a member too many is refused wherever it stands, and so is a member twice', () => {
  fc.assert(
    fc.property(fc.constantFrom(...texts), fc.nat(), fc.boolean(), (original, which, isTwice) => {
      const openings = Array.from(original.matchAll(/\{(\s*)("(?:[^"\\]|\\.)*")/g));
      const opening = openings[which % openings.length];
      assert.ok(opening !== undefined);
      const [found, space = '', name = ''] = opening;
      const extra = isTwice ? name : '"Exception"';
      const damaged = `${original.slice(0, opening.index)}{${space}${extra}: [{}],${found.slice(1)}${original.slice(opening.index + found.length)}`;
      for (const kind of KINDS) assert.equal(attempt(damaged, kind), false, damaged);
    }),
  );
});

test('the patterns of a policy of any size have a bounded cost', () => {
  const policy = (patterns: readonly string[]): string =>
    JSON.stringify({
      Version: '2012-10-17',
      Statement: {
        Effect: 'Allow',
        Principal: '*',
        Action: 'kms:*',
        Condition: { StringLike: { 'aws:UserAgent': patterns } },
      },
    });
  const accepted = (patterns: readonly string[]): boolean => attempt(policy(patterns), 'key');
  assert.ok(accepted([`*${'a'.repeat(4095)}`]));
  assert.ok(!accepted([`*${'a'.repeat(4096)}`]));
  assert.ok(!accepted(Array.from({ length: 100 }, () => `*${'a'.repeat(100)}`)));
  assert.ok(!accepted(Array.from({ length: 16 }, (_, index) => `*\${aws:username}${index}`)));
  assert.ok(accepted([`${'a'.repeat(20_000)}*`]), 'a prefix costs nothing');
  assert.ok(accepted(Array.from({ length: 1000 }, (_, index) => `\${aws:username}/${index}/*`)));
});
