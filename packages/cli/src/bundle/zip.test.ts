import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LogError, readZip } from '@keywitness/log';
import fc from 'fast-check';
import { zipSync } from 'fflate';

const name = fc.stringMatching(/^[a-z0-9][a-z0-9._-]{0,8}(\/[a-z0-9][a-z0-9._-]{0,8}){0,2}$/);
const files = fc.uniqueArray(
  fc.record({
    name,
    bytes: fc.oneof(
      fc.uint8Array({ maxLength: 200 }),
      fc.nat(5000).map((length) => new Uint8Array(length)),
    ),
    level: fc.constantFrom(0, 1, 6, 9),
  }),
  { selector: (file) => file.name, maxLength: 6 },
);
type Files = typeof files extends fc.Arbitrary<infer Value> ? Value : never;

/** Folders and files cannot have one name; the library would take them for the same. */
function archive(list: Files): Uint8Array {
  return zipSync(
    Object.fromEntries(
      list.map((file) => [file.name, [Uint8Array.from(file.bytes), { level: levelOf(file.level) }]] as const),
    ),
  );
}

function levelOf(level: number): 0 | 1 | 6 | 9 {
  return level === 0 ? 0 : level === 1 ? 1 : level === 6 ? 6 : 9;
}

async function problem(bytes: Uint8Array): Promise<string | undefined> {
  try {
    await readZip(bytes);
    return undefined;
  } catch (error) {
    assert(error instanceof LogError && error.code === 'malformed-evidence', String(error));
    return error.message;
  }
}

test('an archive gives the files that were put into it', async () => {
  await fc.assert(
    fc.asyncProperty(files, async (list) => {
      const parts = await readZip(archive(list));
      assert.deepEqual(
        [...parts].map(([each, bytes]) => [each, [...bytes]]),
        Object.entries(Object.fromEntries(list.map((file) => [file.name, [...file.bytes]]))),
      );
    }),
    { numRuns: 150 },
  );
});

test('an archive with any byte changed, more bytes or fewer is refused, or gives files and nothing else', async () => {
  const list: Files = [
    { name: 'a', bytes: Buffer.from('some text that is stored as it is'), level: 0 },
    { name: 'b/c', bytes: Buffer.alloc(3000, 'text '), level: 9 },
  ];
  const whole = archive(list);
  for (let length = 0; length < whole.length; length += 1) {
    assert.notEqual(await problem(whole.subarray(0, length)), undefined);
  }
  const padded = [Buffer.concat([whole, Buffer.of(0)]), Buffer.concat([Buffer.of(0), whole])];
  for (const bytes of padded) assert.notEqual(await problem(bytes), undefined);
  for (let at = 0; at < whole.length; at += 1) {
    const changed = Uint8Array.from(whole);
    changed[at] = (changed[at] ?? 0) ^ 0x41;
    await problem(changed);
  }
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (bytes) => {
      assert.notEqual(await problem(bytes), undefined);
    }),
  );
});

test('what two readers could take for two archives is refused', async () => {
  const [one, two] = [archive([{ name: 'a', bytes: Buffer.from('1'), level: 0 }]), archive([])];
  assert.match((await problem(Buffer.concat([one, two]))) ?? '', /end|behind|between/);
  const names = ['../a', '/a', 'a/../b', '.a', 'a//b', 'a\\b', 'a b', 'a\u0000', '', 'ä'];
  for (const each of names) {
    const bytes = zipSync({ [each]: [Buffer.from('1'), { level: 0 }] });
    assert.notEqual(await problem(bytes), undefined, JSON.stringify(each));
  }
  const twice = Buffer.from(
    archive([
      { name: 'aa', bytes: Buffer.from('1'), level: 0 },
      { name: 'ab', bytes: Buffer.from('2'), level: 0 },
    ]),
  );
  const renamed = Buffer.from(twice.toString('latin1').replaceAll('ab', 'aa'), 'latin1');
  assert.match((await problem(renamed)) ?? '', /`aa` twice/);
  const once = Buffer.from(twice.toString('latin1').replace('ab', 'aa'), 'latin1');
  assert.match((await problem(once)) ?? '', /two things about/);
  const commented = zipSync({ a: [Buffer.from('1'), { comment: 'x' }] });
  assert.match((await problem(commented)) ?? '', /plain/);
  const extra = zipSync({ a: [Buffer.from('1'), { extra: { 1: Buffer.from('x') } }] });
  assert.notEqual(await problem(extra), undefined);
});

test('an archive that unpacks to more than it says, or to more than evidence can hold, is refused', async () => {
  const bomb = Buffer.from(archive([{ name: 'a', bytes: new Uint8Array(100_000), level: 9 }]));
  const size = Buffer.alloc(4);
  size.writeUInt32LE(100_000);
  for (const [said, pattern] of [
    [50_000, /longer than it says/],
    [200_000, /shorter than it says/],
    [0xff_ff_ff_ff, /too large/],
  ] as const) {
    const lying = Buffer.from(bomb);
    for (let at = lying.indexOf(size); at !== -1; at = lying.indexOf(size)) lying.writeUInt32LE(said, at);
    assert.match((await problem(lying)) ?? '', pattern);
  }
});
