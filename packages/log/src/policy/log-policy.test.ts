import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { anyCharacter } from '../encoding/any-character.test-model.ts';
import { LogError } from '../errors.ts';
import { nodeCrypto } from '../node/index.ts';
import { sampleKey } from '../node/sample-log.test-model.ts';
import { formatCheckpoint, keyTypes, openCheckpoint, signNote, type WitnessRule } from '../note/index.ts';
import { parseLogPolicy, trustedByPolicy } from './index.ts';

const log = sampleKey('log.example/one', keyTypes.ed25519, 1);
const log2 = sampleKey('log.example/one', keyTypes.mlDsa44Cosignature, 2);
const stranger = sampleKey('log.example/two', keyTypes.ed25519, 3);
const witness = (seed: number): ReturnType<typeof sampleKey> =>
  sampleKey(`w.example/${seed}`, keyTypes.ed25519Cosignature, seed);
const [w1, w2, w3, w4, w5, w6] = [
  witness(10),
  witness(11),
  witness(12),
  witness(13),
  witness(14),
  witness(15),
];
const witnesses = [w1, w2, w3, w4, w5, w6];
const [x1, x2, x3, y1, y2, y3] = [w1.vkey, w2.vkey, w3.vkey, w4.vkey, w5.vkey, w6.vkey];

/** The example of tlog-policy, with keys. */
const example = `log ${log.vkey}

witness X1 ${x1}
witness X2 ${x2}
witness X3 ${x3}
group X-witnesses 2 X1 X2 X3

witness Y1 ${y1}
witness Y2 ${y2}
witness Y3 ${y3}
group Y-witnesses any Y1 Y2 Y3

group X-and-Y all X-witnesses Y-witnesses
quorum X-and-Y
`;

const text = formatCheckpoint({ origin: 'log.example/one', size: 3, root: new Uint8Array(32) });

function holds(policy: string, cosigners: readonly number[]): boolean {
  const signers = cosigners.flatMap((index) => witnesses.slice(index, index + 1).map(({ signer }) => signer));
  const note = signNote(text, [log.signer, ...signers]);
  return openCheckpoint(note, trustedByPolicy(parseLogPolicy(policy)), nodeCrypto).ok;
}

describe('a policy', () => {
  test('asks for what its groups say, as in the example of tlog-policy', () => {
    for (let set = 0; set < 64; set += 1) {
      const cosigners = [0, 1, 2, 3, 4, 5].filter((index) => (set >> index) % 2 === 1);
      const expected =
        cosigners.filter((index) => index < 3).length >= 2 && cosigners.some((index) => index >= 3);
      assert.equal(holds(example, cosigners), expected, `cosigned by ${cosigners.join()}`);
    }
  });

  test('may ask for one witness, for a number of them, or for none', () => {
    const single = `log ${log.vkey}\nwitness W ${x1}\nquorum W\n`;
    assert.deepEqual([holds(single, [0]), holds(single, [1]), holds(single, [])], [true, false, false]);
    const none = `quorum none\nlog ${log.vkey}\n`;
    assert.ok(holds(none, []));
  });

  test('takes one good signature of any key of the log', () => {
    const policy = `log ${log.vkey}\nlog ${log2.vkey}\nquorum none\n`;
    assert.ok(holds(policy, []));
    const trusted = trustedByPolicy(parseLogPolicy(policy));
    assert.ok(!openCheckpoint(signNote(text, [stranger.signer]), trusted, nodeCrypto).ok);
    // Lines that only a key which has not signed would cover are not believed.
    const extended = signNote(`${text}more\n`, [log2.signer]);
    assert.ok(!openCheckpoint(extended, trusted, nodeCrypto).ok);
    assert.ok(openCheckpoint(signNote(`${text}more\n`, [log.signer]), trusted, nodeCrypto).ok);
  });

  test('of several logs is used for one of them', () => {
    const policy = parseLogPolicy(`log ${log.vkey} https://a.example/\nlog ${stranger.vkey}\nquorum none\n`);
    assert.throws(() => trustedByPolicy(policy), { code: 'malformed-policy' });
    assert.equal(trustedByPolicy(policy, 'log.example/two').logKeys[0], stranger.vkey);
    assert.throws(() => trustedByPolicy(policy, 'log.example/three'), { code: 'malformed-policy' });
    assert.equal(policy.logs[0]?.url, 'https://a.example/');
  });

  test('may have remarks, empty lines, tabs and names in any script', () => {
    const name = 'Zeuge-ä\u212a';
    const policy = parseLogPolicy(
      `\t# remark\n  \n\twitness \t ${name} ${x1}\thttps://w.example/ \nquorum ${name}`,
    );
    assert.deepEqual(policy.quorum, { kind: 'witness', vkey: x1 } satisfies WitnessRule);
    assert.deepEqual(policy.witnesses, [{ name, vkey: x1, url: 'https://w.example/' }]);
    // Names are octets: the Kelvin sign is not the letter K.
    assert.throws(() => parseLogPolicy(`witness K ${x1}\nquorum \u212a\n`), { code: 'malformed-policy' });
    const latin = Buffer.concat([Buffer.from('# caf'), Buffer.of(0xe9), Buffer.from('\nquorum none\n')]);
    assert.deepEqual(parseLogPolicy(latin).quorum, { kind: 'none' });
  });

  const w = `witness W ${x1}\n`;
  const bad: Readonly<Record<string, string>> = {
    'no quorum': w,
    'two quorums': `${w}quorum W\nquorum W\n`,
    'a quorum that is not defined': 'quorum W\n',
    'a quorum that is defined after it': `quorum W\n${w}`,
    'a quorum with more on its line': `${w}quorum W W\n`,
    'an unknown line': `${w}wibble\nquorum W\n`,
    'a carriage return': `${w}quorum W\r\n`,
    'a name twice': `${w}witness W ${x2}\nquorum W\n`,
    'a key twice': `${w}witness V ${x1}\nquorum W\n`,
    'a log twice': `log ${log.vkey}\nlog ${log.vkey}\nquorum none\n`,
    'a witness called none': `witness none ${x1}\nquorum none\n`,
    'a group called none': `${w}group none 1 W\nquorum none\n`,
    'none as a member': `${w}group G any none\nquorum G\n`,
    'an empty group': `${w}group G any\nquorum W\n`,
    'a group of more than it has': `${w}group G 2 W\nquorum G\n`,
    'a group of nobody': `${w}group G 0 W\nquorum G\n`,
    'a group of a number with leading zeros': `${w}group G 01 W\nquorum G\n`,
    'a member of two groups': `${w}group G any W\ngroup H any W\nquorum H\n`,
    'a member twice': `${w}group G any W W\nquorum G\n`,
    'a group that is its own member': `${w}group G any G\nquorum W\n`,
    'a key that cannot be read': 'witness W nonsense\nquorum W\n',
    'a witness without a key': 'witness W\nquorum W\n',
    'a witness whose key states no time': `witness W ${log.vkey}\nquorum W\n`,
    'a witness with too much on its line': `witness W ${x1} https://w.example/ more\nquorum W\n`,
    'a log without a key': 'log\nquorum none\n',
  };
  for (const [name, policy] of Object.entries(bad)) {
    test(`with ${name} is refused`, () => {
      assert.throws(() => parseLogPolicy(policy), { name: 'LogError', code: 'malformed-policy' });
    });
  }

  test('of any bytes is read or refused', () => {
    const mutated = fc
      .tuple(fc.nat(example.length), fc.string({ maxLength: 3 }), fc.nat(3))
      .map(
        ([offset, insert, removed]) => example.slice(0, offset) + insert + example.slice(offset + removed),
      );
    fc.assert(
      fc.property(fc.oneof(mutated, fc.string({ unit: anyCharacter })), (policy) => {
        try {
          parseLogPolicy(policy);
        } catch (error) {
          assert.ok(error instanceof LogError && error.code === 'malformed-policy', String(error));
        }
      }),
      { numRuns: 500 },
    );
  });
});
